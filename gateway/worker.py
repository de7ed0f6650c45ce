"""Does the domains' jobs, and carries events to their subscribers.

An event is delivered from the outbox at least once, and in order for each thing it happened to.
A subscriber's work and the mark that the event was delivered are one transaction, so that what it
does in the database happens once. Any number of workers may run beside each other.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from enum import Enum
from typing import Any

import asyncpg
from sqlalchemy import Update
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

import domains.education.subscribers
import domains.mint.subscribers
import domains.notifications.subscribers  # noqa: F401 (they subscribe when imported)
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.events import OutboxEntry, deliver
from domains.kernel.viewer import SYSTEM
from gateway import jobs
from gateway.faults import is_busy
from gateway.served import app_url
from gateway.settings import Settings

logger = logging.getLogger("azora.worker")

CHANNEL = "azora_outbox"
POLL_SECONDS = 5
JOBS_SECONDS = 10
RECONNECT_SECONDS = 2
MOST_ATTEMPTS = 10
"""After so many failures an entry is left as it is, and no longer holds back those behind it."""


class Outcome(Enum):
    """What came of looking for an event to deliver."""

    DELIVERED = "delivered"
    FAILED = "failed"
    NOTHING = "nothing"


class Worker:
    """Works until it is stopped; news of the database wake it to deliver, the clock to do jobs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._news = asyncio.Event()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Finish the delivery and the job at hand, and no other."""
        self._stopped.set()
        self._news.set()

    async def run(self) -> None:
        """Deliver events and do jobs beside each other."""
        await asyncio.gather(self._again(self._deliver), self._again(self._do_jobs))

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work, and begin again whenever the database was away."""
        while not self._stopped.is_set():
            try:
                await work()
            except Exception as error:
                if not is_busy(error):
                    logger.exception("the worker begins again after a fault")
                else:
                    logger.warning("the database is away: %s", type(error).__name__)
                await _sleep(self._stopped, RECONNECT_SECONDS)

    async def _do_jobs(self) -> None:
        while not self._stopped.is_set():
            await jobs.run_due(self.database)
            await _sleep(self._stopped, JOBS_SECONDS)

    async def _deliver(self) -> None:
        async with self._listening() as connection:
            while not self._stopped.is_set() and not connection.is_closed():
                if await _deliver_next(self.database) is Outcome.NOTHING:
                    await _sleep(self._news, POLL_SECONDS)
                    self._news.clear()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.database.url)
        try:
            connection.add_termination_listener(self._hear)
            await connection.add_listener(CHANNEL, self._hear)
            yield connection
        finally:
            connection.terminate()

    def _hear(self, *_: Any) -> None:
        self._news.set()


async def _sleep(until: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), seconds)


async def deliver_once(database: Database) -> int:
    """Deliver all that is due now; says how many events that were."""
    delivered = 0
    while (outcome := await _deliver_next(database)) is not Outcome.NOTHING:
        delivered += outcome is Outcome.DELIVERED
    return delivered


@asynccontextmanager
async def background(database: Database) -> AsyncIterator[Worker]:
    """A worker inside another process, for as long as the context lasts."""
    worker = Worker(database)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task


def run(settings: Settings) -> None:
    """The worker as a process of its own; SIGTERM and SIGINT end it after the delivery at hand."""
    asyncio.run(_run(Database(app_url(settings))))


async def _run(database: Database) -> None:
    worker = Worker(database)
    with suppress(NotImplementedError):  # Windows has no signals for loops; it just ends.
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await database.close()


async def _deliver_next(database: Database) -> Outcome:
    entry = None
    try:
        async with database.session(SYSTEM) as session:
            entry = await _claim(session)
            if entry is None:
                return Outcome.NOTHING
            await deliver(session, entry)
            await session.exec(_change(entry).values(delivered_at=now()))
    except Exception as error:
        if entry is None:
            raise
        await _postpone(database, entry, error)
        return Outcome.FAILED
    return Outcome.DELIVERED


async def _claim(session: AsyncSession) -> OutboxEntry | None:
    """The first due event that has no undelivered one of the same thing before it."""
    earlier = aliased(OutboxEntry)
    held_back = (
        select(earlier.id)
        .where(
            col(earlier.aggregate_id) == col(OutboxEntry.aggregate_id),
            col(earlier.position) < col(OutboxEntry.position),
            *_is_waiting(earlier),
        )
        .exists()
    )
    due = or_(col(OutboxEntry.next_attempt_at).is_(None), col(OutboxEntry.next_attempt_at) <= now())
    query = (
        select(OutboxEntry)
        .where(*_is_waiting(OutboxEntry), due, ~held_back)
        .order_by(col(OutboxEntry.position))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    entry = (await session.exec(query)).first()
    if entry is not None:
        # A rollback would make it forget what it says.
        session.expunge(entry)
    return entry


def _change(entry: OutboxEntry) -> Update:
    return update(OutboxEntry).where(
        col(OutboxEntry.id) == entry.id, col(OutboxEntry.delivered_at).is_(None)
    )


def _is_waiting(entry: Any) -> tuple[Any, Any]:
    return entry.delivered_at.is_(None), entry.attempts < MOST_ATTEMPTS


async def _postpone(database: Database, entry: OutboxEntry, error: Exception) -> None:
    """Count the failure; each wait is twice as long as the one before."""
    attempts = entry.attempts + 1
    about = {"topic": entry.topic, "entry": str(entry.id), "attempts": attempts}
    level = logging.ERROR if attempts >= MOST_ATTEMPTS else logging.WARNING
    logger.log(level, "an event was not delivered", exc_info=error, extra={"fields": about})
    later = now() + timedelta(seconds=2**attempts)
    async with database.session(SYSTEM) as session:
        await session.exec(_change(entry).values(attempts=attempts, next_attempt_at=later))
