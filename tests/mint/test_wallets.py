"""Reading wallets and what moved between them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Viewer
from domains.mint import public as mint
from domains.mint import repository
from domains.mint.models import ActivityType, MiningRecord, Stake, StakeStatus, WalletKind
from domains.mint.public import TransactionType
from tests.makers import a_user, a_wallet, put, viewer
from tests.statements import Statements

from .bank import Bank

WALLET = """
query ($id: ID!) {
  wallet(id: $id) {
    kind currency status address
    balance { amount currency } staked { amount } earned { amount currency }
    user { name } payer { name } payee { name }
    transactions { totalCount nodes {
      type amount { amount currency } reason reference
      fromWallet { user { name } } toWallet { user { name } } reversalOf { reason }
    } }
    sent { totalCount } received { totalCount }
    stakes { nodes { amount { amount } rewardRate status wallet { kind } transaction { type } } }
    miningRecords { nodes { activityType tokensEarned { amount } difficulty score proofHash } }
  }
}
"""

TRANSACTIONS = """
query ($where: TransactionFilter) {
  transactions(where: $where, orderBy: OLDEST) { totalCount nodes { reason } }
}
"""


@pytest.fixture
async def lent(bank: Bank) -> Bank:
    """Ada has lent Bob 20 in two parts, and one of them came back."""
    await bank.post(bank.leg(5, reason="one"), reference="loan:1")
    (second,) = await bank.post(bank.leg(15, reason="two"), reference="loan:1")
    await bank.post(
        bank.back(15, type=TransactionType.REFUND, reason="back", reversal_of_id=second.id)
    )
    return bank


async def read(graph: Any, wallet: UUID, as_: Viewer) -> Any:
    return (await graph(WALLET, id=encode_id("Wallet", wallet), as_=as_))["wallet"]


async def test_a_wallet_shows_what_it_holds_and_what_moved_in_one_statement(
    lent: Bank, graph: Any, statements: Statements
) -> None:
    shown = await read(graph, lent.bobs, viewer(lent.bob))

    assert len(statements) == 1
    assert (shown["kind"], shown["currency"], shown["status"]) == ("USER", "AZR", "ACTIVE")
    assert shown["balance"] == {"amount": "5", "currency": "AZR"}
    assert (shown["user"], shown["payer"], shown["payee"]) == ({"name": "Bob"}, None, None)
    assert (shown["sent"], shown["received"]) == ({"totalCount": 1}, {"totalCount": 2})
    assert shown["transactions"]["totalCount"] == 3
    assert shown["transactions"]["nodes"][0] == {
        "type": "REFUND",
        "amount": {"amount": "15", "currency": "AZR"},
        "reason": "back",
        "reference": None,
        "fromWallet": {"user": {"name": "Bob"}},
        "toWallet": None,
        "reversalOf": {"reason": "two"},
    }


async def test_what_is_locked_and_what_was_earned_are_added_up(bank: Bank, graph: Any) -> None:
    async with bank.database.session(SYSTEM) as session:
        source = await mint.issuance(session)
        locked = await repository.open_wallet(session, bank.ada.id, WalletKind.STAKE, Currency.AZR)
    stakes = await bank.post(
        *(bank.leg(amount, TransactionType.STAKE, to_id=locked) for amount in (30, 20))
    )
    earned = [
        bank.leg(amount, type, from_id=source, to_id=bank.adas)
        for amount, type in (
            (1, TransactionType.REWARD),
            (2, TransactionType.STAKE_REWARD),
            (4, TransactionType.MINING_REWARD),
            (8, TransactionType.MINT),
        )
    ]
    mined = (await bank.post(*earned))[2]
    for movement, closed in zip(stakes, (None, now()), strict=True):
        await put(bank.database, _stake(bank, movement, closed))
    await put(bank.database, _proof(bank, mined))

    shown = await read(graph, bank.adas, viewer(bank.ada))

    assert shown["balance"]["amount"] == "465"
    assert shown["staked"] == {"amount": "30"}
    assert shown["earned"] == {"amount": "7", "currency": "AZR"}
    assert shown["stakes"]["nodes"][1] == {
        "amount": {"amount": "30"},
        "rewardRate": "0.05",
        "status": "ACTIVE",
        "wallet": {"kind": "USER"},
        "transaction": {"type": "STAKE"},
    }
    assert shown["miningRecords"]["nodes"] == [
        {
            "activityType": "COURSE_COMPLETION",
            "tokensEarned": {"amount": "4"},
            "difficulty": 3,
            "score": "87.5",
            "proofHash": "ab" * 32,
        }
    ]
    whole = await read(graph, locked, viewer(bank.ada))
    assert whole is None


def _stake(bank: Bank, movement: mint.Movement, closed: Any) -> Stake:
    return Stake(
        user_id=bank.ada.id,
        wallet_id=bank.adas,
        transaction_id=movement.id,
        currency=movement.currency,
        amount=movement.amount,
        unlocks_at=now() + timedelta(days=30),
        closed_at=closed,
        status=StakeStatus.COMPLETED if closed else StakeStatus.ACTIVE,
    )


def _proof(bank: Bank, movement: mint.Movement) -> MiningRecord:
    return MiningRecord(
        number=1,
        user_id=bank.ada.id,
        wallet_id=bank.adas,
        transaction_id=movement.id,
        activity_type=ActivityType.COURSE_COMPLETION,
        activity_id=bank.bobs,
        tokens_earned=movement.amount,
        difficulty=3,
        score=Decimal("87.5"),
        proof_hash=b"\xab" * 32,
    )


async def test_a_wallet_between_two_is_seen_by_both_and_by_admins(bank: Bank, graph: Any) -> None:
    async with bank.database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR)
    await bank.post(bank.leg(40, TransactionType.ESCROW_FUND, to_id=escrow))
    admin = await a_user(bank.database, UserRole.ADMIN)
    stranger = await a_user(bank.database)

    for who in (bank.ada, bank.bob, admin):
        shown = await read(graph, escrow, viewer(who))
        assert (shown["kind"], shown["balance"]["amount"]) == ("ESCROW", "40")
        assert (shown["user"], shown["received"]["totalCount"]) == (None, 1)
    for caller in (viewer(stranger), ANONYMOUS):
        assert await read(graph, escrow, caller) is None


async def test_nobody_sees_another_persons_wallet_or_where_money_comes_from(
    bank: Bank, graph: Any
) -> None:
    async with bank.database.session(SYSTEM) as session:
        source = await mint.issuance(session)
    admin = viewer(await a_user(bank.database, UserRole.ADMIN))

    assert await read(graph, bank.adas, viewer(bank.bob)) is None
    assert await read(graph, source, admin) is None
    listed = await graph("{ wallets { totalCount } }", as_=admin)
    assert listed == {"wallets": {"totalCount": 2}}
    assert await graph("{ transactions { totalCount } }") == {"transactions": {"totalCount": 0}}


async def test_a_person_has_a_wallet_for_each_currency(bank: Bank, graph: Any) -> None:
    await a_wallet(bank.database, bank.ada, Decimal(3), Currency.USD)
    query = """
    query ($id: ID!, $where: WalletFilter) {
      node(id: $id) { ... on User { wallets(where: $where) { nodes { balance { amount } } } } }
    }"""
    id, me = encode_id("User", bank.ada.id), viewer(bank.ada)

    def of(body: Any) -> list[str]:
        return [node["balance"]["amount"] for node in body["node"]["wallets"]["nodes"]]

    assert of(await graph(query, id=id, as_=me)) == ["3", "500"]
    assert of(await graph(query, id=id, as_=me, where={"currency": "USD"})) == ["3"]
    assert of(await graph(query, id=id, as_=me, where={"status": "FROZEN"})) == []


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, [None, "one", "two", "back"]),
        ({"type": "TRANSFER"}, ["one", "two"]),
        ({"types": ["MINT", "REFUND"]}, [None, "back"]),
        ({"direction": "IN"}, [None, "back"]),
        ({"direction": "OUT"}, ["one", "two"]),
        ({"currency": "BTC"}, []),
        ({"amount": {"min": "15"}}, [None, "two", "back"]),
        ({"amount": {"min": "5", "max": "15"}}, ["one", "two", "back"]),
        ({"reference": "loan:1"}, ["one", "two"]),
        ({"createdAt": {"until": "2020-01-01T00:00:00Z"}}, []),
        (
            {"createdAt": {"since": "2020-01-01T00:00:00Z"}, "not": {"type": "MINT"}},
            ["one", "two", "back"],
        ),
    ],
)
async def test_transactions_are_narrowed_for_whoever_asks(
    lent: Bank, graph: Any, where: Any, found: list[str | None]
) -> None:
    body = await graph(TRANSACTIONS, where=where, as_=viewer(lent.ada))
    assert [node["reason"] for node in body["transactions"]["nodes"]] == found
    assert body["transactions"]["totalCount"] == len(found)


async def test_transactions_are_narrowed_to_a_wallet(lent: Bank, graph: Any) -> None:
    dollars = await a_wallet(lent.database, lent.ada, Decimal(3), Currency.USD)
    for wallet, count in ((lent.adas, 4), (dollars, 1)):
        where = {"walletId": encode_id("Wallet", wallet)}
        body = await graph(TRANSACTIONS, where=where, as_=viewer(lent.ada))
        assert body["transactions"]["totalCount"] == count


async def test_what_moved_is_added_up_by_currency_and_type(lent: Bank, graph: Any) -> None:
    await a_wallet(lent.database, lent.ada, Decimal("0.5"), Currency.BTC)
    query = """{
      transactionStats(by: [TYPE]) { type currency count amount { sum average min max } }
      transactionStats2: transactionStats(by: [MONTH], where: {direction: OUT}) {
        madeOn currency count amount { sum }
      }
    }"""
    body = await graph(query, as_=viewer(lent.ada))

    def group(type: str, currency: str, count: int, *amounts: str) -> Any:
        figures = dict(zip(("sum", "average", "min", "max"), amounts, strict=True))
        return {"type": type, "currency": currency, "count": count, "amount": figures}

    assert sorted(body["transactionStats"], key=str) == sorted(
        [
            group("MINT", "AZR", 1, "500", "500", "500", "500"),
            group("MINT", "BTC", 1, "0.5", "0.5", "0.5", "0.5"),
            group("TRANSFER", "AZR", 2, "20", "10", "5", "15"),
            group("REFUND", "AZR", 1, "15", "15", "15", "15"),
        ],
        key=str,
    )
    month = now().date().replace(day=1).isoformat()
    assert body["transactionStats2"] == [
        {"madeOn": month, "currency": "AZR", "count": 2, "amount": {"sum": "20"}}
    ]


async def test_the_economy_is_what_the_ledger_says(
    lent: Bank, graph: Any, owner: asyncpg.Connection
) -> None:
    metrics = "economicMetrics { totalSupply circulatingSupply totalStaked totalEscrowed "
    metrics += "totalMinted activeWallets transactions dailyVolume }"
    assert await graph(f"{{ {metrics} }}") == {"economicMetrics": None}
    await owner.execute("select mint.record_metrics()")
    async with lent.database.session(SYSTEM) as session:
        source = await mint.issuance(session)
        escrow = await mint.open_escrow(session, lent.ada.id, lent.bob.id, Currency.AZR)
        locked = await repository.open_wallet(session, lent.bob.id, WalletKind.STAKE, Currency.AZR)
    await lent.post(
        lent.leg(7, TransactionType.BURN, to_id=source),
        lent.leg(40, TransactionType.ESCROW_FUND, to_id=escrow),
        lent.leg(3, TransactionType.STAKE, from_id=lent.bobs, to_id=locked),
    )
    await a_wallet(lent.database, lent.ada, Decimal(3), Currency.USD)
    await owner.execute("select mint.record_metrics()")

    body = await graph(f"{{ {metrics} economicHistory {{ nodes {{ totalSupply }} }} }}")

    assert body["economicMetrics"] == {
        "totalSupply": "493",
        "circulatingSupply": "450",
        "totalStaked": "3",
        "totalEscrowed": "40",
        "totalMinted": "500",
        "activeWallets": 2,
        "transactions": "7",
        "dailyVolume": "585",
    }
    history = body["economicHistory"]["nodes"]
    assert [node["totalSupply"] for node in history] == ["493", "500"]


async def test_there_are_metrics_before_there_is_any_money(
    database: Database, owner: asyncpg.Connection, graph: Any
) -> None:
    await owner.execute("select mint.record_metrics()")
    body = await graph("{ economicMetrics { totalSupply totalMinted transactions } }")
    assert body["economicMetrics"] == {"totalSupply": "0", "totalMinted": "0", "transactions": "0"}
