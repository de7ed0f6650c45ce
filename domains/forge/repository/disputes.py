"""What is written of disputes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import Dispute, DisputeStatus


async def find(session: AsyncSession, dispute_id: UUID) -> Dispute | None:
    """A dispute as it was a moment ago."""
    return (await session.exec(select(Dispute).where(Dispute.id == dispute_id))).first()


async def lock(session: AsyncSession, dispute: Dispute) -> None:
    """Bring a dispute up to date and keep it so until the transaction ends.

    Its milestone is locked already.
    """
    await session.refresh(dispute, with_for_update={"key_share": True})


async def add(session: AsyncSession, dispute: Dispute) -> None:
    """Raise a dispute."""
    session.add(dispute)
    await session.flush()


async def was_taken_back(session: AsyncSession, milestone_id: UUID, raised_by_id: UUID) -> bool:
    """Whether somebody has raised a dispute about this before, and withdrawn it."""
    query = select(Dispute.id).where(
        Dispute.milestone_id == milestone_id,
        Dispute.raised_by_id == raised_by_id,
        Dispute.status == DisputeStatus.WITHDRAWN,
    )
    return (await session.exec(query)).first() is not None


async def pressing(session: AsyncSession, since: datetime, most: int) -> Sequence[UUID]:
    """Those that nobody has looked at since before a moment, the oldest first."""
    waiting = select(Dispute.id).where(
        col(Dispute.status) == DisputeStatus.OPEN, col(Dispute.created_at) <= since
    )
    return (await session.exec(waiting.order_by(col(Dispute.id)).limit(most))).all()
