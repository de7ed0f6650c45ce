"""What is left in the queue is done after the commit, and again until it succeeds."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel import queue
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.queue import MOST_ATTEMPTS, enqueue
from domains.kernel.row import uuid7
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from gateway import tasks, worker
from tests.worker import work_off

NAME = "tests.paint"
SECRET = "a word of the error"


class Broken(Exception):
    """What a failing task raises."""


@dataclass
class Painter:
    """A task that counts its runs."""

    painted: list[Any] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    broken: bool = False
    seconds: float = 0

    async def paint(self, _database: Database, given: dict[str, Any]) -> None:
        self.painted.append(given["what"])
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        if self.broken:
            raise Broken(SECRET)


@pytest.fixture
def painter() -> Iterator[Painter]:
    """The only task of these tests."""
    painter = Painter()
    queue.register(NAME, painter.paint)
    yield painter
    queue._tasks.pop(NAME)


async def leave(database: Database, *whats: Any, as_: Viewer = SYSTEM, **how: Any) -> None:
    async with database.session(as_) as session:
        for what in whats:
            await enqueue(session, NAME, {"what": what}, **how)


async def waiting(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    found: list[asyncpg.Record] = await owner.fetch(
        "select status::text, attempts, extract(epoch from execute_after - updated)::float8 as wait"
        " from queue.pgqueuer order by id"
    )
    return found


async def make_due(owner: asyncpg.Connection) -> None:
    await owner.execute("update queue.pgqueuer set execute_after = now() - interval '1 second'")


async def test_a_task_is_done_once(
    database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    await leave(database, "a wall", {"of": ["a", 1, None]})
    for _ in range(2):
        await work_off(database)
    assert painter.painted == ["a wall", {"of": ["a", 1, None]}]
    assert await waiting(owner) == []


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.STUDENT])
async def test_anybodys_transaction_may_leave_a_task(
    database: Database, painter: Painter, role: Role
) -> None:
    await leave(database, "a wall", as_=Viewer(uuid7(), role))
    await work_off(database)
    assert painter.painted == ["a wall"]


async def test_what_is_left_in_a_transaction_that_rolls_back_is_never_done(
    database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    async def leave_and_fail(session: AsyncSession, _viewer: Viewer) -> None:
        await enqueue(session, NAME, {"what": "a wall"}, key="wall")
        raise Broken

    with pytest.raises(Broken):
        await database.transaction(ANONYMOUS, leave_and_fail)

    await work_off(database)
    assert painter.painted == []
    assert await owner.fetchval("select count(*) from queue.pgqueuer_log") == 0


async def test_nothing_is_begun_before_the_commit(
    database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    async with database.session(SYSTEM) as session:
        await enqueue(session, NAME, {"what": "a wall"})
        await work_off(database)
        assert painter.painted == []
    await work_off(database)
    assert painter.painted == ["a wall"]


async def test_a_task_for_later_is_done_then(
    database: Database, owner: asyncpg.Connection, painter: Painter, clock: MovedClock
) -> None:
    await leave(database, "a wall", after=timedelta(hours=2))
    await work_off(database)
    assert painter.painted == []
    [task] = await waiting(owner)
    assert task["wait"] == 7200

    clock.move(timedelta(hours=2, minutes=1))
    await work_off(database)
    assert painter.painted == ["a wall"]


async def test_a_key_keeps_a_second_from_being_added_while_one_waits(
    database: Database, painter: Painter
) -> None:
    await leave(database, "a wall", key="one")
    await leave(database, "the same wall", key="one")
    await leave(database, "another wall", key="other")
    await leave(database, "a door")
    await work_off(database)
    assert painter.painted == ["a wall", "another wall", "a door"]

    await leave(database, "a wall", key="one")
    await work_off(database)
    assert painter.painted[3:] == ["a wall"]


async def test_a_key_is_for_one_kind_of_task(database: Database, painter: Painter) -> None:
    queue.register("tests.draw", painter.paint)
    try:
        async with database.session(SYSTEM) as session:
            await enqueue(session, "tests.draw", {"what": "a drawing"}, key="one")
            await enqueue(session, NAME, {"what": "a wall"}, key="one")
        await work_off(database)
    finally:
        queue._tasks.pop("tests.draw")
    assert painter.painted == ["a drawing", "a wall"]


async def test_tasks_that_tasks_leave_are_done_as_well(
    database: Database, painter: Painter
) -> None:
    async def begin(database: Database, given: dict[str, Any]) -> None:
        await leave(database, given["what"])

    queue.register("tests.begin", begin)
    try:
        async with database.session(SYSTEM) as session:
            await enqueue(session, "tests.begin", {"what": "a wall"})
        await work_off(database)
    finally:
        queue._tasks.pop("tests.begin")
    assert painter.painted == ["a wall"]


async def test_each_wait_is_about_twice_as_long_as_the_one_before_and_the_tenth_failure_the_last(
    database: Database,
    owner: asyncpg.Connection,
    painter: Painter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    painter.broken = True
    await leave(database, "a wall")
    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        await work_off(database)
        [task] = await waiting(owner)
        if attempt < MOST_ATTEMPTS:
            assert (task["status"], task["attempts"]) == ("queued", attempt)
            waits.append(task["wait"])
            await make_due(owner)

    assert task["status"] == "failed"
    for wait, expected in zip(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300], strict=True):
        assert wait == pytest.approx(expected, rel=tasks.JITTER)
    await make_due(owner)
    await work_off(database)
    assert len(painter.painted) == MOST_ATTEMPTS
    ours = [record for record in caplog.records if record.name == "azora.worker"]
    assert [record.levelno for record in ours] == [logging.WARNING] * 9 + [logging.ERROR]


async def test_waits_are_not_all_of_a_length(
    database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    painter.broken = True
    await leave(database, *range(6))
    await work_off(database)
    waits = [round(task["wait"], 1) for task in await waiting(owner)]
    assert len(set(waits)) > 1


async def test_what_failed_is_done_when_it_can_be(
    database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    painter.broken = True
    await leave(database, "a wall")
    await work_off(database)
    painter.broken = False
    await make_due(owner)
    await work_off(database)
    assert painter.painted == ["a wall"] * 2
    assert await waiting(owner) == []


async def test_the_queue_keeps_the_class_of_an_error_and_none_of_its_words(
    database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    painter.broken = True
    await leave(database, "a wall")
    for _ in range(MOST_ATTEMPTS):
        await work_off(database)
        await make_due(owner)
    kept = await owner.fetch("select traceback from queue.pgqueuer_log where traceback is not null")
    assert len(kept) == MOST_ATTEMPTS
    assert {json.loads(row[0])["exception_message"] for row in kept} == {"Broken"}
    assert SECRET not in str(kept)


async def test_a_task_that_takes_too_long_has_failed(
    database: Database,
    owner: asyncpg.Connection,
    painter: Painter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "LONGEST_SECONDS", 0.05)
    painter.seconds = 5
    await leave(database, "a wall")
    async with asyncio.timeout(3):
        await work_off(database)
    [task] = await waiting(owner)
    assert (task["status"], task["attempts"]) == ("queued", 1)


@pytest.fixture
async def three_workers(
    database: Database, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Workers that know the task, because it was there before them."""
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.1)
    async with (
        worker.background(database),
        worker.background(database),
        worker.background(database),
    ):
        yield


