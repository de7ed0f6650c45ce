"""Work that is done again and again in the background, by one worker at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from .clock import now
from .policy import nobody, protect
from .row import Row

Work: TypeAlias = Callable[[AsyncSession], Awaitable[None]]
"""Takes the system's session, whose transaction also says that the work is done."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often; it may be done twice, and is then as done as after once."""

    name: str
    """`domain.what_it_does`."""

    every: timedelta
    work: Work


class JobState(Row, table=True):
    """When a job is due next, which outlives the workers."""

    __tablename__ = "jobs"
    __table_args__ = ({"schema": "kernel"},)

    name: str = Field(unique=True)
    due_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How often it failed since it last succeeded."""

    done_at: datetime | None = None
    """When it last succeeded."""


protect(JobState, visible=nobody)

_jobs: dict[str, Job] = {}


def job(*, every: timedelta) -> Callable[[Work], Work]:
    """Have the workers call a function that often, as the system."""

    def register(work: Work) -> Work:
        domain = work.__module__.split(".")[1]
        name = f"{domain}.{work.__name__}"
        _jobs[name] = Job(name, every, work)
        return work

    return register


def jobs() -> tuple[Job, ...]:
    """All that there is to do."""
    return tuple(_jobs.values())
