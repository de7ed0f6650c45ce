"""What is written of contracts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domains.forge.models import Contract, ContractStatus, Milestone, MilestoneStatus

Figures = tuple[MilestoneStatus, Any, Any]
"""A milestone's state, what was released of it, and the platform's part of that."""


async def contract(session: AsyncSession, id: UUID) -> Contract | None:
    """A contract as it is now."""
    return (await session.exec(_by_id(id))).first()


async def lock_contract(session: AsyncSession, id: UUID) -> Contract | None:
    """A contract that nobody else changes until the transaction ends."""
    return (await session.exec(_by_id(id).with_for_update(key_share=True))).first()


def _by_id(id: UUID) -> SelectOfScalar[Contract]:
    query = select(Contract).where(Contract.id == id)
    return query.execution_options(populate_existing=True)


async def parts(session: AsyncSession, contract_id: UUID) -> Sequence[Figures]:
    """Where the parts of a locked contract stand."""
    columns: tuple[Any, ...] = (Milestone.status, Milestone.released, Milestone.fee)
    query = select(*columns).where(Milestone.contract_id == contract_id)
    found: Sequence[Figures] = (await session.exec(query)).all()
    return found


async def released(session: AsyncSession, contract_id: UUID) -> Decimal:
    """What all parts of a contract were worth to the freelancer, before the platform's fee."""
    sum_ = func.coalesce(func.sum(Milestone.released), 0)
    return (await session.exec(select(sum_).where(Milestone.contract_id == contract_id))).one()


async def others_of_the_pair(session: AsyncSession, contract: Contract) -> Sequence[UUID]:
    """The other contracts of the same two, whoever of them worked, but for cancelled ones."""
    pair = (contract.employer_id, contract.freelancer_id)
    query = select(Contract.id).where(
        col(Contract.freelancer_id).in_(pair),
        col(Contract.employer_id).in_(pair),
        col(Contract.id) != contract.id,
    )
    return (await session.exec(query)).all()


async def cancel_pending(session: AsyncSession, contract_id: UUID) -> None:
    """Give up all parts of a locked contract that were not funded."""
    pending = (col(Milestone.contract_id) == contract_id) & (
        col(Milestone.status) == MilestoneStatus.PENDING
    )
    given_up = update(Milestone).where(pending).values(status=MilestoneStatus.CANCELLED)
    await session.exec(given_up)


async def end(session: AsyncSession, contract_id: UUID, status: ContractStatus, at: Any) -> None:
    """End a locked contract."""
    ended = update(Contract).where(col(Contract.id) == contract_id)
    await session.exec(ended.values(status=status, ended_at=at))


async def rate(session: AsyncSession, contract_id: UUID, rating: int) -> bool:
    """Rate completed work that nobody has rated; says whether it was such."""
    unrated = (
        (col(Contract.id) == contract_id)
        & (col(Contract.status) == ContractStatus.COMPLETED)
        & col(Contract.rating).is_(None)
    )
    rated = update(Contract).where(unrated).values(rating=rating)
    return (await session.exec(rated.returning(col(Contract.id)))).first() is not None
