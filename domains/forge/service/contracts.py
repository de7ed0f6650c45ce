"""The rules by which contracts end, and work is rated."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.errors.agreements import (
    AlreadyRated,
    ContractHoldsMoney,
    ContractNotActive,
    ContractNotCompleted,
    RatingInvalid,
)
from domains.forge.errors.contracts import ContractNotFound, NotTheEmployer
from domains.forge.events import Agreed, ContractCancelled, ContractCompleted, ContractRated
from domains.forge.models import Contract, ContractStatus, JobStatus, MilestoneStatus
from domains.forge.repository import contracts, jobs, profiles
from domains.forge.repository.contracts import Figures
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from .people import is_party

WORST, BEST = 1, 5
ID = ("input", "contractId")

SETTLED = frozenset({MilestoneStatus.RELEASED, MilestoneStatus.REFUNDED, MilestoneStatus.RESOLVED})
"""Its money was put aside, and has reached one of the two."""

WITHOUT_MONEY = SETTLED | {MilestoneStatus.PENDING, MilestoneStatus.CANCELLED}


async def cancel(session: AsyncSession, _system: Viewer, viewer: Viewer, id: UUID) -> UUID:
    """End a contract before its time, as one of the two; what was settled stays as it is."""
    user_id = auth.themselves(viewer)
    contract = await _locked(session, viewer, id)
    if user_id not in {contract.employer_id, contract.freelancer_id}:
        raise Refused(NotTheEmployer(path=[*ID]))
    parts = await contracts.parts(session, id)
    if not {status for status, *_ in parts} <= WITHOUT_MONEY:
        raise Refused(ContractHoldsMoney(path=[*ID]))
    if contract.status is not ContractStatus.ACTIVE:
        raise Refused(ContractNotActive(path=[*ID], status=contract.status))
    await contracts.cancel_pending(session, id)
    await complete_if_done(session, contract)
    return id


async def _locked(session: AsyncSession, viewer: Viewer, id: UUID) -> Contract:
    """A contract of the viewer's; its job is locked first, as wherever both are."""
    contract = await visible(session, viewer, id)
    await jobs.lock_job(session, contract.job_id)
    return await contracts.lock_contract(session, id) or contract


async def visible(session: AsyncSession, viewer: Viewer, id: UUID) -> Contract:
    """A contract of which the viewer may know."""
    contract = await contracts.contract(session, id)
    if contract is None or not is_party(viewer, contract):
        raise Refused(ContractNotFound(path=[*ID]))
    return contract


async def complete_if_done(session: AsyncSession, contract: Contract) -> bool:
    """End an active contract, and its job with it, once nothing of it is left to do.

    Both are locked. It is completed if the money of any milestone was ever settled, else cancelled.
    """
    parts = await contracts.parts(session, contract.id)
    statuses = {status for status, *_ in parts}
    if contract.status is not ContractStatus.ACTIVE or not statuses <= WITHOUT_MONEY - {
        MilestoneStatus.PENDING
    }:
        return False
    if statuses & SETTLED:
        await _complete(session, contract, parts)
    else:
        await _end(session, contract, ContractStatus.CANCELLED, JobStatus.CANCELLED)
        emit(session, told(ContractCancelled, contract))
    return True


async def _complete(session: AsyncSession, contract: Contract, parts: Sequence[Figures]) -> None:
    await _end(session, contract, ContractStatus.COMPLETED, JobStatus.COMPLETED)
    released = sum((released for _, released, _ in parts), Decimal(0))
    if released:
        earned = released - sum((fee for *_, fee in parts), Decimal(0))
        await profiles.count_completion(session, contract.freelancer_id, earned, contract.currency)
    emit(session, told(ContractCompleted, contract))


async def _end(
    session: AsyncSession, contract: Contract, status: ContractStatus, job_status: JobStatus
) -> None:
    await contracts.end(session, contract.id, status, now())
    await jobs.move_job(session, contract.job_id, job_status, from_=JobStatus.IN_PROGRESS)


async def rate(
    session: AsyncSession, _system: Viewer, viewer: Viewer, id: UUID, rating: int
) -> UUID:
    """Say once how good completed work was, as its employer; the freelancer's mean follows."""
    if not WORST <= rating <= BEST:
        path = ["input", "rating"]
        raise Refused(RatingInvalid(path=path, minimum=WORST, maximum=BEST))
    employer_id = auth.themselves(viewer)
    contract = await visible(session, viewer, id)
    if contract.employer_id != employer_id:
        raise Refused(NotTheEmployer(path=[*ID]))
    if not await contracts.rate(session, id, rating):
        raise await _unratable(session, viewer, id)
    await profiles.count_rating(session, contract.freelancer_id, rating)
    emit(session, told(ContractRated, contract))
    return id


async def _unratable(session: AsyncSession, viewer: Viewer, id: UUID) -> Refused:
    contract = await visible(session, viewer, id)
    if contract.rating is not None:
        return Refused(AlreadyRated(path=[*ID], rating=contract.rating))
    return Refused(ContractNotCompleted(path=[*ID], status=contract.status))


def told(event: type[Agreed], contract: Contract) -> Agreed:
    """What happened to a contract."""
    return event(
        contract_id=contract.id,
        job_id=contract.job_id,
        employer_id=contract.employer_id,
        freelancer_id=contract.freelancer_id,
    )
