"""What waits for the workers, and what they have given up: tasks and events alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job
from pgqueuer.domain.types import JOB_STATUS, JobId
from sqlalchemy import ColumnElement
from sqlmodel import col, func, select, update

from domains.kernel.database import Database, connection_of
from domains.kernel.events import OutboxEntry
from domains.kernel.queue import MOST_ATTEMPTS, queries
from domains.kernel.viewer import SYSTEM
from gateway.outbox import is_dead, is_waiting

MOST_SHOWN = 200
WAITING, RUNNING, DEAD = "waiting", "running", "dead"
STATES: dict[JOB_STATUS, str] = {"queued": WAITING, "picked": RUNNING, "failed": DEAD}
"""What the queue calls them."""

MOST_LINES = 1000
"""Of a task's log, which has three for each attempt."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task or an event, without what it carries."""

    id: int | UUID
    """A task has a number, and an event a UUID."""

    name: str
    state: str
    attempts: int
    """How many failed."""

    since: datetime
    next_attempt: datetime | None
    last_error: str | None
    """Its class."""


async def items(database: Database, *, dead_only: bool) -> list[Item]:
    """The tasks and then the events that are not done, of each the oldest."""
    states: list[JOB_STATUS] = ["failed"] if dead_only else [*STATES]
    async with _queue(database) as queue:
        tasks = [
            await _task(queue, job) for job in await queue.browse_queue(MOST_SHOWN, statuses=states)
        ]
    undone = is_dead(OutboxEntry) if dead_only else (col(OutboxEntry.delivered_at).is_(None),)
    query = select(OutboxEntry).where(*undone).order_by(col(OutboxEntry.position)).limit(MOST_SHOWN)
    async with database.session(SYSTEM) as session:
        return [*tasks, *map(_event, await session.exec(query))]


async def counts(database: Database) -> dict[tuple[str, str], int]:
    """How many there are by kind and state."""
    found = dict.fromkeys((("task", state) for state in STATES.values()), 0)
    async with database.session(SYSTEM) as session:
        queue = queries(AsyncpgDriver(await connection_of(session)))
        for size in await queue.queue_size():
            found["task", STATES[size.status]] += size.count
        for state, chosen in ((WAITING, is_waiting), (DEAD, is_dead)):
            query = select(func.count()).select_from(OutboxEntry).where(*chosen(OutboxEntry))
            found["event", state] = (await session.exec(query)).one()
    return found


async def retry(database: Database, item_id: int | UUID) -> bool:
    """Try a dead one again as if it were new; says whether there was one."""
    if isinstance(item_id, UUID):
        return await _retry_events(database, col(OutboxEntry.id) == item_id) > 0
    async with _queue(database) as queue:
        job = await queue.queue_job_by_id(JobId(item_id))
        if job is None or STATES[job.status] != DEAD:
            return False
        await _retry_task(queue, job)
    return True


async def retry_all(database: Database) -> int:
    """Try every dead one again; says how many there were."""
    found = 0
    async with _queue(database) as queue:
        # The newest first: where two are for the same thing, the other has been overtaken.
        while jobs := await queue.list_failed_jobs(MOST_SHOWN, "DESC"):
            for job in jobs:
                await _retry_task(queue, job)
            found += len(jobs)
    return found + await _retry_events(database)


async def _retry_task(queue: Queries, job: Job) -> None:
    try:
        await queue.requeue_jobs([job.id])
    except asyncpg.UniqueViolationError:
        # Another with its key waits already, and does what this one was to do.
        await queue.log_jobs([(job, "deleted", None)])


async def _retry_events(database: Database, *chosen: ColumnElement[bool]) -> int:
    anew = update(OutboxEntry).where(*is_dead(OutboxEntry), *chosen)
    async with database.session(SYSTEM) as session:
        changed = await session.exec(anew.values(attempts=0, next_attempt_at=None))
        return changed.rowcount


@asynccontextmanager
async def _queue(database: Database) -> AsyncIterator[Queries]:
    # A session's connection would read JSON, which the library does by itself.
    connection = await asyncpg.connect(database.url)
    try:
        yield queries(AsyncpgDriver(connection))
    finally:
        await connection.close()


async def _task(queue: Queries, job: Job) -> Item:
    log = await queue.job_log_history(job.id, MOST_LINES)
    errors = [line.traceback.exception_message for line in log if line.traceback]
    state = STATES[job.status]
    return Item(
        id=job.id,
        name=job.entrypoint,
        state=state,
        # The last failure, which was no reason for another attempt, is not among the library's.
        attempts=job.attempts + (state == DEAD),
        since=job.created,
        next_attempt=job.execute_after if state == WAITING else None,
        last_error=errors[-1] if errors else None,
    )


def _event(entry: OutboxEntry) -> Item:
    is_over = entry.attempts >= MOST_ATTEMPTS
    return Item(
        id=entry.id,
        name=entry.topic,
        state=DEAD if is_over else WAITING,
        attempts=entry.attempts,
        since=entry.created_at,
        next_attempt=None if is_over else entry.next_attempt_at,
        last_error=entry.last_error,
    )
