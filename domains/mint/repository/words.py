"""What people are told of their money, read for those who put it into words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency
from domains.mint.models import ActivityType, MiningRecord, Stake, Transaction, Wallet


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that has moved."""

    from_id: UUID
    amount: Decimal
    currency: Currency
    reason: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """A wallet that somebody holds."""

    user_id: UUID | None
    currency: Currency


@dataclass(frozen=True, slots=True)
class Reward:
    """What was paid for a proof of knowledge."""

    amount: Decimal
    currency: Currency
    activity: ActivityType
    transaction_id: UUID


@dataclass(frozen=True, slots=True)
class Locked:
    """Money that somebody has staked."""

    amount: Decimal
    currency: Currency


async def payment(session: AsyncSession, transaction_id: UUID) -> Payment:
    """What a transaction has moved."""
    row = await _row(session, Transaction, transaction_id)
    return Payment(row.from_id, row.amount, row.currency, row.reason)


async def account(session: AsyncSession, wallet_id: UUID) -> Account:
    """Whose wallet it is, and of what money."""
    row = await _row(session, Wallet, wallet_id)
    return Account(row.user_id, row.currency)


async def reward(session: AsyncSession, record_id: UUID) -> Reward:
    """What somebody has mined."""
    row = await _row(session, MiningRecord, record_id)
    return Reward(row.tokens_earned, row.currency, row.activity_type, row.transaction_id)


async def locked(session: AsyncSession, stake_id: UUID) -> Locked:
    """What somebody has staked."""
    row = await _row(session, Stake, stake_id)
    return Locked(row.amount, row.currency)


async def _row(session: AsyncSession, model: type[SQLModel], id: UUID) -> Any:
    identity: Any = model
    return (await session.exec(select(model).where(col(identity.id) == id))).one()
