"""`walletMint` and `walletBurn`, from the outside."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from domains.mint import public as mint
from domains.mint import repository
from domains.mint.models import WalletKind
from tests.auth.people import all_at_once
from tests.makers import a_user, a_wallet, viewer
from tests.operations import Operations, codes

from .bank import CALLERS, Bank, an_admin, audited, balance, books, proven, told_of

MINT = """
mutation ($input: WalletMintInput!) {
  done: walletMint(input: $input) {
    transaction { type amount { amount currency } reason fromWallet { id } toBalanceAfter }
    wallet { kind balance { amount } }
    userErrors { __typename path }
  }
}
"""
BURN = """
mutation ($input: WalletBurnInput!) {
  done: walletBurn(input: $input) {
    transaction { type amount { amount currency } reason toWallet { id } fromBalanceAfter }
    wallet { kind balance { amount } }
    userErrors { __typename path }
  }
}
"""
BOTH = pytest.mark.parametrize("mutation", [MINT, BURN], ids=["mint", "burn"])
WHY = "A correction"


class Desk:
    """Where an admin orders for Ada's wallet unless told otherwise."""

    def __init__(self, operations: Operations, bank: Bank, admin: Viewer) -> None:
        self.operations, self.bank, self.admin = operations, bank, admin

    async def answer(
        self, mutation: str, as_: Viewer | None = None, wallet: UUID | None = None, **given: Any
    ) -> dict[str, Any]:
        order = {
            "idempotencyKey": str(uuid4()),
            "walletId": encode_id("Wallet", wallet or self.bank.adas),
            "amount": "1",
            "reason": WHY,
        }
        return await self.operations.answer(mutation, as_=as_ or self.admin, input=order | given)

    async def payload(self, mutation: str, **given: Any) -> Any:
        body = await self.answer(mutation, **given)
        assert "errors" not in body, body["errors"]
        return body["data"]["done"]

    async def refusal(self, mutation: str, **given: Any) -> tuple[str, str] | None:
        """Why, and at which field; None if it was done."""
        payload = await self.payload(mutation, **given)
        if not payload["userErrors"]:
            return None
        [error] = payload["userErrors"]
        assert (payload["transaction"], payload["wallet"]) == (None, None)
        return error["__typename"], error["path"][1]


@pytest.fixture
async def desk(operations: Operations, bank: Bank) -> Desk:
    return Desk(operations, bank, await an_admin(bank.database))


async def source_of(bank: Bank, currency: Currency = Currency.AZR) -> UUID:
    async with bank.database.session(SYSTEM) as session:
        return await mint.issuance(session, currency)


async def platform_of(bank: Bank, currency: Currency = Currency.AZR) -> UUID:
    async with bank.database.session(SYSTEM) as session:
        return await mint.platform(session, currency)


