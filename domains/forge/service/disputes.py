"""The rules of disputes: the money stays where it is until one ends."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.auth.public import Action
from domains.forge.errors.disputes import (
    DisputeNotFound,
    DisputeNotOpen,
    NotTheComplainant,
)
from domains.forge.errors.jobs import WordingInvalid
from domains.forge.events import (
    DisputeEscalated,
    DisputeRaised,
    DisputeWithdrawn,
)
from domains.forge.models import (
    Dispute,
    DisputeStatus,
    Milestone,
    MilestoneStatus,
)
from domains.forge.repository import disputes, milestones
from domains.forge.repository.milestones import Held
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer
from domains.kernel.wording import Text

from .asking import Asked
from .choices import choices
from .escrow import WORKED_ON
from .parties import Side, held
from .people import is_party
from .settlement import note

REASON = Text(20, 2000, lines=True)

OPEN = (DisputeStatus.OPEN, DisputeStatus.ESCALATED)
PATH = ("input", "disputeId")


async def raise_dispute(
    session: AsyncSession, _system: Viewer, asked: Asked, milestone_id: UUID, reason: str
) -> UUID:
    """Stop everything about a milestone until somebody has decided."""
    reason = worded(REASON, reason, "reason")
    work = partial(_raise, session, asked, milestone_id, reason)
    return await asked.once(session, ("disputeRaise", milestone_id, reason), work)


async def _raise(session: AsyncSession, asked: Asked, milestone_id: UUID, reason: str) -> UUID:
    found = await held(session, asked.viewer, milestone_id, Side.EITHER, *WORKED_ON)
    milestone = found.milestone
    dispute = Dispute(
        milestone_id=milestone.id,
        contract_id=milestone.contract_id,
        employer_id=milestone.employer_id,
        freelancer_id=milestone.freelancer_id,
        raised_by_id=auth.themselves(asked.viewer),
        reason=reason,
    )
    milestone.status = MilestoneStatus.DISPUTED
    if await disputes.was_taken_back(session, milestone.id, dispute.raised_by_id):
        # Else raising and withdrawing in turn would stop the other's time for ever.
        dispute.status, dispute.escalated_at = DisputeStatus.ESCALATED, now()
    await disputes.add(session, dispute)
    emit(session, DisputeRaised(**told(dispute)))
    if dispute.escalated_at:
        emit(session, DisputeEscalated(**told(dispute)))
    note(session, Action.DISPUTE_RAISED, asked.client, asked.viewer, milestone)
    return dispute.id


async def withdraw(session: AsyncSession, _system: Viewer, viewer: Viewer, id: UUID) -> UUID:
    """Take a dispute back; the milestone stands where it stood, with as much time left."""
    user_id = auth.themselves(viewer)
    dispute = await visible(session, viewer, id)
    if dispute.raised_by_id != user_id:
        raise Refused(NotTheComplainant(path=[*PATH]))
    milestone = (await still_open(session, dispute)).milestone
    dispute.status, dispute.withdrawn_at = DisputeStatus.WITHDRAWN, now()
    _go_on(milestone, dispute)
    emit(session, DisputeWithdrawn(**told(dispute)))
    return id


def _go_on(milestone: Milestone, dispute: Dispute) -> None:
    milestone.status = milestone.disputed_from or MilestoneStatus.FUNDED
    if milestone.auto_release_at is not None:
        milestone.auto_release_at += now() - dispute.created_at


async def escalate(session: AsyncSession, _system: Viewer, id: UUID) -> None:
    """Mark a dispute that has been open for too long; asked for again, it does nothing."""
    dispute = await disputes.find(session, id)
    if dispute is None:
        return
    await _hold(session, dispute)
    if (
        dispute.status is DisputeStatus.OPEN
        and dispute.created_at <= now() - choices.escalate_after
    ):
        dispute.status, dispute.escalated_at = DisputeStatus.ESCALATED, now()
        emit(session, DisputeEscalated(**told(dispute)))


async def visible(session: AsyncSession, viewer: Viewer, id: UUID) -> Dispute:
    dispute = await disputes.find(session, id)
    if dispute is None or not is_party(viewer, dispute):
        raise Refused(DisputeNotFound(path=[*PATH]))
    return dispute


async def still_open(session: AsyncSession, dispute: Dispute) -> Held:
    """The locked milestone of a locked dispute that nobody has ended."""
    found = await _hold(session, dispute)
    if dispute.status not in OPEN:
        raise Refused(DisputeNotOpen(path=[*PATH], status=dispute.status))
    return found


async def _hold(session: AsyncSession, dispute: Dispute) -> Held:
    place = await milestones.find(session, dispute.milestone_id)
    if place is None:
        raise RuntimeError("a dispute is about a milestone that is not there")
    found = await milestones.hold(session, place)
    await disputes.lock(session, dispute)
    return found


def worded(text: Text, told: str, field: str) -> str:
    plain = text.plain(told)
    if not text.takes(plain):
        error = WordingInvalid(path=["input", field], minimum=text.shortest, maximum=text.longest)
        raise Refused(error)
    return plain


def told(dispute: Dispute) -> dict[str, Any]:
    return {
        "dispute_id": dispute.id,
        "milestone_id": dispute.milestone_id,
        "contract_id": dispute.contract_id,
        "employer_id": dispute.employer_id,
        "freelancer_id": dispute.freelancer_id,
        "raised_by_id": dispute.raised_by_id,
    }
