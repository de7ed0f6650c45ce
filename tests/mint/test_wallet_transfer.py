"""`walletTransfer`, from the outside: what moves, and what does not."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from domains.mint import repository
from domains.mint.models import WalletKind
from domains.mint.public import TransactionType
from tests.makers import a_user, a_wallet
from tests.operations import Operations, codes
from tests.postgres import Urls
from tests.statements import Statements
from tests.worker import work_off

from .bank import (
    address_of,
    an_admin,
    audited,
    balance,
    books,
    proven,
    told_of,
)
from .teller import TOPIC, Teller

BARE = """
mutation ($input: WalletTransferInput!) { walletTransfer(input: $input) { userErrors { path } } }
"""


async def test_it_moves_money_to_whoever_has_the_address(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    payload = await teller.payload(amount="12.34567891", reason="  For\tlunch ")

    assert payload == {
        "transaction": {
            "type": "TRANSFER",
            "amount": {"amount": "12.34567891", "currency": "AZR"},
            "reason": "For lunch",
            "fromBalanceAfter": "487.65432109",
            "toBalanceAfter": None,
            "fromWallet": {"user": {"name": "Ada"}},
            "toWallet": None,
        },
        "wallet": {"balance": {"amount": "487.65432109"}},
        "userErrors": [],
    }
    assert await balance(owner, teller.bank.bobs) == Decimal("12.34567891")


async def test_the_event_is_told_once_and_the_audit_log_has_it(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    for _ in range(2):
        await teller.payload(amount="2.5", idempotencyKey="k")

    moved = await owner.fetchval("select id from mint.transactions where type = 'transfer'")
    [told] = await told_of(owner, TOPIC)
    assert told == {
        "transaction_id": str(moved),
        "actor_id": str(teller.bank.ada.id),
        "recipient_id": str(teller.bank.bob.id),
        "session_id": str(teller.ada.session_id),
    }
    await work_off(teller.bank.database)
    [row] = await audited(owner, "wallet.transferred")
    assert (row["user_id"], row["actor_id"]) == (teller.bank.ada.id,) * 2
    assert row["session_id"] == teller.ada.session_id
    assert row["resource"] == f"wallet:{teller.bank.adas}"
    assert '"2.50000000"' in row["details"] and str(moved) in row["details"]


async def test_a_transfer_is_one_statement(teller: Teller, urls: Urls) -> None:
    database, statements = Database(urls.app), Statements()
    await database.open()
    statements.listen(database)
    assert database._calls is not None
    statements.listen_to(database._calls)
    given = teller.usual | {"idempotencyKey": "k", "amount": "1"}

    asked = Operations(teller.operations.gateway, database)
    await asked.data(BARE, as_=teller.ada, input=given)
    await asyncio.sleep(0)

    assert len(statements) == 1
    assert "mint.transfer" in statements[0]
    await database.close()


# What is no amount of money


@pytest.mark.parametrize("amount", ["0", "-1", "-0.00000001", "0.00000000", "-0"])
async def test_less_than_something_is_refused(
    teller: Teller, owner: asyncpg.Connection, amount: str
) -> None:
    before = await books(owner)
    assert await teller.refusal(amount=amount) == ("AmountInvalid", "amount")
    assert await books(owner) == before


@pytest.mark.parametrize(
    "amount",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e2",
        "1E-8",
        "0.000000001",
        "1.123456789",
        "10000000000",
        "1_0",
        "+1",
        ".5",
        "1.",
        "\u0661",
        "\uff11",
        " 1",
        "1\n",
        "",
        1,
        1.5,
        True,
        None,
        ["1"],
        {"amount": "1"},
    ],
)
async def test_what_is_no_exact_amount_does_not_reach_the_ledger(
    teller: Teller, owner: asyncpg.Connection, amount: Any
) -> None:
    before = await books(owner)
    assert codes(await teller.answer(amount=amount)) == ["BAD_USER_INPUT"]
    assert await books(owner) == before


@pytest.mark.parametrize("literal", ["0.12345678901234567890123", "1", "1.5", "1e3", "true"])
async def test_a_number_in_the_document_is_no_exact_amount_either(
    teller: Teller, owner: asyncpg.Connection, literal: str
) -> None:
    before = await books(owner)
    sender, address = teller.usual.values()
    document = f"""mutation {{ walletTransfer(input: {{
      idempotencyKey: "k", walletId: "{sender}", toAddress: "{address}", amount: {literal}
    }}) {{ transaction {{ id }} }} }}"""
    body = await teller.operations.answer(document, as_=teller.ada)
    assert set(codes(body)) == {"BAD_USER_INPUT"}
    assert await books(owner) == before


async def test_nobody_sends_more_than_they_have(teller: Teller, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    assert await teller.refusal(amount="500.00000001") == ("InsufficientFunds", "amount")
    assert await teller.refusal(amount="9999999999.99999999") == ("InsufficientFunds", "amount")
    assert await books(owner) == before
    assert await teller.refusal(amount="500") is None
    assert await balance(owner, teller.bank.adas) == 0


# Whose wallet, and to whom


async def test_it_goes_to_a_wallet_of_the_same_currency(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    dollars = await a_wallet(teller.bank.database, teller.bank.bob, currency=Currency.USD)
    before = await books(owner)
    refusal = await teller.refusal(toAddress=await address_of(owner, dollars))
    assert refusal == ("CurrencyMismatch", "toAddress")
    assert await books(owner) == before


async def test_it_does_not_go_to_where_it_is(teller: Teller, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    own = await address_of(owner, teller.bank.adas)
    assert await teller.refusal(toAddress=own) == ("SameWallet", "toAddress")
    assert await books(owner) == before


@pytest.mark.parametrize(
    "address", ["", "azr", "azr" + "0" * 40, "azr" + "0" * 41, "AZR" + "0" * 40, "x" * 9999]
)
async def test_nobody_has_an_address_that_is_none(
    teller: Teller, owner: asyncpg.Connection, address: str
) -> None:
    before = await books(owner)
    assert await teller.refusal(toAddress=address) == ("WalletNotFound", "toAddress")
    assert await books(owner) == before


async def test_what_others_account_for_is_not_paid_into(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    ada, bob = teller.bank.ada.id, teller.bank.bob.id
    async with teller.bank.database.session(SYSTEM) as session:
        wallets = [
            await repository.open_wallet(session, bob, WalletKind.STAKE, Currency.AZR),
            await mint.open_escrow(session, ada, bob, Currency.AZR),
            await mint.platform(session),
            await mint.issuance(session),
        ]
    before = await books(owner)
    for wallet in wallets:
        address = await address_of(owner, wallet)
        assert await teller.refusal(toAddress=address) == ("WalletNotFound", "toAddress")
    assert await books(owner) == before


async def test_nobody_sends_what_is_not_their_own(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    bank = teller.bank
    async with bank.database.session(SYSTEM) as session:
        wallets = [
            await repository.open_wallet(session, bank.ada.id, WalletKind.STAKE, Currency.AZR),
            await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR),
            await mint.platform(session),
            await mint.issuance(session),
        ]
    await bank.post(*(bank.leg(9, TransactionType.FEE, to_id=wallet) for wallet in wallets[:3]))
    await bank.post(bank.leg(9))
    wallets += [bank.bobs, uuid4()]
    before = await books(owner)
    for wallet in wallets:
        refusal = await teller.refusal(walletId=encode_id("Wallet", wallet))
        assert refusal == ("WalletNotFound", "walletId")
    assert await books(owner) == before


async def test_an_admin_may_not_send_what_is_somebody_elses(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    admin = await an_admin(teller.bank.database)
    before = await books(owner)
    assert await teller.refusal(as_=admin) == ("WalletNotFound", "walletId")
    assert await books(owner) == before


async def test_an_admin_sends_what_is_the_platforms(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    bank = teller.bank
    async with bank.database.session(SYSTEM) as session:
        platform = await mint.platform(session)
    await bank.post(bank.leg(10, TransactionType.FEE, to_id=platform))
    admin = await an_admin(bank.database)

    wallet = encode_id("Wallet", platform)
    payload = await teller.payload(as_=admin, walletId=wallet, amount="4", reason="A prize")

    assert payload["userErrors"] == []
    assert payload["transaction"]["fromBalanceAfter"] == "6"
    assert payload["transaction"]["toBalanceAfter"] == "4"
    assert await balance(owner, bank.bobs) == 4
    [told] = await told_of(owner, TOPIC)
    assert told["actor_id"] == str(admin.user_id)


async def test_the_id_of_something_else_is_no_wallet(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    before = await books(owner)
    for id in (encode_id("User", teller.bank.ada.id), "", "Wallet:1", "💰"):
        assert codes(await teller.answer(walletId=id)) == ["BAD_USER_INPUT"]
    assert await books(owner) == before


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
async def test_a_wallet_that_is_not_active_neither_sends_nor_receives(
    teller: Teller, owner: asyncpg.Connection, status: str
) -> None:
    bank = teller.bank
    empty = await a_wallet(bank.database, await a_user(bank.database))
    turn = f"update mint.wallets set status = '{status}' where id = $1"
    await owner.execute(turn, empty)
    await owner.execute(turn, bank.bobs)
    before = await books(owner)

    refusal = await teller.refusal(toAddress=await address_of(owner, empty))
    assert refusal == ("WalletNotActive", "toAddress")
    bob = await proven(bank.database, bank.bob)
    way = {
        "walletId": encode_id("Wallet", bank.bobs),
        "toAddress": await address_of(owner, bank.adas),
    }
    assert await teller.refusal(as_=bob, **way) == ("WalletNotActive", "walletId")
    assert await books(owner) == before


@pytest.mark.parametrize("reason", ["", "ab", "  a  b  "[:6], "x" * 201, "bell\a!"])
async def test_a_reason_is_some_words_or_none(
    teller: Teller, owner: asyncpg.Connection, reason: str
) -> None:
    before = await books(owner)
    expected = None if reason == "  a  b" else ("ReasonInvalid", "reason")
    assert await teller.refusal(reason=reason) == expected
    assert (await books(owner) == before) is (expected is not None)


async def test_a_disabled_account_is_paid_and_cannot_pay(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    disable = "update auth.users set disabled_at = now(), disabled_reason = 'x' where id = $1"
    await owner.execute(disable, teller.bank.bob.id)
    assert await teller.refusal(amount="3") is None
    assert await balance(owner, teller.bank.bobs) == 3

    await owner.execute(disable, teller.bank.ada.id)
    before = await books(owner)
    assert codes(await teller.answer()) == ["UNAUTHENTICATED"]
    assert await books(owner) == before
