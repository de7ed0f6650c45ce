"""Many who stake at once: nothing is paid twice, whoever comes first."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from domains.kernel.clock import MovedClock, now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.node import key_of
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM
from domains.mint import errors
from domains.mint.jobs.staking import tell_matured
from domains.mint.service import stakes
from tests.makers import viewer
from tests.money.invariants import hold

from . import vault
from .bank import Bank, balance

TERM = timedelta(days=30)
MANY = 30


async def refusal(act: Awaitable[UUID]) -> type[UserError] | None:
    """Why it was refused; None if it was not."""
    try:
        await act
    except Refused as refused:
        return type(refused.errors[0])
    return None


def lock(database: Database, bank: Bank, amount: int, key: str | None = None) -> Awaitable[UUID]:
    given = (key or str(uuid4()), bank.adas, Decimal(amount), 30)
    return database.transaction(SYSTEM, stakes.create, Client(), viewer(bank.ada), *given)


def claim(database: Database, bank: Bank, stake: str) -> Awaitable[UUID]:
    given = (str(uuid4()), key_of("Stake", stake))
    return database.transaction(SYSTEM, stakes.claim, viewer(bank.ada), *given)


def close(database: Database, bank: Bank, stake: str) -> Awaitable[UUID]:
    given = (str(uuid4()), key_of("Stake", stake))
    return database.transaction(
        SYSTEM, stakes.close, Client(), viewer(bank.ada), *given, without_reward=False
    )


async def test_the_same_request_thirty_times_at_once_locks_money_once(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    ids = await asyncio.gather(*(lock(crowded, bank, 100, key="k") for _ in range(MANY)))
    assert len(set(ids)) == 1
    assert await balance(owner, bank.adas) == 400
    await hold(owner)


async def test_of_thirty_who_lock_the_same_money_only_as_many_succeed_as_it_covers(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    refusals = await asyncio.gather(*(refusal(lock(crowded, bank, 100)) for _ in range(MANY)))
    assert Counter(refusals) == {None: 5, errors.InsufficientFunds: 25}
    assert await balance(owner, bank.adas) == 0
    await hold(owner)


async def test_thirty_claims_at_once_bring_what_was_earned_once(
    bank: Bank, crowded: Database, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 500)
    clock.move(TERM)
    refusals = await asyncio.gather(*(refusal(claim(crowded, bank, stake)) for _ in range(MANY)))

    row = await vault.row(owner, stake)
    assert set(refusals) <= {None, errors.NothingToClaim}
    assert row["claims"] == Counter(refusals)[None] > 0
    assert row["reward_paid"] == await balance(owner, bank.adas)
    assert Decimal("2.05479452") <= row["reward_paid"] <= vault.earned(row, now())
    await hold(owner)


async def test_of_thirty_who_close_a_stake_one_does(
    bank: Bank, crowded: Database, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    clock.move(TERM)
    refusals = await asyncio.gather(*(refusal(close(crowded, bank, stake)) for _ in range(MANY)))

    assert Counter(refusals) == {None: 1, errors.StakeEnded: MANY - 1}
    row = await vault.row(owner, stake)
    assert await balance(owner, bank.adas) == 500 + vault.earned(row, row["closed_at"])
    await hold(owner)


async def test_claims_beside_the_end_take_nothing_from_it_and_add_nothing(
    bank: Bank, crowded: Database, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 500)
    clock.move(TERM)
    acts = [act(crowded, bank, stake) for act in (claim, close) for _ in range(MANY // 2)]
    refusals = await asyncio.gather(*map(refusal, acts))

    assert set(refusals) <= {None, errors.StakeEnded, errors.NothingToClaim}
    row = await vault.row(owner, stake)
    assert row["reward_paid"] == vault.earned(row, row["closed_at"])
    assert await balance(owner, bank.adas) == 500 + row["reward_paid"]
    await hold(owner)


async def test_an_owner_is_told_once_however_many_tell(
    bank: Bank, crowded: Database, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    for _ in range(5):
        await vault.locked(graph, bank.ada, bank.adas, 1)
    clock.move(TERM)

    async def tell() -> None:
        async with crowded.session(SYSTEM) as session:
            await tell_matured(session)

    await asyncio.gather(*(tell() for _ in range(MANY)))
    told = "select count(*) from kernel.outbox where topic = 'mint.stake.matured'"
    assert await owner.fetchval(told) == 5
