"""The rules of wanting a job."""

from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.errors.contracts import NotTheEmployer, NotTheFreelancer
from domains.forge.errors.jobs import (
    AlreadyApplied,
    ApplicationNotFound,
    ApplicationNotPending,
    DeadlinePassed,
    JobNotFound,
    JobNotOpen,
    OwnJob,
)
from domains.forge.errors.profiles import SkillProfileRequired
from domains.forge.events import (
    ApplicationRejected,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    Offered,
)
from domains.forge.models import Application, ApplicationStatus, Job, JobStatus
from domains.forge.repository import applications, jobs, profiles
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.once import once
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from .jobs import is_visible
from .people import is_party, staying
from .wording import plain

JOB = ("input", "jobId")
APPLICATION = ("input", "applicationId")


async def apply(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    key: str,
    job_id: UUID,
    proposal: str,
    bid: Decimal,
) -> UUID:
    """Offer to do a job; an offer that was withdrawn can be made anew."""
    freelancer_id = auth.themselves(viewer)
    asked = ("jobApply", job_id, proposal, bid)
    work = partial(_apply, session, viewer, freelancer_id, job_id, proposal, bid)
    return await once(session, freelancer_id, key, asked, work)


async def _apply(
    session: AsyncSession,
    viewer: Viewer,
    freelancer_id: UUID,
    job_id: UUID,
    proposal: str,
    bid: Decimal,
) -> UUID:
    told = plain({"proposal": proposal, "bid": bid})
    await staying(session, freelancer_id)
    job = await _wanted(session, viewer, job_id)
    if await profiles.profile_id_of(session, freelancer_id) is None:
        raise Refused(SkillProfileRequired())
    id = await applications.apply(session, job, freelancer_id, told["proposal"], told["bid"])
    if id is None:
        raise await _already_applied(session, job_id, freelancer_id)
    emit(
        session,
        ApplicationSubmitted(
            application_id=id,
            job_id=job_id,
            employer_id=job.employer_id,
            freelancer_id=freelancer_id,
        ),
    )
    return id


async def _wanted(session: AsyncSession, viewer: Viewer, job_id: UUID) -> Job:
    """A job for which the viewer may apply; it stays so until the transaction ends."""
    job = await jobs.share_job(session, job_id)
    if job is None or not await is_visible(session, viewer, job):
        raise Refused(JobNotFound(path=[*JOB]))
    if job.employer_id == viewer.user_id:
        raise Refused(OwnJob(path=[*JOB]))
    if job.status is not JobStatus.OPEN:
        raise Refused(JobNotOpen(path=[*JOB], status=job.status))
    if job.deadline is not None and job.deadline <= now():
        raise Refused(DeadlinePassed(path=[*JOB]))
    return job


async def _already_applied(session: AsyncSession, job_id: UUID, freelancer_id: UUID) -> Refused:
    there = await applications.application_of(session, job_id, freelancer_id)
    if there is None:
        raise RuntimeError("an application was refused for one that is not there")
    return Refused(AlreadyApplied(path=[*JOB], application_id=there.id))


async def withdraw(session: AsyncSession, _system: Viewer, viewer: Viewer, id: UUID) -> UUID:
    """Take back an offer on which nothing was decided, as the one who made it."""
    freelancer_id = auth.themselves(viewer)
    offer = await visible(session, viewer, id)
    if offer.freelancer_id != freelancer_id:
        raise Refused(NotTheFreelancer(path=[*APPLICATION]))
    await _decide(session, offer, ApplicationStatus.WITHDRAWN)
    emit(session, told(ApplicationWithdrawn, offer))
    return id


async def reject(session: AsyncSession, _system: Viewer, viewer: Viewer, id: UUID) -> UUID:
    """Turn down an offer, as the employer."""
    employer_id = auth.themselves(viewer)
    offer = await visible(session, viewer, id)
    if offer.employer_id != employer_id:
        raise Refused(NotTheEmployer(path=[*APPLICATION]))
    await _decide(session, offer, ApplicationStatus.REJECTED)
    emit(session, told(ApplicationRejected, offer))
    return id


async def _decide(session: AsyncSession, offer: Application, status: ApplicationStatus) -> None:
    if not await applications.decide(session, offer.id, status):
        raise await not_pending(session, offer.id, APPLICATION)


async def visible(
    session: AsyncSession, viewer: Viewer, id: UUID, path: tuple[str, ...] = APPLICATION
) -> Application:
    """An application of which the viewer may know."""
    offer = await applications.application(session, id)
    if offer is None or not is_party(viewer, offer):
        raise Refused(ApplicationNotFound(path=[*path]))
    return offer


async def not_pending(session: AsyncSession, id: UUID, path: tuple[str, ...]) -> Refused:
    """Why an application cannot be decided on any more."""
    offer = await applications.application(session, id)
    if offer is None:
        raise RuntimeError("an application has gone")
    return Refused(ApplicationNotPending(path=[*path], status=offer.status))


def told(event: type[Offered], offer: Application) -> Offered:
    """What happened to an application."""
    return event(
        application_id=offer.id,
        job_id=offer.job_id,
        employer_id=offer.employer_id,
        freelancer_id=offer.freelancer_id,
    )
