"""What is written of jobs."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domains.forge.models import Application, Job, JobStatus


async def lock_job(session: AsyncSession, job_id: UUID) -> Job | None:
    """A job that nobody else changes, or applies for, until the transaction ends."""
    return (await session.exec(_by_id(job_id).with_for_update(key_share=True))).first()


async def share_job(session: AsyncSession, job_id: UUID) -> Job | None:
    """A job that nobody changes until the transaction ends; others may share it."""
    return (await session.exec(_by_id(job_id).with_for_update(read=True))).first()


def _by_id(job_id: UUID) -> SelectOfScalar[Job]:
    query = select(Job).where(Job.id == job_id)
    return query.execution_options(populate_existing=True)


async def change_job(session: AsyncSession, job_id: UUID, **values: Any) -> None:
    """Write columns of a locked job."""
    await session.exec(update(Job).where(col(Job.id) == job_id).values(**values))


async def move_job(session: AsyncSession, job_id: UUID, to: JobStatus, *, from_: JobStatus) -> bool:
    """Move a job on if it is where it is thought to be; says whether it was."""
    here = (col(Job.id) == job_id) & (col(Job.status) == from_)
    moved = update(Job).where(here).values(status=to).returning(col(Job.id))
    return (await session.exec(moved)).first() is not None


async def is_wanted(session: AsyncSession, job_id: UUID) -> bool:
    """Whether anybody has ever applied for a job."""
    query = select(Application.id).where(Application.job_id == job_id).limit(1)
    return (await session.exec(query)).first() is not None
