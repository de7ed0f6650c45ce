"""What is written of the parts of contracts, and the order in which they are locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import Contract, Milestone, MilestoneStatus

from .contracts import lock_contract
from .jobs import lock_job


@dataclass(frozen=True, slots=True)
class Place:
    """Where a milestone belongs, and to whom: of this nothing ever changes."""

    milestone_id: UUID
    contract_id: UUID
    job_id: UUID
    employer_id: UUID
    freelancer_id: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """A milestone and its contract, which nobody else changes until the transaction ends."""

    contract: Contract
    milestone: Milestone


async def find(session: AsyncSession, milestone_id: UUID) -> Place | None:
    """Where a milestone belongs."""
    columns: tuple[Any, ...] = (
        Milestone.id,
        Milestone.contract_id,
        Contract.job_id,
        Milestone.employer_id,
        Milestone.freelancer_id,
    )
    query = select(*columns).join(Contract, col(Contract.id) == col(Milestone.contract_id))
    found = (await session.exec(query.where(Milestone.id == milestone_id))).first()
    return Place(*found) if found else None


async def hold(session: AsyncSession, place: Place) -> Held:
    """Lock a milestone, after its job and its contract."""
    await lock_job(session, place.job_id)
    contract = await lock_contract(session, place.contract_id)
    query = select(Milestone).where(Milestone.id == place.milestone_id)
    fresh = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    milestone = (await session.exec(fresh)).first()
    if contract is None or milestone is None:
        raise RuntimeError("a contract or a milestone is gone, which none ever is")
    return Held(contract, milestone)


async def silent(session: AsyncSession, moment: datetime, most: int) -> Sequence[UUID]:
    """Those whose employer has been silent for too long, the longest first."""
    query = (
        select(Milestone.id)
        .where(
            col(Milestone.status) == MilestoneStatus.SUBMITTED,
            col(Milestone.auto_release_at) <= moment,
        )
        .order_by(col(Milestone.auto_release_at))
        .limit(most)
    )
    return (await session.exec(query)).all()


async def unpaid(session: AsyncSession, most: int) -> Sequence[UUID]:
    """Those that are approved and not paid, in no order, so that none is left out for ever."""
    query = select(Milestone.id).where(Milestone.status == MilestoneStatus.APPROVED)
    return (await session.exec(query.order_by(func.random()).limit(most))).all()
