"""Carries events to their subscribers.

An event is delivered from the outbox at least once, and in order for each thing it happened to.
A subscriber's work and the mark that the event was delivered are one transaction, so that what it
does in the database happens once. Any number of workers may run beside each other.
"""

import logging
from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Update
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.events import OutboxEntry, deliver
from domains.kernel.queue import MOST_ATTEMPTS
from domains.kernel.viewer import SYSTEM

logger = logging.getLogger("azora.worker")


class Outcome(Enum):
    """What came of looking for an event to deliver."""

    DELIVERED = "delivered"
    FAILED = "failed"
    NOTHING = "nothing"


async def deliver_once(database: Database) -> int:
    """Deliver all that is due now; says how many events that were."""
    delivered = 0
    while (outcome := await deliver_next(database)) is not Outcome.NOTHING:
        delivered += outcome is Outcome.DELIVERED
    return delivered


async def deliver_next(database: Database) -> Outcome:
    """Deliver the first event that is due and that no other worker has at hand."""
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
            *is_waiting(earlier),
        )
        .exists()
    )
    due = or_(col(OutboxEntry.next_attempt_at).is_(None), col(OutboxEntry.next_attempt_at) <= now())
    query = (
        select(OutboxEntry)
        .where(*is_waiting(OutboxEntry), due, ~held_back)
        .order_by(col(OutboxEntry.position))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    entry = (await session.exec(query)).first()
    if entry is not None:
        # A rollback would make it forget what it says.
        session.expunge(entry)
    return entry


def is_waiting(entry: Any) -> tuple[Any, Any]:
    """Those that will be tried, sooner or later."""
    return entry.delivered_at.is_(None), entry.attempts < MOST_ATTEMPTS


def is_dead(entry: Any) -> tuple[Any, Any]:
    """Those that failed too often, and hold nobody back any more."""
    return entry.delivered_at.is_(None), entry.attempts >= MOST_ATTEMPTS


def _change(entry: OutboxEntry) -> Update:
    return update(OutboxEntry).where(
        col(OutboxEntry.id) == entry.id, col(OutboxEntry.delivered_at).is_(None)
    )


async def _postpone(database: Database, entry: OutboxEntry, error: Exception) -> None:
    """Count the failure; each wait is twice as long as the one before."""
    attempts = entry.attempts + 1
    about = {"topic": entry.topic, "entry": str(entry.id), "attempts": attempts}
    level = logging.ERROR if attempts >= MOST_ATTEMPTS else logging.WARNING
    logger.log(level, "an event was not delivered", exc_info=error, extra={"fields": about})
    failed = _change(entry).values(
        attempts=attempts,
        next_attempt_at=now() + timedelta(seconds=2**attempts),
        last_error=type(error).__name__,
    )
    async with database.session(SYSTEM) as session:
        await session.exec(failed)
