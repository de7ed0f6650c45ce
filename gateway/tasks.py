"""Does what the domains left in the queue, over and over until it succeeds or is given up."""

import asyncio
import logging
import random
from collections.abc import Collection
from datetime import timedelta

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.applications import PgQueuer
from pgqueuer.core.executors import (
    AsyncCrontab,
    AsyncEntrypoint,
    DatabaseRetryEntrypointExecutor,
    EntrypointExecutorParameters,
)
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context, Job, Schedule
from pgqueuer.domain.types import Channel
from pydantic_core import from_json

from domains.kernel.database import Database
from domains.kernel.jobs import jobs
from domains.kernel.queue import MOST_ATTEMPTS, SETTINGS, Task, queries, tasks

logger = logging.getLogger("azora.worker")

LONGEST_SECONDS = 300
"""A task that takes longer has failed."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
JITTER = 0.25
"""By which part a wait is longer or shorter, so that what failed together does not return so."""


class TaskFailed(Exception):
    """What the queue keeps of a failure: the class of the error, and none of its words."""


class Executor(DatabaseRetryEntrypointExecutor):
    """The library's retries, kept from saying in the queue's log what an error said."""

    async def execute(self, job: Job, context: Context) -> None:
        try:
            await super().execute(job, context)
        except RetryRequested as retry:
            error = retry.__cause__ or retry
            _log(logging.WARNING, job, error)
            delay = retry.delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (jitter)
            raise RetryRequested(delay, type(error).__name__) from None
        except asyncio.CancelledError:
            # The worker has to end. The library would take a cancelled task out of the queue.
            raise RetryRequested(reason="Stopped") from None
        except Exception as error:  # noqa: BLE001 (it is raised again, by its class alone)
            _log(logging.ERROR, job, error)
            raise TaskFailed(type(error).__name__) from None


def queue_worker(
    connection: asyncpg.Connection, database: Database, names: Collection[str] | None = None
) -> PgQueuer:
    """What does these tasks or all, and the jobs among them in time.

    The connection is for the queue alone.
    """
    driver = AsyncpgDriver(connection)
    queue = queries(driver)
    worker = PgQueuer(driver, Channel(SETTINGS.channel), queries=queue)
    taken = {name: task for name, task in tasks().items() if names is None or name in names}
    for name, task in taken.items():
        worker.entrypoint(name, on_failure="hold", executor_factory=_executor)(_run(task, database))
    for job in jobs():
        if job.name in taken:
            worker.schedule(job.name, job.cron)(_enqueue(queue))
    return worker


def _executor(parameters: EntrypointExecutorParameters) -> Executor:
    return Executor(
        parameters,
        # It counts from zero.
        max_attempts=MOST_ATTEMPTS - 1,
        initial_delay=FIRST_WAIT,
        max_delay=LONGEST_WAIT,
    )


def _run(task: Task, database: Database) -> AsyncEntrypoint:
    async def run(job: Job) -> None:
        async with asyncio.timeout(LONGEST_SECONDS):
            await task(database, from_json(job.payload or b"{}"))

    return run


def _enqueue(queue: Queries) -> AsyncCrontab:
    """A job whose time has come becomes a task, so that it is tried again when it fails."""

    async def enqueue(schedule: Schedule) -> None:
        name = schedule.entrypoint
        await queue.enqueue(name, b"{}", dedupe_key=name, on_conflict="skip")

    return enqueue


def _log(level: int, job: Job, error: BaseException) -> None:
    about = {"task": job.entrypoint, "id": job.id, "attempts": job.attempts + 1}
    logger.log(level, "a task failed", exc_info=error, extra={"fields": about})
