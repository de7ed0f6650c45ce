"""Carries events from the outbox to their subscribers: at least once, and in order for each thing.

A subscriber's work and the mark that the event was delivered are one transaction, so that what it
does in the database happens once. Any number of workers may run beside each other.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
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
import domains.notifications.subscribers  # noqa: F401 (they subscribe when imported)
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.events import OutboxEntry, deliver
from domains.kernel.viewer import SYSTEM
from gateway.faults import is_busy
from gateway.served import app_url
from gateway.settings import Settings

logger = logging.getLogger("azora.worker")

CHANNEL = "azora_outbox"
POLL_SECONDS = 5
RECONNECT_SECONDS = 2
MOST_ATTEMPTS = 10
"""After so many failures an entry is left as it is, and no longer holds back those behind it."""


class Outcome(Enum):
    """What came of looking for an event to deliver."""

    DELIVERED = "delivered"
    FAILED = "failed"
    NOTHING = "nothing"


class Worker:
    """Delivers until it is stopped, woken by the database and by the clock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._wake = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Finish the delivery at hand, and no other."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver, and begin again whenever the database was away."""
        while not self._stopping:
            try:
                async with self._listening() as connection:
                    await self._deliver_while(connection)
            except Exception as error:
                if not is_busy(error):
                    logger.exception("the worker begins again after a fault")
                else:
                    logger.warning("the database is away: %s", type(error).__name__)
                await self._sleep(RECONNECT_SECONDS)

    async def _deliver_while(self, connection: asyncpg.Connection) -> None:
        while not self._stopping and not connection.is_closed():
            if await _deliver_next(self.database) is Outcome.NOTHING:
                await self._sleep(POLL_SECONDS)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.database.url)
        try:
            connection.add_termination_listener(self._news)
            await connection.add_listener(CHANNEL, self._news)
            yield connection
        finally:
            connection.terminate()

    def _news(self, *_: Any) -> None:
        self._wake.set()

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._wake.clear()


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
