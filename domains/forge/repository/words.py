"""What people are told of their work, read for those who put it into words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import Contract, Dispute, DisputeOutcome, Job, Milestone, SkillProfile
from domains.kernel.scalars import Currency

NAMELESS = "A freelancer"


@dataclass(frozen=True, slots=True)
class Part:
    """A milestone as people speak of it."""

    job: str
    description: str
    currency: Currency
    amount: Decimal
    paid: Decimal
    """What the freelancer got, without the platform's fee."""

    refunded: Decimal
    silent_until: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """How a dispute was decided."""

    outcome: DisputeOutcome | None
    resolution: str | None


async def job_title(session: AsyncSession, job_id: UUID) -> str:
    """What a job is called."""
    return (await session.exec(select(Job.title).where(Job.id == job_id))).one()


async def freelancer_name(session: AsyncSession, user_id: UUID) -> str:
    """The name under which somebody offers work; no other is told to employers."""
    query = select(SkillProfile.name).where(SkillProfile.user_id == user_id)
    return (await session.exec(query)).first() or NAMELESS


async def rating(session: AsyncSession, contract_id: UUID) -> int | None:
    """What the employer thought of the work."""
    return (await session.exec(select(Contract.rating).where(Contract.id == contract_id))).one()


async def part(session: AsyncSession, milestone_id: UUID) -> Part:
    """A milestone, and the job that it is a part of."""
    query = (
        select(Milestone, Job.title)
        .join(Contract, col(Contract.id) == col(Milestone.contract_id))
        .join(Job, col(Job.id) == col(Contract.job_id))
        .where(Milestone.id == milestone_id)
    )
    row, job = (await session.exec(query)).one()
    return Part(
        job=job,
        description=row.description,
        currency=row.currency,
        amount=row.amount,
        paid=row.released - row.fee,
        refunded=row.refunded,
        silent_until=row.auto_release_at,
    )


async def decision(session: AsyncSession, dispute_id: UUID) -> Decision:
    """What an admin has decided."""
    query = select(Dispute.outcome, Dispute.resolution).where(Dispute.id == dispute_id)
    return Decision(*(await session.exec(query)).one())
