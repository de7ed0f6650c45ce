"""`walletFreeze`, `walletUnfreeze` and `walletOpen`, and who sees the platform's wallet."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Viewer
from domains.mint import public as mint
from domains.mint import repository
from domains.mint.errors import WalletNotActive
from domains.mint.models import WalletKind
from domains.mint.public import TransactionType
from tests.auth.people import all_at_once
from tests.makers import a_user, viewer
from tests.operations import Operations, codes

from .bank import CALLERS, Bank, an_admin, audited, books, proven, told_of

FREEZE = """
mutation ($input: WalletFreezeInput!) {
  done: walletFreeze(input: $input) { wallet { status } userErrors { __typename path } }
}
"""
UNFREEZE = """
mutation ($input: WalletUnfreezeInput!) {
  done: walletUnfreeze(input: $input) { wallet { status } userErrors { __typename path } }
}
"""
OPEN = """
mutation ($currency: Currency!) {
  walletOpen(input: {currency: $currency}) {
    wallet { id kind currency status balance { amount } user { name } }
    userErrors { __typename }
  }
}
"""
WALLETS = "{ wallets(where: {kind: PLATFORM}) { totalCount nodes { kind user { id } } } }"
WHY = "A stolen phone"
BOTH = pytest.mark.parametrize("mutation", [FREEZE, UNFREEZE], ids=["freeze", "unfreeze"])

Ask = Any


@pytest.fixture
async def ask(operations: Operations, bank: Bank) -> Ask:
    """Gives the status, or why not, of an admin's order on Ada's wallet unless it says so."""
    admin = await an_admin(bank.database)

    async def asked(
        mutation: str, wallet: UUID | None = None, as_: Viewer | None = None, reason: str = WHY
    ) -> Any:
        given = {"walletId": encode_id("Wallet", wallet or bank.adas), "reason": reason}
        body = await operations.answer(mutation, as_=as_ or admin, input=given)
        if "errors" in body:
            return codes(body)
        payload = body["data"]["done"]
        if payload["userErrors"]:
            [error] = payload["userErrors"]
            return error["__typename"], error["path"][1]
        return payload["wallet"]["status"]

    return asked


async def test_nothing_goes_in_or_out_of_a_frozen_wallet_until_it_is_let_go(
    ask: Ask, bank: Bank, owner: asyncpg.Connection
) -> None:
    await bank.post(bank.leg(100))
    assert await ask(FREEZE) == "FROZEN"
    before = await books(owner)
    assert await bank.refusal(bank.leg(1)) is WalletNotActive
    assert await bank.refusal(bank.back(1)) is WalletNotActive
    assert await books(owner) == before

    assert await ask(UNFREEZE) == "ACTIVE"
    assert await bank.refusal(bank.leg(1), bank.back(1)) is None


async def test_each_is_told_and_written_down_once(
    ask: Ask, bank: Bank, owner: asyncpg.Connection
) -> None:
    for mutation in (FREEZE, FREEZE, UNFREEZE, UNFREEZE):
        await ask(mutation)

    for name in ("frozen", "unfrozen"):
        [told] = await told_of(owner, f"mint.wallet.{name}")
        [row] = await audited(owner, f"wallet.{name}")
        assert told == {"wallet_id": str(bank.adas), "actor_id": str(row["actor_id"])}
        assert (row["user_id"], row["resource"]) == (bank.ada.id, f"wallet:{bank.adas}")
        assert json.loads(row["details"]) == {"reason": WHY}


async def test_money_between_two_and_the_platforms_can_be_frozen(
    ask: Ask, bank: Bank, owner: asyncpg.Connection
) -> None:
    async with bank.database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR)
        platform = await mint.platform(session)
    fund = TransactionType.ESCROW_FUND
    for wallet in (escrow, platform):
        assert await ask(FREEZE, wallet) == "FROZEN"
        assert await bank.refusal(bank.leg(1, fund, to_id=wallet)) is WalletNotActive
    [row, _] = await audited(owner, "wallet.frozen")
    assert row["user_id"] is None


@BOTH
async def test_what_nobody_is_shown_is_not_there(
    ask: Ask, bank: Bank, owner: asyncpg.Connection, mutation: str
) -> None:
    async with bank.database.session(SYSTEM) as session:
        locked = await repository.open_wallet(session, bank.ada.id, WalletKind.STAKE, Currency.AZR)
        source = await mint.issuance(session)
    before = await books(owner)
    for wallet in (locked, source, uuid4()):
        assert await ask(mutation, wallet) == ("WalletNotFound", "walletId")
    assert await books(owner) == before


@BOTH
async def test_a_closed_wallet_stays_closed(
    ask: Ask, bank: Bank, owner: asyncpg.Connection, mutation: str
) -> None:
    await owner.execute("update mint.wallets set status = 'CLOSED' where id = $1", bank.bobs)
    before = await books(owner)
    assert await ask(mutation, bank.bobs) == ("WalletNotActive", "walletId")
    assert await books(owner) == before


@BOTH
async def test_a_reason_is_asked_for(ask: Ask, owner: asyncpg.Connection, mutation: str) -> None:
    before = await books(owner)
    for reason in ("", "ab", "x" * 201, "bell\a!"):
        assert await ask(mutation, reason=reason) == ("ReasonInvalid", "reason")
    assert await books(owner) == before


@BOTH
async def test_it_is_for_admins_who_have_proved_lately_who_they_are(
    ask: Ask, bank: Bank, owner: asyncpg.Connection, mutation: str, clock: MovedClock
) -> None:
    ada = await proven(bank.database, bank.ada)
    admin = await a_user(bank.database, UserRole.ADMIN)
    acting = replace(await proven(bank.database, admin), impersonator_id=bank.bob.id)
    before = await books(owner)
    for who, code in (
        (ANONYMOUS, "UNAUTHENTICATED"),
        (ada, "FORBIDDEN"),
        (acting, "FORBIDDEN"),
        (viewer(admin), "STEP_UP_REQUIRED"),
    ):
        assert await ask(mutation, as_=who) == [code]
    clock.move(timedelta(minutes=11))
    assert await ask(mutation) == ["STEP_UP_REQUIRED"]
    assert await books(owner) == before


async def test_what_comes_with_the_freezing_is_there_before_it_or_not_at_all(
    ask: Ask, bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    payments = [bank.refusal(bank.leg(1), database=crowded) for _ in range(CALLERS)]
    status, *refusals = await asyncio.gather(ask(FREEZE, bank.bobs), *payments)

    assert status == "FROZEN"
    count = Counter(refusals)
    assert count[None] + count[WalletNotActive] == CALLERS
    held = await owner.fetchval("select balance from mint.wallets where id = $1", bank.bobs)
    assert held == count[None]
    assert await bank.refusal(bank.leg(1)) is WalletNotActive


# Opening


async def test_a_wallet_is_opened_once_for_each_currency(bank: Bank, graph: Any) -> None:
    ada = viewer(bank.ada)
    first = (await graph(OPEN, as_=ada, currency="BTC"))["walletOpen"]
    assert first["wallet"] == {
        "id": first["wallet"]["id"],
        "kind": "USER",
        "currency": "BTC",
        "status": "ACTIVE",
        "balance": {"amount": "0"},
        "user": {"name": "Ada"},
    }
    assert (await graph(OPEN, as_=ada, currency="BTC"))["walletOpen"] == first
    own = (await graph(OPEN, as_=ada, currency="AZR"))["walletOpen"]["wallet"]
    assert own["id"] == encode_id("Wallet", bank.adas)


async def test_of_many_who_open_a_wallet_at_once_one_does(
    bank: Bank, operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    many = Operations(operations.gateway, crowded)
    ada = viewer(bank.ada)
    answers = await all_at_once(CALLERS, lambda: many.data(OPEN, as_=ada, currency="ETH"))
    assert all(answer == answers[0] for answer in answers)
    count = "select count(*) from mint.wallets where user_id = $1"
    assert await owner.fetchval(count, bank.ada.id) == 2


async def test_nobody_opens_a_wallet_for_somebody_else(
    bank: Bank, answer: Any, owner: asyncpg.Connection
) -> None:
    before = await books(owner)
    acting = replace(viewer(bank.ada), impersonator_id=bank.bob.id)
    for who, code in ((ANONYMOUS, "UNAUTHENTICATED"), (acting, "FORBIDDEN")):
        assert codes(await answer(OPEN, as_=who, currency="BTC")) == [code]
    assert codes(await answer(OPEN, as_=viewer(bank.ada), currency="XRP")) == ["BAD_USER_INPUT"]
    assert await books(owner) == before


# The platform's own


async def test_the_platform_has_one_wallet_for_each_currency(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    async def opened() -> UUID:
        async with crowded.session(SYSTEM) as session:
            return await mint.platform(session, Currency.USD)

    [one] = set(await all_at_once(CALLERS, opened))
    kinds = "select id, user_id, payer_id, balance from mint.wallets where kind = 'PLATFORM'"
    assert [tuple(row) for row in await owner.fetch(kinds)] == [(one, None, None, 0)]
    for broken in (
        "insert into mint.wallets (kind, currency) values ('PLATFORM', 'USD')",
        f"update mint.wallets set user_id = '{bank.ada.id}' where kind = 'PLATFORM'",
        "update mint.wallets set balance = -1 where kind = 'PLATFORM'",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute(broken)


async def test_admins_alone_see_it_and_it_counts_as_circulating(
    bank: Bank, graph: Any, owner: asyncpg.Connection
) -> None:
    async with bank.database.session(SYSTEM) as session:
        platform = await mint.platform(session)
    await bank.post(bank.leg(10, TransactionType.FEE, to_id=platform))
    admin = viewer(await a_user(bank.database, UserRole.ADMIN))
    shown = await graph(WALLETS, as_=admin)
    assert shown["wallets"] == {"totalCount": 1, "nodes": [{"kind": "PLATFORM", "user": None}]}
    for who in (viewer(bank.ada), ANONYMOUS):
        assert (await graph(WALLETS, as_=who))["wallets"]["totalCount"] == 0
    await owner.execute("select mint.record_metrics()")
    metrics = await graph("{ economicMetrics { totalSupply circulatingSupply activeWallets } }")
    assert metrics["economicMetrics"] == {
        "totalSupply": "500",
        "circulatingSupply": "500",
        "activeWallets": 2,
    }
