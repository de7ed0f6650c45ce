"""Many who mine at once: each thing is paid for once, and nobody gets more than there is."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from domains.mint import errors
from domains.mint.jobs.mining import batcher
from domains.mint.models import SUPPLY_CAP
from domains.mint.repository.mining import Outcome, Ruling
from domains.mint.service import mining
from domains.mint.service.mining import Claim
from tests.makers import a_user, a_wallet
from tests.money.invariants import hold
from tests.worker import work_off

from .bank import Bank, balance
from .mine import COURSE, Deeds, earned, leave, mined, numbers

TRANSACTIONS = "select count(distinct xmin::text) from mint.mining_records"


@pytest.fixture
def deeds() -> Iterator[Deeds]:
    """What people did."""
    with Deeds().known() as deeds:
        yield deeds


async def test_of_thirty_who_claim_the_same_one_is_paid(
    bank: Bank, crowded: Database, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activity = deeds.add(bank.ada)
    refusals = await asyncio.gather(*(mined(crowded, bank.ada, activity) for _ in range(30)))
    assert Counter(refusals) == {None: 1, errors.AlreadyMined: 29}
    assert await balance(owner, bank.adas) == 510
    assert await numbers(owner) == [1]
    await hold(owner)


async def test_of_thirty_claims_at_once_no_more_are_paid_than_the_day_allows(
    bank: Bank, crowded: Database, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activities = [deeds.add(bank.ada, base=Decimal(90)) for _ in range(30)]
    refusals = await asyncio.gather(*(mined(crowded, bank.ada, each) for each in activities))
    assert Counter(refusals) == {None: 11, errors.MiningLimitReached: 19}
    assert await earned(owner, bank.ada) == 990
    await hold(owner)


async def test_of_thirty_that_are_much_alike_one_is_paid_for(
    bank: Bank, crowded: Database, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activities = [uuid4() for _ in range(30)]
    for activity in activities:
        deeds.add(bank.ada, activity=activity, rivals=activities, apart=timedelta(days=30))
    refusals = await asyncio.gather(*(mined(crowded, bank.ada, each) for each in activities))
    assert Counter(refusals) == {None: 1, errors.MinedRecently: 29}
    assert await balance(owner, bank.adas) == 510


async def test_records_of_many_people_are_numbered_without_a_gap(
    bank: Bank, crowded: Database, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    people = [await a_user(bank.database) for _ in range(15)]
    claims = [(person, deeds.add(person)) for person in people for _ in range(2)]
    Random(3).shuffle(claims)  # noqa: S311 (not for secrets)
    refusals = await asyncio.gather(*(mined(crowded, *claim) for claim in claims))
    assert Counter(refusals) == {None: 30}
    assert await numbers(owner) == [*range(1, 31)]
    await hold(owner)


async def test_sixty_four_are_paid_in_one_transaction(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    people = [bank.ada, bank.bob, *[await a_user(bank.database) for _ in range(14)]]
    claims = [Claim(who.id, COURSE, deeds.add(who)) for who in people for _ in range(4)]
    outcomes = await asyncio.gather(*(batcher(bank.database).do(claim) for claim in claims))
    assert Counter(map(_ruling, outcomes)) == {Ruling.MINED: 64}
    assert await owner.fetchval(TRANSACTIONS) == 1
    assert await numbers(owner) == [*range(1, 65)]
    assert await balance(owner, bank.bobs) == 40
    await hold(owner)


async def test_of_more_than_sixty_four_the_rest_follow(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    claims = [Claim(bank.ada.id, COURSE, deeds.add(bank.ada, 1)) for _ in range(150)]
    outcomes = await asyncio.gather(*(batcher(bank.database).do(claim) for claim in claims))
    assert Counter(map(_ruling, outcomes)) == {Ruling.MINED: 150}
    assert await owner.fetchval(TRANSACTIONS) == 3


async def test_what_refuses_one_is_nothing_to_the_others(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    cold = await a_user(bank.database)
    assert await mined(bank.database, cold, deeds.add(cold)) is None
    await owner.execute("update mint.wallets set status = 'FROZEN' where user_id = $1", cold.id)
    done = deeds.add(bank.ada)
    assert await mined(bank.database, bank.ada, done) is None
    things = [
        (bank.ada, deeds.add(bank.ada), Ruling.MINED),
        (bank.ada, done, Ruling.ALREADY_MINED),
        (bank.ada, uuid4(), None),
        (cold, deeds.add(cold), Ruling.WALLET_NOT_ACTIVE),
        (bank.bob, deeds.add(bank.bob, base=Decimal(1001)), Ruling.LIMIT_REACHED),
        (bank.bob, deeds.add(bank.bob, 0), Ruling.WORTHLESS),
        (bank.bob, deeds.add(bank.bob), Ruling.MINED),
    ]
    async with bank.database.session(SYSTEM) as session:
        claims = [Claim(who.id, COURSE, activity) for who, activity, _ in things]
        outcomes = await mining.settle(session, SYSTEM, claims)

    assert [*map(_ruling, outcomes)] == [ruling for _, _, ruling in things]
    assert await numbers(owner) == [1, 2, 3, 4]
    assert await balance(owner, bank.bobs) == 10
    await hold(owner)


async def test_what_a_batch_has_issued_is_no_more_there_for_the_rest_of_it(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    await a_wallet(bank.database, bank.bob, Decimal(SUPPLY_CAP - 500 - 15))
    async with bank.database.session(SYSTEM) as session:
        claims = [Claim(bank.ada.id, COURSE, deeds.add(bank.ada)) for _ in range(2)]
        outcomes = await mining.settle(session, SYSTEM, claims)
    assert [*map(_ruling, outcomes)] == [Ruling.MINED, Ruling.SUPPLY_EXHAUSTED]
    assert await balance(owner, bank.adas) == 510


async def test_one_that_fails_fails_alone(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activities = [deeds.add(bank.ada) for _ in range(5)]
    deeds.failing.add(activities[2])
    claims = [Claim(bank.ada.id, COURSE, activity) for activity in activities]
    answers = await asyncio.gather(
        *(batcher(bank.database).do(claim) for claim in claims), return_exceptions=True
    )
    assert isinstance(answers.pop(2), LookupError)
    assert [*map(_ruling, answers)] == [Ruling.MINED] * 4
    assert await balance(owner, bank.adas) == 540
    await hold(owner)


async def test_what_is_left_to_the_worker_twice_is_paid_for_once(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    claim = Claim(bank.ada.id, COURSE, deeds.add(bank.ada))
    for _ in range(2):
        await leave(bank.database, claim, claim, Claim(bank.bob.id, COURSE, claim.activity_id))
        await work_off(bank.database)
    assert await balance(owner, bank.adas) == 510
    assert await balance(owner, bank.bobs) == 0
    assert await owner.fetchval("select count(*) from queue.pgqueuer") == 0


async def test_what_is_too_much_for_one_day_the_worker_pays_on_the_next(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds, clock: MovedClock
) -> None:
    claims = [Claim(bank.ada.id, COURSE, deeds.add(bank.ada, base=Decimal(600))) for _ in "12"]
    await leave(bank.database, *claims)
    await work_off(bank.database)
    assert await earned(owner, bank.ada) == 600
    tomorrow = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    clock.move(tomorrow - now() + timedelta(seconds=5))
    await work_off(bank.database)
    assert await earned(owner, bank.ada) == 1200
    assert await owner.fetchval("select count(*) from queue.pgqueuer") == 0


def _ruling(outcome: Any) -> Ruling | None:
    return outcome.ruling if isinstance(outcome, Outcome) else None
