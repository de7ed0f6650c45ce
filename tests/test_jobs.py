"""Jobs are done when they are due, by one worker at a time, and again soon after a failure."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
import pytest
from sqlmodel import update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel import jobs as declared
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.row import uuid7
from domains.notifications.models import Notification
from gateway import jobs, worker
from tests.makers import a_notification, a_user

NAME = "tests.sweep"


class Broken(Exception):
    """What a failing job raises."""


@dataclass
class Broom:
    """A job that counts its runs, in Python and in the database."""

    runs: int = 0
    at_once: int = 0
    broken: bool = False
    started: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def sweep(self, session: AsyncSession) -> None:
        self.runs += 1
        self.at_once += 1
        self.started.set()
        await session.exec(update(Notification).values(deleted_at=now()))
        if self.broken:
            self.at_once -= 1
            raise Broken
        await self.may_end.wait()
        self.at_once -= 1


@pytest.fixture
def broom(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broom]:
    """The only job there is."""
    broom = Broom()
    broom.may_end.set()
    only = declared.Job(NAME, timedelta(hours=1), broom.sweep)
    monkeypatch.setattr(declared, "_jobs", {NAME: only})
    yield broom
    broom.may_end.set()


async def state(owner: asyncpg.Connection) -> asyncpg.Record:
    found = await owner.fetchrow(
        "select attempts, done_at, extract(epoch from due_at - now())::float8 as due_in"
        " from kernel.jobs where name = $1",
        NAME,
    )
    assert found is not None
    return found


async def make_due(owner: asyncpg.Connection) -> None:
    await owner.execute("update kernel.jobs set due_at = now()")


async def test_a_job_is_done_at_once_and_then_when_its_time_has_come(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    assert await jobs.run_due(database) == 1
    assert await jobs.run_due(database) == 0
    assert broom.runs == 1
    kept = await state(owner)
    assert kept["attempts"] == 0
    assert kept["done_at"] is not None
    assert kept["due_in"] == pytest.approx(3600, abs=30)

    await make_due(owner)
    assert await jobs.run_due(database) == 1
    assert broom.runs == 2
    assert await owner.fetchval("select count(*) from kernel.jobs") == 1


async def test_workers_beside_each_other_do_a_job_once(database: Database, broom: Broom) -> None:
    broom.may_end.clear()
    runs = [asyncio.create_task(jobs.run_due(database)) for _ in range(3)]
    await asyncio.wait_for(broom.started.wait(), 4)
    await asyncio.wait(runs, timeout=0.5)
    assert broom.at_once == 1
    broom.may_end.set()
    assert sorted(await asyncio.gather(*runs)) == [0, 0, 1]
    assert broom.runs == 1


async def test_a_failure_undoes_the_work_and_the_job_is_soon_tried_again(
    database: Database,
    owner: asyncpg.Connection,
    broom: Broom,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await a_notification(database, (await a_user(database)).id)
    broom.broken = True
    waits = []
    for _ in range(3):
        assert await jobs.run_due(database) == 0
        waits.append((await state(owner))["due_in"])
        await make_due(owner)

    assert waits == pytest.approx([2, 4, 8], abs=0.9)
    assert tuple(await state(owner))[:2] == (3, None)
    assert await owner.fetchval("select count(deleted_at) from notifications.notifications") == 0
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3
    assert "a job failed" in caplog.text

    broom.broken = False
    assert await jobs.run_due(database) == 1
    assert (await state(owner))["attempts"] == 0
    assert await owner.fetchval("select count(deleted_at) from notifications.notifications") == 1


async def test_a_job_that_keeps_failing_is_tried_as_often_as_one_that_does_not(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    await jobs.run_due(database)
    broom.broken = True
    await owner.execute("update kernel.jobs set due_at = now(), attempts = 2000000")
    assert await jobs.run_due(database) == 0
    assert (await state(owner))["due_in"] == pytest.approx(3600, abs=30)


async def test_one_failing_job_holds_back_no_other(
    database: Database, broom: Broom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Broom()
    sound.may_end.set()
    broom.broken = True
    registered = declared._jobs | {
        "tests.wash": declared.Job("tests.wash", timedelta(hours=1), sound.sweep)
    }
    monkeypatch.setattr(declared, "_jobs", registered)
    assert await jobs.run_due(database) == 1
    assert (broom.runs, sound.runs) == (1, 1)


async def test_a_job_that_is_no_more_is_left_alone(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    await owner.execute("insert into kernel.jobs (name) values ('tests.forgotten')")
    assert await jobs.run_due(database) == 1
    kept = "select done_at from kernel.jobs where name = 'tests.forgotten'"
    assert await owner.fetchval(kept) is None


async def test_the_worker_does_jobs_and_ends_after_the_one_at_hand(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    broom.may_end.clear()
    async with worker.background(database):
        await asyncio.wait_for(broom.started.wait(), 4)
        broom.may_end.set()
    assert broom.runs == 1
    assert (await state(owner))["done_at"] is not None


async def test_the_kernels_own_jobs_are_known_and_can_be_done(
    database: Database, owner: asyncpg.Connection
) -> None:
    names = {job.name for job in declared.jobs()}
    assert names >= {"kernel.make_partitions", "kernel.forget_delivered"}
    assert await jobs.run_due(database) == len(names)
    done = "select array_agg(name) from kernel.jobs where done_at is not null"
    assert set(await owner.fetchval(done)) == names


async def test_only_events_told_a_month_ago_are_forgotten(
    database: Database, owner: asyncpg.Connection
) -> None:
    add = (
        "insert into kernel.outbox (id, topic, aggregate_id, body, delivered_at)"
        " values (uuidv7(make_interval(days => -$1::int)), $2, $3, '{}', now() - $4::interval)"
    )
    month = timedelta(days=31)
    for topic, age, delivered in (
        ("old", 40, month),
        ("late", 40, timedelta(days=1)),
        ("new", 1, timedelta(0)),
        ("waiting", 40, None),
    ):
        await owner.execute(add, age, topic, uuid7(), delivered)
    await jobs.run_due(database)
    left = await owner.fetchval("select array_agg(topic order by topic) from kernel.outbox")
    assert left == ["late", "new", "waiting"]
