"""How an admin ends a dispute: the money is divided, or the freelancer works on."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.auth.public import Action
from domains.forge.errors.disputes import AwardInvalid, NotImpartial
from domains.forge.events import DisputeResolved
from domains.forge.models import (
    BASIS_POINTS,
    DisputeOutcome,
    DisputeStatus,
    MilestoneStatus,
)
from domains.forge.repository.milestones import Held
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.refusal import Forbidden, Refused
from domains.kernel.viewer import Role, Viewer
from domains.kernel.wording import Text

from . import settlement
from .asking import Asked
from .disputes import PATH, still_open, told, visible, worded

RESOLUTION = Text(3, 2000, lines=True)
AWARDS = {DisputeOutcome.RELEASE: BASIS_POINTS, DisputeOutcome.REFUND: 0}


@dataclass(frozen=True, slots=True)
class Decision:
    """How a dispute ends."""

    outcome: DisputeOutcome
    resolution: str
    award_bps: int | None


async def resolve(
    session: AsyncSession, _system: Viewer, asked: Asked, id: UUID, decision: Decision
) -> UUID:
    """Decide a dispute, as an admin who is no party to it."""
    if asked.viewer.role is not Role.ADMIN:
        raise Forbidden
    await auth.demand(session, asked.viewer)
    resolution = worded(RESOLUTION, decision.resolution, "resolution")
    given = Decision(decision.outcome, resolution, _award(decision))
    what = "disputeResolve", id, given.outcome, given.resolution, given.award_bps
    return await asked.once(session, what, partial(_resolve, session, asked, id, given))


def _award(decision: Decision) -> int | None:
    """What part of the money is for the work; None if nothing moves."""
    award = decision.award_bps
    if decision.outcome is DisputeOutcome.SPLIT:
        if award is not None and 0 <= award <= BASIS_POINTS:
            return award
    elif award is None:
        return AWARDS.get(decision.outcome)
    raise Refused(AwardInvalid(path=["input", "awardBps"], minimum=0, maximum=BASIS_POINTS))


async def _resolve(session: AsyncSession, asked: Asked, id: UUID, decision: Decision) -> UUID:
    user_id = auth.themselves(asked.viewer)
    dispute = await visible(session, asked.viewer, id)
    if user_id in {dispute.employer_id, dispute.freelancer_id}:
        raise Refused(NotImpartial(path=[*PATH]))
    found = await still_open(session, dispute)
    dispute.status, dispute.resolved_at = DisputeStatus.RESOLVED, now()
    dispute.outcome, dispute.award_bps = decision.outcome, decision.award_bps
    dispute.resolution, dispute.resolved_by_id = decision.resolution, user_id
    await session.flush()
    await _carry_out(session, found, decision.award_bps)
    emit(session, DisputeResolved(**told(dispute)))
    await settlement.conclude(session, found)
    settlement.note(session, Action.DISPUTE_RESOLVED, asked.client, asked.viewer, found.milestone)
    return id


async def _carry_out(session: AsyncSession, found: Held, award_bps: int | None) -> None:
    """Divide the money, or have the freelancer work on."""
    if award_bps is not None:
        shares = settlement.shares_of(found, award_bps)
        await settlement.settle(session, found, MilestoneStatus.RESOLVED, shares)
        return
    begun = found.milestone.disputed_from is MilestoneStatus.FUNDED
    rework = MilestoneStatus.FUNDED if begun else MilestoneStatus.CHANGES_REQUESTED
    found.milestone.status, found.milestone.auto_release_at = rework, None