async def test_an_admin_makes_money_in_somebodys_wallet(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    payload = await desk.payload(MINT, amount="0.00000001")

    assert payload == {
        "transaction": {
            "type": "MINT",
            "amount": {"amount": "0.00000001", "currency": "AZR"},
            "reason": WHY,
            "fromWallet": None,
            "toBalanceAfter": "500.00000001",
        },
        "wallet": {"kind": "USER", "balance": {"amount": "500.00000001"}},
        "userErrors": [],
    }
    assert await balance(owner, await source_of(desk.bank)) == Decimal("-500.00000001")


async def test_an_admin_ends_money_of_somebodys_wallet(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    payload = await desk.payload(BURN, amount="499.5")

    assert payload == {
        "transaction": {
            "type": "BURN",
            "amount": {"amount": "499.5", "currency": "AZR"},
            "reason": WHY,
            "toWallet": None,
            "fromBalanceAfter": "0.5",
        },
        "wallet": {"kind": "USER", "balance": {"amount": "0.5"}},
        "userErrors": [],
    }
    assert await balance(owner, await source_of(desk.bank)) == Decimal("-0.5")


async def test_the_platforms_own_wallet_is_an_admins_to_fill_and_to_empty(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    platform = await platform_of(desk.bank, Currency.USD)
    made = await desk.payload(MINT, wallet=platform, amount="7")
    assert made["wallet"] == {"kind": "PLATFORM", "balance": {"amount": "7"}}
    assert made["transaction"]["amount"] == {"amount": "7", "currency": "USD"}
    ended = await desk.payload(BURN, wallet=platform, amount="7")
    assert ended["wallet"]["balance"] == {"amount": "0"}
    [row, _] = await audited(owner, "wallet.minted") + await audited(owner, "wallet.burned")
    assert (row["user_id"], row["actor_id"]) == (None, desk.admin.user_id)


async def test_each_act_is_told_and_written_down_once(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    for mutation, key in ((MINT, "m"), (MINT, "m"), (BURN, "b"), (BURN, "b")):
        assert await desk.refusal(mutation, idempotencyKey=key, amount="2") is None

    for name, topic in (("minted", "mint.money.minted"), ("burned", "mint.money.burned")):
        [told] = await told_of(owner, topic)
        assert told["actor_id"] == str(desk.admin.user_id)
        assert told["wallet_id"] == str(desk.bank.adas)
        [row] = await audited(owner, f"wallet.{name}")
        assert (row["user_id"], row["actor_id"]) == (desk.bank.ada.id, desk.admin.user_id)
        assert row["resource"] == f"wallet:{desk.bank.adas}"
        assert json.loads(row["details"]) == {
            "transaction": told["transaction_id"],
            "amount": "2.00000000",
            "currency": "AZR",
            "reason": WHY,
        }


# What is refused


@BOTH
@pytest.mark.parametrize("amount", ["0", "-1", "-0.00000001"])
async def test_less_than_something_is_refused(
    desk: Desk, owner: asyncpg.Connection, mutation: str, amount: str
) -> None:
    before = await books(owner)
    assert await desk.refusal(mutation, amount=amount) == ("AmountInvalid", "amount")
    assert await books(owner) == before


@BOTH
@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e400", "0.000000001", 1, 1.5])
async def test_what_is_no_exact_amount_does_not_reach_the_ledger(
    desk: Desk, owner: asyncpg.Connection, mutation: str, amount: Any
) -> None:
    before = await books(owner)
    assert codes(await desk.answer(mutation, amount=amount)) == ["BAD_USER_INPUT"]
    assert await books(owner) == before


async def test_there_is_never_more_than_a_billion(desk: Desk, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    for amount in ("999999500.00000001", "9999999999.99999999"):
        assert await desk.refusal(MINT, amount=amount) == ("SupplyExhausted", "amount")
    assert await books(owner) == before
    assert await desk.refusal(MINT, amount="999999500") is None
    before = await books(owner)
    assert await desk.refusal(MINT, amount="0.00000001") == ("SupplyExhausted", "amount")
    assert await books(owner) == before


async def test_other_currencies_end_where_a_wallet_is_full(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    coins = await a_wallet(desk.bank.database, desk.bank.ada, currency=Currency.BTC)
    assert await desk.refusal(MINT, wallet=coins, amount="9999999999.99999999") is None
    before = await books(owner)
    refusal = await desk.refusal(MINT, wallet=coins, amount="0.00000001")
    assert refusal == ("SupplyExhausted", "amount")
    assert await books(owner) == before


async def test_no_more_is_ended_than_there_is(desk: Desk, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    assert await desk.refusal(BURN, amount="500.00000001") == ("InsufficientFunds", "amount")
    assert await books(owner) == before


@BOTH
async def test_what_others_account_for_is_left_alone(
    desk: Desk, owner: asyncpg.Connection, mutation: str
) -> None:
    bank = desk.bank
    async with bank.database.session(SYSTEM) as session:
        wallets = [
            await repository.open_wallet(session, bank.ada.id, WalletKind.STAKE, Currency.AZR),
            await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR),
            await mint.issuance(session),
            uuid4(),
        ]
    before = await books(owner)
    for wallet in wallets:
        assert await desk.refusal(mutation, wallet=wallet) == ("WalletNotFound", "walletId")
    assert await books(owner) == before


@BOTH
@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
async def test_a_wallet_that_is_not_active_stays_as_it_is(
    desk: Desk, owner: asyncpg.Connection, mutation: str, status: str
) -> None:
    bobs = desk.bank.bobs
    await owner.execute(f"update mint.wallets set status = '{status}' where id = $1", bobs)
    before = await books(owner)
    assert await desk.refusal(mutation, wallet=bobs) == ("WalletNotActive", "walletId")
    assert await books(owner) == before


@BOTH
@pytest.mark.parametrize("reason", ["", "ab", "x" * 201, "bell\a!"])
async def test_a_reason_is_asked_for(
    desk: Desk, owner: asyncpg.Connection, mutation: str, reason: str
) -> None:
    before = await books(owner)
    assert await desk.refusal(mutation, reason=reason) == ("ReasonInvalid", "reason")
    assert await books(owner) == before


@BOTH
@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_has_1_to_255_characters(
    desk: Desk, owner: asyncpg.Connection, mutation: str, key: str
) -> None:
    before = await books(owner)
    refusal = await desk.refusal(mutation, idempotencyKey=key)
    assert refusal == ("IdempotencyKeyInvalid", "idempotencyKey")
    assert await books(owner) == before


async def test_a_key_is_for_one_order(desk: Desk, owner: asyncpg.Connection) -> None:
    first = await desk.payload(MINT, idempotencyKey="k", amount="3")
    assert await desk.payload(MINT, idempotencyKey="k", amount="3.0") == first
    before = await books(owner)
    others: list[tuple[str, dict[str, Any]]] = [
        (BURN, {}),
        (MINT, {"amount": "4"}),
        (MINT, {"reason": "Another"}),
        (MINT, {"wallet": desk.bank.bobs}),
    ]
    for mutation, given in others:
        refusal = await desk.refusal(mutation, **{"idempotencyKey": "k", "amount": "3"} | given)
        assert refusal == ("IdempotencyConflict", "idempotencyKey")
    assert await books(owner) == before


# Who may


@BOTH
@pytest.mark.parametrize("role", [UserRole.STUDENT, UserRole.EDUCATOR, UserRole.EMPLOYER])
async def test_it_is_for_admins(
    desk: Desk, owner: asyncpg.Connection, mutation: str, role: UserRole
) -> None:
    person = await proven(desk.bank.database, await a_user(desk.bank.database, role))
    before = await books(owner)
    assert codes(await desk.answer(mutation, as_=person)) == ["FORBIDDEN"]
    assert codes(await desk.answer(mutation, as_=ANONYMOUS)) == ["UNAUTHENTICATED"]
    assert await books(owner) == before


@BOTH
async def test_an_admins_proof_must_be_recent(
    desk: Desk, owner: asyncpg.Connection, clock: MovedClock, mutation: str
) -> None:
    nobody = viewer(await a_user(desk.bank.database, UserRole.ADMIN))
    before = await books(owner)
    assert codes(await desk.answer(mutation, as_=nobody)) == ["STEP_UP_REQUIRED"]
    clock.move(timedelta(minutes=11))
    assert codes(await desk.answer(mutation)) == ["STEP_UP_REQUIRED"]
    assert await books(owner) == before


@BOTH
async def test_nobody_acts_as_an_admin(
    desk: Desk, owner: asyncpg.Connection, mutation: str
) -> None:
    admin = await a_user(desk.bank.database, UserRole.ADMIN)
    acting = replace(desk.admin, impersonator_id=admin.id)
    assert acting.role is Role.ADMIN
    before = await books(owner)
    assert codes(await desk.answer(mutation, as_=acting)) == ["FORBIDDEN"]
    assert await books(owner) == before


# Many at once


@BOTH
async def test_of_many_with_one_key_one_is_done(
    desk: Desk, crowded: Database, owner: asyncpg.Connection, mutation: str
) -> None:
    busy = Desk(Operations(desk.operations.gateway, crowded), desk.bank, desk.admin)

    answers = await all_at_once(
        CALLERS, lambda: busy.payload(mutation, idempotencyKey="k", amount="5")
    )

    assert all(answer == answers[0] for answer in answers)
    assert await balance(owner, desk.bank.adas) == (505 if mutation is MINT else 495)
    name = "minted" if mutation is MINT else "burned"
    assert len(await told_of(owner, f"mint.money.{name}")) == 1
    assert len(await audited(owner, f"wallet.{name}")) == 1


async def test_many_who_end_the_same_money_end_it_once(
    desk: Desk, crowded: Database, owner: asyncpg.Connection
) -> None:
    busy = Desk(Operations(desk.operations.gateway, crowded), desk.bank, desk.admin)

    refusals = await all_at_once(CALLERS, lambda: busy.refusal(BURN, amount="260"))

    short = ("InsufficientFunds", "amount")
    assert Counter(refusals) == {None: 1, short: CALLERS - 1}
    assert await balance(owner, desk.bank.adas) == 240
