"""Jobs are done when their time has come, by one worker, and again soon after a failure."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import pytest
from sqlmodel import update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel import jobs as declared
from domains.kernel import queue
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.jobs import cron, job
from domains.kernel.queue import enqueue
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM
from domains.notifications.models import Notification
from gateway import worker
from tests.makers import a_notification, a_user
from tests.worker import work_off

PATIENCE = 10


class Broken(Exception):
    """What a failing job raises."""


@dataclass
class Broom:
    """A job that counts its runs, in Python and in the database."""

    name: str = ""
    runs: int = 0
    broken: bool = False


@pytest.fixture
def broom(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broom]:
    """The only job there is, due every hour."""
    broom = Broom()

    async def sweep(session: AsyncSession) -> None:
        broom.runs += 1
        await session.exec(update(Notification).values(deleted_at=now()))
        if broom.broken:
            raise Broken

    monkeypatch.setattr(worker, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(declared, "_jobs", {})
    job(every=timedelta(hours=1))(sweep)
    [only] = declared.jobs()
    broom.name = only.name
    yield broom
    queue._tasks.pop(only.name)


async def schedule(owner: asyncpg.Connection) -> asyncpg.Record | None:
    return await owner.fetchrow(
        "select entrypoint, status::text, last_run, extract(minute from next_run) as minute,"
        " extract(epoch from next_run - now())::float8 as due_in from queue.pgqueuer_schedules"
    )


async def until(found: str, owner: asyncpg.Connection) -> None:
    """Return once a condition of the database holds."""
    async with asyncio.timeout(PATIENCE):
        while not await owner.fetchval(f"select exists ({found})"):  # noqa: ASYNC110 (a table sets no event)
            await asyncio.sleep(0.02)


async def learn_the_times(database: Database, owner: asyncpg.Connection) -> None:
    """What a first worker does: it notes when the jobs are due."""
    async with worker.background(database):
        await until("select from queue.pgqueuer_schedules", owner)


async def make_due(owner: asyncpg.Connection) -> None:
    await owner.execute("update queue.pgqueuer_schedules set next_run = now() - interval '1 day'")


SCHEDULED = "select from queue.pgqueuer_schedules where status = 'queued'"
IS_DONE = "select from queue.pgqueuer_log where status = 'successful'"


async def test_a_job_waits_for_its_time(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    await learn_the_times(database, owner)
    kept = await schedule(owner)
    assert kept is not None
    assert (kept["entrypoint"], kept["last_run"], kept["minute"]) == (broom.name, None, 0)
    assert 0 < kept["due_in"] <= 3600
    assert broom.runs == 0


async def test_what_was_missed_while_no_worker_was_there_is_done_once_by_one_of_the_next(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    await learn_the_times(database, owner)
    await make_due(owner)
    async with worker.background(database), worker.background(database):
        await until(IS_DONE, owner)
        await until(f"{SCHEDULED} and next_run > now()", owner)
        await asyncio.sleep(0.3)
    assert broom.runs == 1
    assert await owner.fetchval("select count(*) from queue.pgqueuer_schedules") == 1
    kept = await schedule(owner)
    assert kept is not None
    assert 0 < kept["due_in"] <= 3600


async def test_a_failure_undoes_the_work_and_the_job_is_soon_tried_again(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    swept = "select count(deleted_at) from notifications.notifications"
    await a_notification(database, (await a_user(database)).id)
    await learn_the_times(database, owner)
    broom.broken = True
    await make_due(owner)
    async with worker.background(database):
        await until("select from queue.pgqueuer where attempts = 1", owner)
    wait = "select extract(epoch from execute_after - updated)::float8 from queue.pgqueuer"
    assert 1 < await owner.fetchval(wait) < 3
    assert await owner.fetchval(swept) == 0

    broom.broken = False
    await owner.execute("update queue.pgqueuer set execute_after = now() - interval '1 second'")
    await work_off(database)
    assert broom.runs == 2
    assert await owner.fetchval(swept) == 1


async def test_a_job_that_still_waits_to_be_tried_again_is_not_added_a_second_time(
    database: Database, owner: asyncpg.Connection, broom: Broom
) -> None:
    await learn_the_times(database, owner)
    broom.broken = True
    for run in (1, 1):
        await make_due(owner)
        async with worker.background(database):
            await until("select from queue.pgqueuer where attempts >= 1", owner)
            await until(f"{SCHEDULED} and next_run > now()", owner)
        assert await owner.fetchval("select count(*) from queue.pgqueuer") == run


@pytest.mark.parametrize(
    ("every", "times"),
    [
        (timedelta(minutes=1), "*/1 * * * *"),
        (timedelta(minutes=5), "*/5 * * * *"),
        (timedelta(hours=1), "0 */1 * * *"),
        (timedelta(hours=6), "0 */6 * * *"),
        (timedelta(days=1), "0 0 * * *"),
    ],
)
def test_the_times_of_a_job_divide_the_hour_or_the_day(every: timedelta, times: str) -> None:
    assert cron(every) == times


@pytest.mark.parametrize(
    "every",
    [
        timedelta(seconds=30),
        timedelta(seconds=90),
        timedelta(minutes=7),
        timedelta(hours=5),
        timedelta(days=2),
    ],
)
def test_other_times_are_refused(every: timedelta) -> None:
    with pytest.raises(ValueError, match="a job is done daily, or"):
        cron(every)


async def do(database: Database, name: str) -> None:
    async with database.session(SYSTEM) as session:
        await enqueue(session, name, {})
    await work_off(database)


async def test_every_job_can_be_done(database: Database, owner: asyncpg.Connection) -> None:
    for each in declared.jobs():
        await do(database, each.name)
    done = "select array_agg(entrypoint) from queue.pgqueuer_log where status = 'successful'"
    assert set(await owner.fetchval(done)) == {each.name for each in declared.jobs()}


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
    ):
        await owner.execute(add, age, topic, uuid7(), delivered)
    await owner.execute(
        "insert into kernel.outbox (id, topic, aggregate_id, body, attempts) values"
        " (uuidv7(interval '-40 days'), 'waiting', uuidv7(), '{}', 10)"
    )
    await do(database, "kernel.forget_delivered")
    left = await owner.fetchval("select array_agg(topic order by topic) from kernel.outbox")
    assert left == ["late", "new", "waiting"]


async def test_only_tasks_done_a_week_ago_are_forgotten(
    database: Database, owner: asyncpg.Connection
) -> None:
    add = (
        "insert into queue.pgqueuer_log (job_id, status, priority, entrypoint, created)"
        " values ($1, 'failed', 0, $2, now() - make_interval(days => $3))"
    )
    dead = await owner.fetchval(
        "insert into queue.pgqueuer (priority, status, entrypoint)"
        " values (0, 'failed', 'tests.none') returning id"
    )
    for task, name, days in ((dead, "given up", 40), (-1, "old", 8), (-2, "new", 6)):
        await owner.execute(add, task, name, days)
    await do(database, "kernel.forget_finished")
    left = await owner.fetchval(
        "select array_agg(entrypoint order by entrypoint) from queue.pgqueuer_log"
        " where entrypoint <> 'kernel.forget_finished'"
    )
    assert left == ["given up", "new"]
