"""Limits: so many tries at once, refilled by the clock, taken before the try or not at all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Bounds, Database
from domains.kernel.housekeeping import forget_full_buckets
from domains.kernel.limiter import Claim, Limit, granted, refused, reserve, subject_of
from domains.kernel.refusal import RateLimited
from domains.kernel.viewer import SYSTEM, Viewer
from gateway.faults import is_busy
from tests.postgres import Urls

FIVE = Limit("test.five", 5, timedelta(minutes=1))
TWO = Limit("test.two", 2, timedelta(minutes=1))
ONE = Limit("test.one", 1, timedelta(minutes=1))
SEVEN = Limit("test.seven", 7, timedelta(minutes=1))

BUCKETS = "select count(*) from kernel.buckets"


@pytest.fixture
async def crowd(wiped: None, urls: Urls) -> AsyncIterator[Database]:
    """The database as thirty may ask it at once."""
    database = Database(urls.app, Bounds(calls=30))
    await database.open()
    yield database
    await database.close()


async def thirty_at_once(crowd: Database, owner: asyncpg.Connection, *claims: Claim) -> list[bool]:
    """What thirty are told who have all looked before the first of them takes anything."""
    async with owner.transaction():
        await owner.execute("select from kernel.buckets for update")
        tries = [asyncio.create_task(granted(crowd, *claims)) for _ in range(30)]
        waiting = "select count(*) from pg_locks where not granted"
        while await owner.fetchval(waiting) < 30:  # noqa: ASYNC110 (another process waits)
            await asyncio.sleep(0.01)
    return await asyncio.gather(*tries)


async def taken(database: Database, *claims: Claim) -> int:
    """How often all of it can be had one after the other."""
    times = 0
    while times < 50 and await granted(database, *claims):
        times += 1
    return times


async def test_of_thirty_at_once_five_pass(crowd: Database, owner: asyncpg.Connection) -> None:
    claim = Claim(FIVE, "192.0.2.1")
    assert await granted(crowd, claim)
    # All thirty find four left.
    assert sum(await thirty_at_once(crowd, owner, claim)) == 4
    assert await granted(crowd, claim) is False


async def test_thirty_that_are_the_first_at_once_are_counted_too(crowd: Database) -> None:
    tries = await asyncio.gather(*(granted(crowd, Claim(FIVE, "a")) for _ in range(30)))
    assert sum(tries) == 5


async def test_subjects_and_limits_are_counted_apart(database: Database) -> None:
    assert await taken(database, Claim(FIVE, "a")) == 5
    assert await taken(database, Claim(FIVE, "b")) == 5
    assert await taken(database, Claim(SEVEN, "a")) == 7


async def test_a_bucket_refills_evenly_and_to_its_size(
    database: Database, clock: MovedClock
) -> None:
    claim = Claim(FIVE, "a")
    assert await taken(database, claim) == 5
    clock.move(timedelta(seconds=12))
    assert await taken(database, claim) == 1
    clock.move(timedelta(seconds=24))
    assert await taken(database, claim) == 2
    clock.move(timedelta(days=3))
    assert await taken(database, claim) == 5


async def test_a_refusal_says_when_the_next_may_pass(database: Database, clock: MovedClock) -> None:
    assert await taken(database, Claim(FIVE, "a")) == 5
    refusal = await refused(database, Claim(FIVE, "a"))
    assert refusal is not None
    assert refusal.limit == FIVE
    assert 11 < refusal.retry_after <= 12
    clock.move(timedelta(seconds=refusal.retry_after))
    await reserve(database, Claim(FIVE, "a"))
    with pytest.raises(RateLimited) as raised:
        await reserve(database, Claim(FIVE, "a"))
    assert raised.value.extensions == {"code": "RATE_LIMITED", "retryAfter": 12}


async def test_where_one_limit_refuses_the_others_are_not_used_up(database: Database) -> None:
    both = (Claim(FIVE, "a"), Claim(ONE, "a"))
    assert await granted(database, *both)
    for _ in range(9):
        refusal = await refused(database, *both)
        assert refusal is not None
        assert refusal.limit == ONE
    assert await taken(database, Claim(FIVE, "a")) == 4


async def test_who_loses_a_race_for_one_limit_gives_back_the_others(
    crowd: Database, owner: asyncpg.Connection
) -> None:
    both = (Claim(FIVE, "a"), Claim(TWO, "a"))
    assert await granted(crowd, *both)
    assert sum(await thirty_at_once(crowd, owner, *both)) == 1
    assert await taken(crowd, Claim(FIVE, "a")) == 3


async def test_those_who_want_the_same_in_another_order_never_block_each_other(
    crowd: Database,
) -> None:
    limits = [Limit(f"test.{number}", 100, timedelta(hours=1)) for number in range(6)]
    claims = [Claim(limit, "a") for limit in limits]
    orders = [claims, claims[::-1], claims[3:] + claims[:3]] * 10
    assert all(await asyncio.gather(*(granted(crowd, *order) for order in orders)))
    for claim in claims:
        assert await taken(crowd, *[claim] * 10) == 7


async def test_two_of_the_same_claim_count_twice(database: Database) -> None:
    claim = Claim(FIVE, "a")
    assert await taken(database, claim, claim) == 2
    assert await taken(database, claim) == 1
    refusal = await refused(database, *[Claim(FIVE, "b")] * 6)
    assert refusal is not None
    assert await taken(database, Claim(FIVE, "b")) == 5


async def test_no_claim_is_always_granted(database: Database) -> None:
    assert await granted(database)


async def test_what_was_taken_stays_taken_though_the_caller_fails(database: Database) -> None:
    async def fail(_session: object, _viewer: Viewer) -> None:
        await reserve(database, Claim(ONE, "a"))
        raise LookupError

    with pytest.raises(LookupError):
        await database.transaction(SYSTEM, fail)
    assert not await granted(database, Claim(ONE, "a"))


async def test_where_the_database_is_away_nobody_passes() -> None:
    database = Database("postgresql://azora_app@127.0.0.1:1/azora")
    await database.open()
    with pytest.raises(ConnectionError) as raised:
        await reserve(database, Claim(FIVE, "a"))
    assert is_busy(raised.value)
    await database.close()


async def test_the_subject_is_stored_as_a_digest(
    database: Database, owner: asyncpg.Connection
) -> None:
    await reserve(database, Claim(FIVE, "someone@example.org"))
    [row] = await owner.fetch("select * from kernel.buckets")
    assert len(row["key"]) == 32
    assert b"someone" not in row["key"]
    assert Claim(FIVE, "a").key != Claim(SEVEN, "a").key


async def test_full_buckets_are_forgotten_and_others_kept(
    database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    await reserve(database, Claim(FIVE, "a"))
    await reserve(database, Claim(ONE, "b"))
    clock.move(timedelta(seconds=30))
    async with database.session(SYSTEM) as session:
        await forget_full_buckets(session)
    assert await owner.fetchval(BUCKETS) == 1
    assert not await granted(database, Claim(ONE, "b"))
    clock.move(timedelta(seconds=30))
    async with database.session(SYSTEM) as session:
        await forget_full_buckets(session)
    assert await owner.fetchval(BUCKETS) == 0


async def test_the_sweep_passes_by_a_bucket_that_is_being_taken_from(
    database: Database, owner: asyncpg.Connection
) -> None:
    await reserve(database, Claim(FIVE, "a"))
    async with owner.transaction():
        await owner.execute("select from kernel.buckets for update")
        later = now() + timedelta(hours=1)
        row = await database.call("select kernel.forget_full_buckets($1)", [later])
        assert row is not None
        assert row[0] == 0


async def test_the_application_can_neither_read_nor_change_a_bucket(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.app)
    try:
        for statement in (
            "select from kernel.buckets",
            "delete from kernel.buckets",
            "update kernel.buckets set full_at = now()",
            "insert into kernel.buckets values ('a', now())",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_buckets_are_not_logged(owner: asyncpg.Connection) -> None:
    kind = "select relpersistence from pg_class where oid = 'kernel.buckets'::regclass"
    assert await owner.fetchval(kind) == b"u"


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        (None, "nowhere"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_network_of_ipv6_is_one_subject(address: str | None, subject: str) -> None:
    assert subject_of(address) == subject
