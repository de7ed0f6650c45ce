"""The rules by which an offer becomes a contract."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.errors.agreements import MilestoneCountInvalid, MilestonesUnequal
from domains.forge.errors.contracts import NotTheEmployer
from domains.forge.errors.jobs import FreelancerUnavailable, JobNotOpen
from domains.forge.events import ContractStarted
from domains.forge.models import Application, ApplicationStatus, Contract, Job, JobStatus, Milestone
from domains.forge.repository import applications, jobs
from domains.kernel.events import emit
from domains.kernel.once import once
from domains.kernel.refusal import Refused, UserError
from domains.kernel.scalars import Money
from domains.kernel.viewer import Viewer

from .applications import not_pending, visible
from .choices import choices
from .contracts import told
from .jobs import reject_others
from .people import staying
from .wording import flaws, plain_values

MOST_MILESTONES = 50
APPLICATION = ("input", "applicationId")
MILESTONES = ("input", "milestones")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the work, as the employer divides it."""

    description: str
    amount: Decimal
    due_at: datetime | None


async def accept(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    key: str,
    application_id: UUID,
    parts: Sequence[Part],
) -> UUID:
    """Give a job to one who applied, as its employer; gives the contract."""
    employer_id = auth.themselves(viewer)
    asked = ("applicationAccept", application_id, *map(asdict, parts))
    work = partial(_accept, session, viewer, employer_id, application_id, parts)
    return await once(session, employer_id, key, asked, work)


async def _accept(
    session: AsyncSession,
    viewer: Viewer,
    employer_id: UUID,
    application_id: UUID,
    parts: Sequence[Part],
) -> UUID:
    offer = await visible(session, viewer, application_id, APPLICATION)
    if offer.employer_id != employer_id:
        raise Refused(NotTheEmployer(path=[*APPLICATION]))
    await _keep_accounts(session, offer)
    job = await _open_job(session, offer)
    # It may have been withdrawn and made anew, for another price, since it was found.
    await applications.lock_application(session, offer.id)
    divided = _divided(parts, offer)
    if not await applications.decide(session, offer.id, ApplicationStatus.ACCEPTED):
        raise await not_pending(session, offer.id, APPLICATION)
    contract = _contract(offer)
    session.add(contract)
    await session.flush()
    session.add_all(_milestones(contract, divided))
    await jobs.change_job(session, job.id, status=JobStatus.IN_PROGRESS)
    await reject_others(session, job)
    emit(session, told(ContractStarted, contract))
    return contract.id


def _divided(parts: Sequence[Part], offer: Application) -> list[Part]:
    """The parts of the work as they are kept; they come to exactly what was bid."""
    plain = [Part(**plain_values(asdict(part))) for part in parts]
    found = list(_flaws(plain))
    given = sum((part.amount for part in plain), Decimal(0))
    if not found and given != offer.bid_amount:
        expected = Money(amount=offer.bid_amount, currency=offer.currency)
        sum_ = Money(amount=given, currency=offer.currency)
        found = [MilestonesUnequal(path=[*MILESTONES], expected=expected, given=sum_)]
    if found:
        raise Refused(*found)
    return plain


def _flaws(parts: Sequence[Part]) -> Iterable[UserError]:
    if not 1 <= len(parts) <= MOST_MILESTONES:
        return [MilestoneCountInvalid(path=[*MILESTONES], minimum=1, maximum=MOST_MILESTONES)]
    return (
        flaw
        for number, part in enumerate(parts)
        for flaw in flaws(asdict(part), (*MILESTONES, str(number)))
    )


async def _keep_accounts(session: AsyncSession, offer: Application) -> None:
    """Both stay until the transaction ends; their rows are locked in the order of their ids."""
    for user_id in sorted((offer.employer_id, offer.freelancer_id)):
        if user_id == offer.employer_id:
            await staying(session, user_id)
        elif not await auth.stays(session, user_id):
            raise Refused(FreelancerUnavailable(path=[*APPLICATION]))


async def _open_job(session: AsyncSession, offer: Application) -> Job:
    """The job, which is locked, if nobody was chosen for it."""
    job = await jobs.lock_job(session, offer.job_id)
    if job is None:
        raise RuntimeError("an application is for no job")
    if job.status is not JobStatus.OPEN:
        raise Refused(JobNotOpen(path=[*APPLICATION], status=job.status))
    return job


def _contract(offer: Application) -> Contract:
    return Contract(
        job_id=offer.job_id,
        application_id=offer.id,
        employer_id=offer.employer_id,
        freelancer_id=offer.freelancer_id,
        amount=offer.bid_amount,
        currency=offer.currency,
        fee_bps=choices.fee_bps,
    )


def _milestones(contract: Contract, parts: Sequence[Part]) -> list[Milestone]:
    return [
        Milestone(
            contract_id=contract.id,
            employer_id=contract.employer_id,
            freelancer_id=contract.freelancer_id,
            currency=contract.currency,
            position=position,
            **asdict(part),
        )
        for position, part in enumerate(parts, 1)
    ]
