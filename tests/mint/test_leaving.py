"""Nobody leaves with money, and nothing reaches somebody who has left."""

import asyncio
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domains.auth.events import UserErased
from domains.auth.models import TokenType
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from domains.mint import repository
from domains.mint.errors import WalletNotActive
from domains.mint.models import Stake, WalletKind
from domains.mint.public import TransactionType
from tests.auth.accounts import DONE, RESTORE, told
from tests.auth.secrets import a_token
from tests.makers import a_wallet, put
from tests.operations import Operations
from tests.worker import work_off

from .bank import Bank, balance, books, proven

LEAVE = """
mutation {
  accountDelete {
    purgeAt
    userErrors { __typename ... on AccountInUse { reasons } }
  }
}
"""
STATES = "select status::text from mint.wallets where user_id = $1 order by kind, currency"


class Exit:
    """The way out, for Ada unless Bob takes it."""

    def __init__(self, operations: Operations, bank: Bank, owner: asyncpg.Connection) -> None:
        self.operations, self.bank, self.owner = operations, bank, owner

    async def reasons(self, person: Any = None, operations: Operations | None = None) -> list[str]:
        """Why somebody cannot leave; none if they have left."""
        me = await proven(self.bank.database, person or self.bank.ada)
        payload = await told(operations or self.operations, LEAVE, as_=me)
        assert (payload["purgeAt"] is None) is bool(payload["userErrors"])
        return [reason for error in payload["userErrors"] for reason in error["reasons"]]

    async def states(self, person: Any = None) -> list[str]:
        rows = await self.owner.fetch(STATES, (person or self.bank.ada).id)
        return [row["status"] for row in rows]


@pytest.fixture
def exit(operations: Operations, bank: Bank, owner: asyncpg.Connection) -> Exit:
    return Exit(operations, bank, owner)


async def stake(bank: Bank, amount: int) -> None:
    """Lock money of Ada's."""
    async with bank.database.session(SYSTEM) as session:
        locked = await repository.open_wallet(session, bank.ada.id, WalletKind.STAKE, Currency.AZR)
    [moved] = await bank.post(bank.leg(amount, TransactionType.STAKE, to_id=locked))
    until = now() + timedelta(days=30)
    row = Stake(
        user_id=bank.ada.id,
        wallet_id=bank.adas,
        transaction_id=moved.id,
        currency=moved.currency,
        amount=moved.amount,
        unlocks_at=until,
    )
    await put(bank.database, row)


async def escrow(bank: Bank) -> UUID:
    async with bank.database.session(SYSTEM) as session:
        return await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR)


async def test_who_holds_money_stays(exit: Exit) -> None:
    await a_wallet(exit.bank.database, exit.bank.ada, Decimal("0.00000001"), Currency.BTC)
    before = await books(exit.owner)
    assert await exit.reasons() == [
        "Your AZR wallet holds 500 AZR.",
        "Your BTC wallet holds 0.00000001 BTC.",
    ]
    assert await books(exit.owner) == before


async def test_who_has_locked_money_stays(exit: Exit) -> None:
    await stake(exit.bank, 500)
    before = await books(exit.owner)
    assert await exit.reasons() == [
        "You have money at stake. Wait for its term to end, and close the stake."
    ]
    assert await books(exit.owner) == before


async def test_who_is_a_party_to_money_that_is_held_stays(exit: Exit) -> None:
    bank = exit.bank
    fund = TransactionType.ESCROW_FUND
    held = await escrow(bank)
    await bank.post(bank.leg(500, fund, to_id=held))
    before = await books(exit.owner)
    for person in (bank.ada, bank.bob):
        assert await exit.reasons(person) == [
            "500 AZR is held between you and somebody else until work is done."
        ]
    assert await books(exit.owner) == before


async def test_who_has_a_frozen_wallet_stays(exit: Exit) -> None:
    await exit.owner.execute(
        "update mint.wallets set status = 'FROZEN' where id = $1", exit.bank.bobs
    )
    before = await books(exit.owner)
    assert await exit.reasons(exit.bank.bob) == ["Your AZR wallet is frozen."]
    assert await books(exit.owner) == before


