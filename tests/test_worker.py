"""A worker ends in order, and what it is torn from is done by another."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from domains.kernel import queue
from domains.kernel.database import Database
from domains.kernel.queue import enqueue
from domains.kernel.viewer import SYSTEM
from gateway import worker
from tests.postgres import Urls
from tests.serving import ROOT
from tests.worker import work_off
from tests.worker_process import DAWDLE, HEARTBEAT

PATIENCE = 20
"""Seconds that a process has to start, to end, or to take over."""


@dataclass
class Dawdler:
    """A task that ends when it is let go."""

    begun: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    finished: int = 0

    async def dawdle(self, _database: Database, _given: dict[str, Any]) -> None:
        self.begun.put_nowait(None)
        await self.released.wait()
        self.finished += 1

    async def has_begun(self) -> None:
        await asyncio.wait_for(self.begun.get(), PATIENCE)


@pytest.fixture
async def dawdler(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Dawdler]:
    """What this process does for the task; its workers have fast clocks."""
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(worker, "RECONNECT_SECONDS", 0.05)
    monkeypatch.setattr(worker, "HEARTBEAT", HEARTBEAT)
    dawdler = Dawdler()
    queue.register(DAWDLE, dawdler.dawdle)
    yield dawdler
    queue._tasks.pop(DAWDLE)


async def leave(database: Database, seconds: float = 0) -> None:
    async with database.session(SYSTEM) as session:
        await enqueue(session, DAWDLE, {"seconds": seconds})


async def left(owner: asyncpg.Connection) -> list[tuple[str, int]]:
    """The state of what is not done, and how often it failed."""
    found = await owner.fetch("select status::text, attempts from queue.pgqueuer")
    return [tuple(row) for row in found]


async def done(owner: asyncpg.Connection) -> None:
    """Return once the queue is empty."""
    async with asyncio.timeout(PATIENCE):
        while await left(owner):  # noqa: ASYNC110 (a table sets no event)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def another_process(urls: Urls) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another worker, which has begun a task."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.worker_process", urls.app),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert await said(started) == "begun"
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip()


async def test_the_task_of_a_killed_process_is_done_by_another_but_not_while_it_lives(
    database: Database, owner: asyncpg.Connection, urls: Urls, dawdler: Dawdler
) -> None:
    dawdler.released.set()
    await leave(database, seconds=3600)
    async with another_process(urls) as other, worker.background(database):
        await asyncio.sleep(2 * HEARTBEAT.total_seconds())
        assert await left(owner) == [("picked", 0)]
        assert dawdler.begun.empty()

        other.kill()
        await dawdler.has_begun()
        await done(owner)
    assert dawdler.finished == 1


async def test_a_process_that_is_asked_to_end_finishes_what_is_at_hand_and_begins_nothing(
    database: Database, owner: asyncpg.Connection, urls: Urls
) -> None:
    await leave(database, seconds=1)
    async with another_process(urls) as other:
        other.terminate()
        await asyncio.sleep(0.3)
        await leave(database)
        assert await said(other) == "finished"
        assert await said(other) == ""
        assert await asyncio.wait_for(other.wait(), PATIENCE) == 0
    assert await left(owner) == [("queued", 0)]


async def test_what_is_not_finished_in_time_goes_back_to_the_queue(
    database: Database,
    owner: asyncpg.Connection,
    dawdler: Dawdler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.1)
    await leave(database)
    began = time.monotonic()
    async with worker.background(database):
        await dawdler.has_begun()
    assert time.monotonic() - began < 3
    assert dawdler.finished == 0
    assert await left(owner) == [("queued", 1)]

    dawdler.released.set()
    await work_off(database)
    assert dawdler.finished == 1
    assert await left(owner) == []


async def test_a_new_task_wakes_the_worker_before_its_clock_does(
    database: Database, owner: asyncpg.Connection, dawdler: Dawdler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 3600)
    dawdler.released.set()
    async with asyncio.timeout(PATIENCE), worker.background(database):
        for _ in range(2):
            await leave(database)
            await dawdler.has_begun()
            await done(owner)


async def test_a_lost_connection_is_made_again_and_nothing_is_lost(
    database: Database,
    owner: asyncpg.Connection,
    superuser: tuple[asyncpg.Connection, str],
    dawdler: Dawdler,
) -> None:
    async with worker.background(database):
        await leave(database)
        await dawdler.has_begun()
        await superuser[0].execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and usename = 'azora_app'"
        )
        dawdler.released.set()
        await leave(database)
        await done(owner)
    # The end of the first could not be noted, so it was done again.
    assert dawdler.finished == 3


async def test_without_a_database_the_worker_waits_and_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "RECONNECT_SECONDS", 0.01)
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")

    async with asyncio.timeout(5), worker.background(nowhere):
        await asyncio.sleep(0.1)
    await nowhere.close()

    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert len(caplog.records) > 1


def test_every_domains_background_is_known() -> None:
    assert queue.tasks().keys() >= {
        "kernel.forget_delivered",
        "kernel.forget_finished",
        "kernel.make_partitions",
        "mint.record_metrics",
    }
