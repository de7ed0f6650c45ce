"""The rules of offering work."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.errors.contracts import NotTheEmployer
from domains.forge.errors.jobs import JobNotFound, JobNotOpen, JobTermsFixed
from domains.forge.events import ApplicationRejected, JobCancelled, JobPosted
from domains.forge.models import Job, JobStatus
from domains.forge.repository import applications, jobs
from domains.kernel.events import emit
from domains.kernel.once import once
from domains.kernel.refusal import Forbidden, Refused
from domains.kernel.viewer import Role, Viewer

from .people import staying
from .wording import plain

TERMS = ("budget", "currency")
"""What applications are made for."""


async def create(
    session: AsyncSession, _system: Viewer, viewer: Viewer, key: str, told: Mapping[str, Any]
) -> UUID:
    """Offer work, as an employer or an admin."""
    employer_id = auth.themselves(viewer)
    if viewer.role not in {Role.EMPLOYER, Role.ADMIN}:
        raise Forbidden
    asked = ("jobCreate", *sorted(told.items()))
    return await once(
        session, employer_id, key, asked, partial(_create, session, employer_id, told)
    )


async def _create(session: AsyncSession, employer_id: UUID, told: Mapping[str, Any]) -> UUID:
    job = Job(employer_id=employer_id, **plain(told))
    await staying(session, employer_id)
    session.add(job)
    await session.flush()
    emit(session, JobPosted(job_id=job.id, employer_id=employer_id))
    return job.id


async def update(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    job_id: UUID,
    told: Mapping[str, Any],
) -> UUID:
    """Change an open job; what it pays stays once somebody has applied."""
    kept = plain(told)
    job = await _own_open_job(session, viewer, job_id)
    changed = {name: value for name, value in kept.items() if getattr(job, name) != value}
    fixed = [name for name in TERMS if name in changed]
    if fixed and await jobs.is_wanted(session, job_id):
        raise Refused(*(JobTermsFixed(path=["input", name]) for name in fixed))
    if changed:
        await jobs.change_job(session, job_id, **changed)
    return job_id


async def cancel(session: AsyncSession, _system: Viewer, viewer: Viewer, job_id: UUID) -> UUID:
    """Give up an open job; nobody who applied for it gets it."""
    job = await _own_open_job(session, viewer, job_id)
    await give_up(session, job)
    return job_id


async def give_up(session: AsyncSession, job: Job) -> None:
    """End an open job, which is locked."""
    await jobs.change_job(session, job.id, status=JobStatus.CANCELLED)
    await reject_others(session, job)
    emit(session, JobCancelled(job_id=job.id, employer_id=job.employer_id))


async def reject_others(session: AsyncSession, job: Job) -> None:
    """Tell all whose applications are pending that they do not get a locked job."""
    for application_id, freelancer_id in await applications.reject_all(session, job.id):
        told = ApplicationRejected(
            application_id=application_id,
            job_id=job.id,
            employer_id=job.employer_id,
            freelancer_id=freelancer_id,
        )
        emit(session, told)


async def _own_open_job(session: AsyncSession, viewer: Viewer, job_id: UUID) -> Job:
    employer_id = auth.themselves(viewer)
    job = await jobs.lock_job(session, job_id)
    if job is None or not await is_visible(session, viewer, job):
        raise Refused(JobNotFound(path=["input", "jobId"]))
    if job.employer_id != employer_id:
        raise Refused(NotTheEmployer(path=["input", "jobId"]))
    if job.status is not JobStatus.OPEN:
        raise Refused(JobNotOpen(path=["input", "jobId"], status=job.status))
    return job


async def is_visible(session: AsyncSession, viewer: Viewer, job: Job) -> bool:
    """What `policy.sees_job` says, of a job that the system has read."""
    if viewer.user_id is None:
        return job.status is JobStatus.OPEN
    if job.status is JobStatus.OPEN or viewer.role is Role.ADMIN:
        return True
    if job.employer_id == viewer.user_id:
        return True
    return await applications.application_of(session, job.id, viewer.user_id) is not None
