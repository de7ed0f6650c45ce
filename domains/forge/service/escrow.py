"""The ways of a milestone between its two parties: what each may do, and what moves with it."""

from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action
from domains.forge.events import (
    ChangesRequested,
    MilestoneFunded,
    MilestoneRefunded,
    MilestoneSubmitted,
)
from domains.forge.models import Contract, Milestone, MilestoneStatus
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.viewer import Viewer
from domains.mint import public as mint
from domains.mint.public import Leg, TransactionType

from . import settlement
from .asking import Asked
from .choices import choices
from .parties import Side, held
from .settlement import note, told

WORKED_ON = (
    MilestoneStatus.FUNDED,
    MilestoneStatus.SUBMITTED,
    MilestoneStatus.CHANGES_REQUESTED,
)
"""Its money is in escrow, and nobody has decided whose it will be."""


async def fund(session: AsyncSession, _system: Viewer, asked: Asked, id: UUID) -> UUID:
    """Put the employer's money aside, so that the work can begin."""
    return await asked.once(session, ("milestoneFund", id), partial(_fund, session, asked, id))


async def _fund(session: AsyncSession, asked: Asked, id: UUID) -> UUID:
    found = await held(session, asked.viewer, id, Side.EMPLOYER, MilestoneStatus.PENDING)
    await _put_aside(session, found.contract, found.milestone)
    found.milestone.status = MilestoneStatus.FUNDED
    emit(session, MilestoneFunded(**told(found.milestone)))
    await session.flush()
    note(session, Action.MILESTONE_FUNDED, asked.client, asked.viewer, found.milestone)
    return id


async def _put_aside(session: AsyncSession, contract: Contract, milestone: Milestone) -> None:
    """Move the money into the contract's escrow, which the first of its milestones opens."""
    parties = contract.employer_id, contract.freelancer_id
    if contract.escrow_wallet_id is None:
        escrow = await mint.open_escrow(session, *parties, contract.currency)
        contract.escrow_wallet_id = escrow
    wallet = await mint.open_wallet(session, contract.employer_id, contract.currency)
    leg = Leg(wallet, contract.escrow_wallet_id, milestone.amount, TransactionType.ESCROW_FUND)
    key, reference = f"forge:{milestone.id}:fund", f"milestone:{milestone.id}"
    await mint.post(session, None, key, [leg], reference)


async def submit(session: AsyncSession, _system: Viewer, asked: Asked, id: UUID) -> UUID:
    """Hand the work in; from now on the employer's time runs."""
    return await asked.once(session, ("milestoneSubmit", id), partial(_submit, session, asked, id))


async def _submit(session: AsyncSession, asked: Asked, id: UUID) -> UUID:
    states = MilestoneStatus.FUNDED, MilestoneStatus.CHANGES_REQUESTED
    milestone = (await held(session, asked.viewer, id, Side.FREELANCER, *states)).milestone
    milestone.status = MilestoneStatus.SUBMITTED
    milestone.submitted_at = now()
    milestone.auto_release_at = milestone.submitted_at + choices.auto_release
    emit(session, MilestoneSubmitted(**told(milestone)))
    return id


async def request_changes(session: AsyncSession, _system: Viewer, asked: Asked, id: UUID) -> UUID:
    """Hand the work back; the employer's time stands still."""
    work = partial(_request_changes, session, asked, id)
    return await asked.once(session, ("milestoneRequestChanges", id), work)


async def _request_changes(session: AsyncSession, asked: Asked, id: UUID) -> UUID:
    submitted = MilestoneStatus.SUBMITTED
    milestone = (await held(session, asked.viewer, id, Side.EMPLOYER, submitted)).milestone
    milestone.status = MilestoneStatus.CHANGES_REQUESTED
    milestone.auto_release_at = None
    emit(session, ChangesRequested(**told(milestone)))
    return id


async def approve(session: AsyncSession, _system: Viewer, asked: Asked, id: UUID) -> UUID:
    """Take the work for good, and pay for it."""
    work = partial(_approve, session, asked, id)
    return await asked.once(session, ("milestoneApprove", id), work)


async def _approve(session: AsyncSession, asked: Asked, id: UUID) -> UUID:
    found = await held(session, asked.viewer, id, Side.EMPLOYER, MilestoneStatus.SUBMITTED)
    await settlement.approve(session, found, asked.client, asked.viewer)
    return id


async def refund(session: AsyncSession, _system: Viewer, asked: Asked, id: UUID) -> UUID:
    """Give the money back, as the freelancer agrees."""
    return await asked.once(session, ("milestoneRefund", id), partial(_refund, session, asked, id))


async def _refund(session: AsyncSession, asked: Asked, id: UUID) -> UUID:
    found = await held(session, asked.viewer, id, Side.FREELANCER, *WORKED_ON)
    nothing = settlement.shares_of(found, award_bps=0)
    await settlement.settle(session, found, MilestoneStatus.REFUNDED, nothing)
    emit(session, MilestoneRefunded(**told(found.milestone)))
    await settlement.conclude(session, found)
    note(session, Action.MILESTONE_REFUNDED, asked.client, asked.viewer, found.milestone)
    return id


async def cancel(session: AsyncSession, _system: Viewer, viewer: Viewer, id: UUID) -> UUID:
    """Give up a part of the work before any money was put aside for it."""
    found = await held(session, viewer, id, Side.EMPLOYER, MilestoneStatus.PENDING)
    found.milestone.status = MilestoneStatus.CANCELLED
    await settlement.conclude(session, found)
    return id
