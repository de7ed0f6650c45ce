"""What people lock and mine, and the economy as a whole."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, Row, enum_type
from domains.kernel.scalars import Currency

from .columns import AMOUNT, CURRENCY, NAMESPACE, SUPPLY_CAP, ActivityType, StakeStatus


class Stake(ChangingRow, table=True):
    """Money that a person has locked for a term, for a reward."""

    __tablename__ = "stakes"
    __table_args__ = (
        CheckConstraint("amount > 0 and amount <> 'NaN'", name="amount"),
        CheckConstraint("reward_rate between 0 and 1", name="reward_rate"),
        CheckConstraint("reward_paid >= 0 and reward_paid <> 'NaN'", name="reward_paid"),
        CheckConstraint("claims >= 0", name="claims"),
        CheckConstraint("unlocks_at > started_at", name="unlocks_at"),
        CheckConstraint("(status = 'active') = (closed_at is null)", name="closed_at"),
        ForeignKeyConstraint(
            ["wallet_id", "user_id", "currency"],
            ["mint.wallets.id", "mint.wallets.user_id", "mint.wallets.currency"],
            ondelete="RESTRICT",
        ),
        Index(None, "user_id", "id"),
        Index(None, "wallet_id", "id"),
        Index(None, "wallet_id", "status"),
        Index(None, "status", "id"),
        Index(
            "stakes_maturing_idx",
            "unlocks_at",
            postgresql_where=text("status = 'active' and matured_at is null"),
        ),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="RESTRICT")
    wallet_id: UUID
    """Where it came from and goes back to."""

    transaction_id: UUID = Field(
        foreign_key="mint.transactions.id", ondelete="RESTRICT", unique=True
    )
    """What locked it."""

    currency: Currency = Field(sa_type=CURRENCY)
    amount: Decimal = Field(sa_type=AMOUNT)
    reward_rate: Decimal = Field(
        default=Decimal("0.05"),
        sa_type=Numeric(5, 4),
        sa_column_kwargs={"server_default": text("0.05")},
    )
    """Of the amount, for a year; as it was when the stake was made."""

    started_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    unlocks_at: datetime
    matured_at: datetime | None = None
    """When its owner was told that the term had ended."""

    closed_at: datetime | None = None
    status: StakeStatus = Field(
        default=StakeStatus.ACTIVE,
        sa_type=enum_type(StakeStatus, "stake_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'active'")},
    )
    reward_paid: Decimal = Field(
        default=Decimal(0), sa_type=AMOUNT, sa_column_kwargs={"server_default": text("0")}
    )
    claims: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How often a reward was paid out."""


class MiningRecord(Row, table=True):
    """A proof of knowledge that was paid for; each activity is paid for once."""

    __tablename__ = "mining_records"
    __table_args__ = (
        CheckConstraint("tokens_earned > 0 and tokens_earned <> 'NaN'", name="tokens_earned"),
        CheckConstraint("difficulty between 1 and 10", name="difficulty"),
        CheckConstraint("score between 0 and 100", name="score"),
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("user_id", "activity_type", "activity_id"),
        UniqueConstraint("number"),
        ForeignKeyConstraint(
            ["wallet_id", "user_id", "currency"],
            ["mint.wallets.id", "mint.wallets.user_id", "mint.wallets.currency"],
            ondelete="RESTRICT",
        ),
        Index(None, "user_id", "id"),
        Index(None, "wallet_id", "id"),
        Index(None, "activity_type", "id"),
        Index(None, "activity_type", "activity_id"),
        Index(None, "user_id", "mined_at"),
        {"schema": NAMESPACE},
    )

    number: int
    """Its place among all records, from 1 and without gaps; rewards are halved by it."""

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="RESTRICT")
    """Who mined: the same activity does not pay another wallet of theirs."""

    wallet_id: UUID
    transaction_id: UUID = Field(
        foreign_key="mint.transactions.id", ondelete="RESTRICT", unique=True
    )
    activity_type: ActivityType = Field(sa_type=enum_type(ActivityType, "activity_type", NAMESPACE))
    activity_id: UUID
    """Of a thing outside this namespace; no key holds it."""

    currency: Currency = Field(
        default=Currency.AZR,
        sa_type=CURRENCY,
        sa_column_kwargs={"server_default": text("'AZR'")},
    )
    tokens_earned: Decimal = Field(sa_type=AMOUNT)
    difficulty: int = Field(
        default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")}
    )
    score: Decimal = Field(sa_type=Numeric(5, 2))
    proof_hash: bytes = Field(unique=True)
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    mined_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )


class EconomicMetrics(Row, table=True):
    """How much AZR there was at a moment and where, as the ledger says."""

    __tablename__ = "economic_metrics"
    __table_args__ = (
        CheckConstraint(f"total_supply between 0 and {SUPPLY_CAP}", name="total_supply"),
        CheckConstraint(
            "least(circulating_supply, total_staked, total_escrowed, daily_volume) >= 0",
            name="amounts",
        ),
        CheckConstraint(
            "total_supply = circulating_supply + total_staked + total_escrowed", name="sum"
        ),
        CheckConstraint("total_minted >= total_supply", name="total_minted"),
        CheckConstraint("least(active_wallets, transactions) >= 0", name="counts"),
        UniqueConstraint("recorded_at"),
        {"schema": NAMESPACE},
    )

    total_supply: Decimal = Field(sa_type=AMOUNT)
    circulating_supply: Decimal = Field(sa_type=AMOUNT)
    total_staked: Decimal = Field(sa_type=AMOUNT)
    total_escrowed: Decimal = Field(sa_type=AMOUNT)
    total_minted: Decimal = Field(sa_type=Numeric(28, 8))
    """All that was ever made, with what is gone again."""

    active_wallets: int
    transactions: Decimal = Field(sa_type=Numeric(20, 0))
    """How many there were."""

    daily_volume: Decimal = Field(sa_type=Numeric(28, 8))
    """What has moved in the last 24 hours."""

    recorded_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