async def test_empty_wallets_are_closed_behind_who_leaves(exit: Exit) -> None:
    bank = exit.bank
    await a_wallet(bank.database, bank.bob, currency=Currency.USD)
    await escrow(bank)
    assert await exit.reasons(bank.bob) == []

    assert await exit.states(bank.bob) == ["CLOSED", "CLOSED"]
    assert await exit.states(bank.ada) == ["ACTIVE"]
    before = await books(exit.owner)
    assert await bank.refusal(bank.leg(1)) is WalletNotActive
    assert await books(exit.owner) == before


async def test_who_comes_back_finds_their_wallets_open(exit: Exit) -> None:
    bank = exit.bank
    before = await books(exit.owner)
    await exit.reasons(bank.bob)
    token = await a_token(bank.database, bank.bob, TokenType.ACCOUNT_RESTORE)
    assert await told(exit.operations, RESTORE, token=token) == DONE

    assert await exit.states(bank.bob) == ["ACTIVE"]
    assert len(await books(exit.owner)) == len(before)
    assert await bank.refusal(bank.leg(1)) is None


async def test_what_an_erased_person_still_has_is_closed_or_stopped(exit: Exit) -> None:
    bank = exit.bank
    await a_wallet(bank.database, bank.ada, currency=Currency.ETH)
    async with bank.database.session(SYSTEM) as session:
        emit(session, UserErased(user_id=bank.ada.id))
    await work_off(bank.database)

    assert await exit.states(bank.ada) == ["FROZEN", "CLOSED"]
    assert await exit.states(bank.bob) == ["ACTIVE"]
    assert await balance(exit.owner, bank.adas) == 500


async def test_a_payment_comes_before_somebody_leaves_or_does_not_come(
    exit: Exit, crowded: Database
) -> None:
    bank = exit.bank
    many = Operations(exit.operations.gateway, crowded)
    outcomes: Counter[bool] = Counter()
    for _ in range(15):
        other = await Bank.opened(bank.database)
        payment = other.refusal(other.leg(1), database=crowded)
        reasons, refusal = await asyncio.gather(exit.reasons(other.bob, many), payment)

        left = not reasons
        outcomes[left] += 1
        assert refusal is (WalletNotActive if left else None)
        assert await exit.states(other.bob) == ["CLOSED" if left else "ACTIVE"]
        assert await balance(exit.owner, other.bobs) == (0 if left else 1)
    assert sum(outcomes.values()) == 15


async def test_who_leaves_waits_for_a_payment_under_way_and_then_stays(exit: Exit) -> None:
    bank = exit.bank
    async with bank.database.session(SYSTEM) as session:
        await mint.post(session, None, "under way", [bank.leg(1)])
        leaving = asyncio.create_task(exit.reasons(bank.bob))
        await _waits_for_a_lock(exit.owner)
    assert await leaving == ["Your AZR wallet holds 1 AZR."]
    assert await exit.states(bank.bob) == ["ACTIVE"]


async def _waits_for_a_lock(owner: asyncpg.Connection) -> None:
    """Until somebody does."""
    waiting = "select exists (select from pg_locks where not granted)"
    async with asyncio.timeout(5):
        while not await owner.fetchval(waiting):  # noqa: ASYNC110 (a lock sets no event)
            await asyncio.sleep(0.01)


async def test_what_is_opened_for_somebody_who_has_left_is_closed(exit: Exit) -> None:
    bank, ada = exit.bank, exit.bank.ada
    await bank.post(bank.leg(500))
    assert await exit.reasons() == []

    dollars = await opened(bank, ada.id, Currency.USD)
    source = await opened_issuance(bank)
    leg = mint.Leg(source, dollars, Decimal(10), TransactionType.MINT)
    assert await bank.refusal(leg) is WalletNotActive

    async with bank.database.session(SYSTEM) as session:
        await repository.reopen_own(session, ada.id)
    assert await exit.states() == ["ACTIVE", "ACTIVE"]


async def opened(bank: Bank, user_id: UUID, currency: Currency) -> UUID:
    async with bank.database.session(SYSTEM) as session:
        return await mint.open_wallet(session, user_id, currency)


async def opened_issuance(bank: Bank) -> UUID:
    async with bank.database.session(SYSTEM) as session:
        return await mint.issuance(session, Currency.USD)
