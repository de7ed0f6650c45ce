"""Work for the background, left in the transaction that makes it necessary.

The queue is pgqueuer's, in a schema of its own. What is left there is done at least once, some
time after the commit; a rollback takes it away.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    DBSettings,
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pydantic_core import to_json
from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database, connection_of

Task: TypeAlias = Callable[[Database, dict[str, Any]], Awaitable[None]]
"""Takes what it was given; it may be called again with the same, and then does no more."""

SCHEMA = "queue"

# Made the usual way they would also be read from the environment, by names as common as CHANNEL.
SETTINGS = DBSettings.model_construct(db_schema=SCHEMA)

MOST_ATTEMPTS = 10
"""After so many failures a task, or an event of the outbox, is left until a person looks at it."""

_tasks: dict[str, Task] = {}
_bulk: set[str] = set()


def task(work: Task) -> Task:
    """Have the workers call a function for what is enqueued by its name, `domain.function`."""
    register(name_of(work), work)
    return work


def bulk_task(work: Task) -> Task:
    """The same for many at once, which wait for each other and are then done together."""
    _bulk.add(name_of(work))
    return task(work)


def register(name: str, work: Task) -> None:
    """Have the workers call a function for what is enqueued by this name."""
    _tasks[name] = work


def tasks() -> Mapping[str, Task]:
    """All that workers can do."""
    return MappingProxyType(_tasks)


def bulk_tasks() -> frozenset[str]:
    """The names of those that are best done many at once."""
    return frozenset(_bulk)


def name_of(work: Callable[..., Any]) -> str:
    """What a function of a domain is called in the queue."""
    return f"{work.__module__.split('.')[1]}.{work.__name__}"


def queries(driver: AsyncpgDriver) -> Queries:
    """The queue, over this connection."""
    return Queries(
        driver,
        QueryBuilderEnvironment(SETTINGS),
        QueryQueueBuilder(SETTINGS),
        QuerySchedulerBuilder(SETTINGS),
    )


async def enqueue(
    session: AsyncSession,
    task: str,
    given: dict[str, Any],
    *,
    after: timedelta | None = None,
    key: str | None = None,
) -> None:
    """Have a task done once the transaction commits, or so long after.

    What is given is kept as JSON, so it holds no secret. While a task with the same key waits
    or is at work, another is not added.
    """
    await queries(AsyncpgDriver(await connection_of(session))).enqueue(
        task,
        to_json(given),
        execute_after=after,
        dedupe_key=key and f"{task} {key}",
        on_conflict="skip",
    )
