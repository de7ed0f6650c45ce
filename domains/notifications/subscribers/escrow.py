"""What employers and freelancers are told of milestones, their money, and disputes."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge import public as forge
from domains.forge.events import (
    ChangesRequested,
    DisputeEscalated,
    DisputeRaised,
    DisputeResolved,
    DisputeWithdrawn,
    MilestoneFunded,
    MilestoneRefunded,
    MilestoneReleased,
    MilestoneSubmitted,
)
from domains.forge.public import DisputeOutcome, Part
from domains.kernel.events import subscribe
from domains.notifications.models import NotificationType

from .telling import day, money, short, tell
from .work import employer_name

GOOD, BAD = NotificationType.SUCCESS, NotificationType.WARNING


@subscribe(MilestoneFunded)
async def tell_of_funding(session: AsyncSession, event: MilestoneFunded, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    message = f"{money(part.amount, part.currency)} for {_named(part)} are in escrow."
    await tell(session, entry_id, event.freelancer_id, "Work can begin", message, GOOD)


@subscribe(MilestoneSubmitted)
async def tell_of_work(session: AsyncSession, event: MilestoneSubmitted, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    name = await forge.freelancer_name(session, event.freelancer_id)
    message = f"{name} has handed in {_named(part)}."
    if part.silent_until is not None:
        message += f" Without a word of yours it is paid for on {day(part.silent_until)}."
    await tell(session, entry_id, event.employer_id, "Work was handed in", message)


@subscribe(ChangesRequested)
async def tell_of_changes(session: AsyncSession, event: ChangesRequested, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    name = await employer_name(session, event.employer_id)
    message = f"{name} wants changes to {_named(part)}."
    await tell(session, entry_id, event.freelancer_id, "Changes are wanted", message)


@subscribe(MilestoneReleased)
async def tell_of_pay(session: AsyncSession, event: MilestoneReleased, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    title = f"You were paid {money(part.paid, part.currency)}"
    message = f"{_named(part)} is paid for."
    await tell(session, entry_id, event.freelancer_id, title, message, GOOD)
    message = f"{money(part.amount, part.currency)} for {_named(part)} left escrow."
    await tell(session, entry_id, event.employer_id, "A milestone was paid for", message)


@subscribe(MilestoneRefunded)
async def tell_of_refund(session: AsyncSession, event: MilestoneRefunded, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    message = f"{money(part.refunded, part.currency)} for {_named(part)} are yours again."
    await tell(session, entry_id, event.employer_id, "You were paid back", message)
    message = f"{money(part.refunded, part.currency)} for {_named(part)} went back."
    await tell(session, entry_id, event.freelancer_id, "A milestone was paid back", message)


@subscribe(DisputeRaised)
async def tell_of_dispute(session: AsyncSession, event: DisputeRaised, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    other_id, name = await _other(session, event)
    message = f"{name} is not content with {_named(part)}. Its money stays until that is settled."
    await tell(session, entry_id, other_id, "A dispute was raised", message, BAD)


@subscribe(DisputeWithdrawn)
async def tell_of_peace(session: AsyncSession, event: DisputeWithdrawn, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    other_id, name = await _other(session, event)
    message = f"{name} took the dispute about {_named(part)} back."
    await tell(session, entry_id, other_id, "A dispute was withdrawn", message)


@subscribe(DisputeEscalated)
async def press(session: AsyncSession, event: DisputeEscalated, entry_id: UUID) -> None:
    """Admins are told as well, who have to decide."""
    part = await forge.part(session, event.milestone_id)
    message = f"An admin will decide the dispute about {_named(part)}."
    for user_id in (event.freelancer_id, event.employer_id):
        await tell(session, entry_id, user_id, "Your dispute is pressing", message)
    message = f"The dispute about {_named(part)} has been open for too long."
    for admin_id in await auth.admins(session):
        await tell(session, entry_id, admin_id, "A dispute has to be decided", message, BAD)


@subscribe(DisputeResolved)
async def tell_of_decision(session: AsyncSession, event: DisputeResolved, entry_id: UUID) -> None:
    part = await forge.part(session, event.milestone_id)
    decision = await forge.decision(session, event.dispute_id)
    message = f"{_decided(part, decision.outcome)} The admin says: “{decision.resolution}”"
    for user_id in (event.freelancer_id, event.employer_id):
        await tell(session, entry_id, user_id, "Your dispute was decided", message)


def _named(part: Part) -> str:
    return f"“{short(part.description)}” of “{part.job}”"


def _decided(part: Part, outcome: DisputeOutcome | None) -> str:
    if outcome is DisputeOutcome.REWORK:
        return f"The work on {_named(part)} goes on."
    paid, refunded = (money(each, part.currency) for each in (part.paid, part.refunded))
    return f"Of {_named(part)} the freelancer gets {paid} and the employer {refunded}."


async def _other(session: AsyncSession, event: Any) -> tuple[UUID, str]:
    """Whom the dispute is raised against, and under which name they know the other."""
    if event.raised_by_id == event.employer_id:
        return event.freelancer_id, await employer_name(session, event.employer_id)
    return event.employer_id, await forge.freelancer_name(session, event.freelancer_id)
