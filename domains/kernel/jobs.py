"""Tasks that nobody enqueues: the clock does, again and again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database
from .queue import name_of, register
from .viewer import SYSTEM

Work: TypeAlias = Callable[[AsyncSession], Awaitable[None]]
"""Takes a session of the system's, whose transaction commits when it is done."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A task and its times. It may be done twice, and is then as done as after once."""

    name: str
    cron: str
    """In UTC."""


_jobs: dict[str, Job] = {}


def job(*, every: timedelta, snapshot: bool = False) -> Callable[[Work], Work]:
    """Have the workers call a function that often, as the system; all of it may see one moment."""

    def declare(work: Work) -> Work:
        async def run(database: Database, _given: dict[str, Any]) -> None:
            async with database.session(SYSTEM, snapshot=snapshot) as session:
                await work(session)

        name = name_of(work)
        register(name, run)
        _jobs[name] = Job(name, cron(every))
        return work

    return declare


def jobs() -> tuple[Job, ...]:
    """All that there is to do again and again."""
    return tuple(_jobs.values())


def cron(every: timedelta) -> str:
    """The times that lie so far apart, counted from midnight."""
    if every == DAY:
        return "0 0 * * *"
    for unit, whole, form in ((HOUR, DAY, "0 */{} * * *"), (MINUTE, HOUR, "*/{} * * * *")):
        if every % unit == whole % every == timedelta(0) and every < whole:
            return form.format(every // unit)
    raise ValueError(f"a job is done daily, or so often that a day or an hour is even: {every}")
