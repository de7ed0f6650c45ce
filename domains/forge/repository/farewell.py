"""What somebody who leaves still has in the forge."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import (
    Application,
    ApplicationStatus,
    Contract,
    ContractStatus,
    Dispute,
    DisputeStatus,
    Job,
    JobStatus,
)

RUNNING = (ContractStatus.ACTIVE, ContractStatus.DISPUTED)
OPEN = (DisputeStatus.OPEN, DisputeStatus.ESCALATED)


async def lock_open_jobs(session: AsyncSession, employer_id: UUID) -> Sequence[Job]:
    """The jobs that nobody has got; nobody gets them until the transaction ends."""
    query = select(Job).where(Job.employer_id == employer_id, Job.status == JobStatus.OPEN)
    locked = query.order_by(col(Job.id)).with_for_update(key_share=True)
    return (await session.exec(locked)).all()


async def withdraw_all(session: AsyncSession, freelancer_id: UUID) -> Sequence[Application]:
    """Take back all offers on which nothing was decided; gives them."""
    pending = (col(Application.freelancer_id) == freelancer_id) & (
        col(Application.status) == ApplicationStatus.PENDING
    )
    withdrawn = update(Application).where(pending).values(status=ApplicationStatus.WITHDRAWN)
    return (await session.exec(withdrawn.returning(Application))).scalars().all()


async def running_contracts(session: AsyncSession, user_id: UUID) -> int:
    """How many contracts of somebody's have not ended."""
    return await _count(session, Contract, user_id, RUNNING)


async def open_disputes(session: AsyncSession, user_id: UUID) -> int:
    """How many disputes about these have not."""
    return await _count(session, Dispute, user_id, OPEN)


async def _count(
    session: AsyncSession,
    model: type[Contract] | type[Dispute],
    user_id: UUID,
    states: Sequence[Any],
) -> int:
    theirs = or_(col(model.employer_id) == user_id, col(model.freelancer_id) == user_id)
    query = select(func.count()).select_from(model).where(theirs, col(model.status).in_(states))
    return (await session.exec(query)).one()