async def test_workers_beside_each_other_do_each_task_once(
    three_workers: None, database: Database, owner: asyncpg.Connection, painter: Painter
) -> None:
    painter.seconds = 0.01
    for number in range(60):
        await leave(database, number)
    async with asyncio.timeout(10):
        while await waiting(owner):  # noqa: ASYNC110 (a table sets no event)
            await asyncio.sleep(0.05)
    assert sorted(painter.painted) == [*range(60)]
    assert painter.most_at_once <= 3 * 2 * worker.BATCH


async def test_nobody_but_the_application_can_reach_the_queue(owner: asyncpg.Connection) -> None:
    granted = await owner.fetch(
        "select relname, string_agg(lower(privilege_type), ', ' order by privilege_type) as powers"
        " from pg_class, aclexplode(relacl) where relnamespace = 'queue'::regnamespace"
        " and grantee = 'azora_app'::regrole group by relname order by relname"
    )
    assert {row["relname"]: row["powers"] for row in granted} == {
        "pgqueuer": "delete, insert, select, update",
        "pgqueuer_id_seq": "usage",
        "pgqueuer_log": "delete, insert, select",
        "pgqueuer_schedules": "insert, select, update",
        "pgqueuer_schedules_id_seq": "usage",
        "pgqueuer_statistics": "select",
    }
    others = await owner.fetchval(
        "select count(*) from pg_class, aclexplode(relacl) where relnamespace ="
        " 'queue'::regnamespace and grantee not in ('azora_app'::regrole, relowner)"
    )
    assert others == 0
