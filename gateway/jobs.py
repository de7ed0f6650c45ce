"""Does the domains' jobs when they are due, each by one worker at a time.

A job's work and the mark that it is done are one transaction, which holds the job's row locked.
"""

import logging
from datetime import timedelta

from sqlalchemy import Update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

import domains.kernel.housekeeping
import domains.mint.jobs  # noqa: F401 (jobs are known once they are imported)
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.jobs import Job, JobState, jobs
from domains.kernel.viewer import SYSTEM

logger = logging.getLogger("azora.jobs")


async def run_due(database: Database) -> int:
    """Do once what is due now; says how much of it succeeded."""
    done = 0
    for job in await _due(database):
        done += await _run(database, job)
    return done


async def _due(database: Database) -> list[Job]:
    """The jobs whose time has come. What was never done before is due at once."""
    known = {job.name: job for job in jobs()}
    names = [{"name": name} for name in known]
    async with database.session(SYSTEM) as session:
        await session.exec(insert(JobState).values(names).on_conflict_do_nothing())
        due = select(JobState.name).where(col(JobState.due_at) <= now()).order_by(JobState.name)
        return [known[name] for name in await session.exec(due) if name in known]


async def _run(database: Database, job: Job) -> bool:
    state = None
    try:
        async with database.session(SYSTEM) as session:
            state = await _claim(session, job)
            if state is None:
                return False
            await job.work(session)
            after = now()
            change = _change(job).values(attempts=0, done_at=after, due_at=after + job.every)
            await session.exec(change)
    except Exception as error:
        if state is None:
            raise
        await _postpone(database, job, state, error)
        return False
    return True


async def _claim(session: AsyncSession, job: Job) -> JobState | None:
    """The job's state, unless another worker is at it or has just done it."""
    query = (
        select(JobState)
        .where(col(JobState.name) == job.name, col(JobState.due_at) <= now())
        .with_for_update(skip_locked=True)
    )
    state = (await session.exec(query)).first()
    if state is not None:
        # A rollback would make it forget what it says.
        session.expunge(state)
    return state


def _change(job: Job) -> Update:
    return update(JobState).where(col(JobState.name) == job.name)


async def _postpone(database: Database, job: Job, state: JobState, error: Exception) -> None:
    """Count the failure; each wait is twice as long as the one before, up to the usual one."""
    attempts = state.attempts + 1
    about = {"job": job.name, "attempts": attempts}
    logger.error("a job failed", exc_info=error, extra={"fields": about})
    wait = min(timedelta(seconds=2 ** min(attempts, 30)), job.every)
    async with database.session(SYSTEM) as session:
        await session.exec(_change(job).values(attempts=attempts, due_at=now() + wait))
