"""What employers and freelancers agree on, and in what parts."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, enum_type
from domains.kernel.scalars import Currency

from .columns import BASIS_POINTS, NAMESPACE, amount, azr, nothing_yet
from .states import ContractStatus, MilestoneStatus

# Two columns have this type.
MILESTONE_STATUS = enum_type(MilestoneStatus, "milestone_status", NAMESPACE)


class Contract(ChangingRow, table=True):
    """What an employer and a freelancer have agreed on; its money waits in a wallet of its own."""

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("amount > 0 and amount <> 'NaN'", name="amount"),
        CheckConstraint("freelancer_id <> employer_id", name="parties"),
        CheckConstraint(
            "(status in ('completed', 'cancelled')) = (ended_at is not null)", name="ended_at"
        ),
        CheckConstraint(f"fee_bps between 0 and {BASIS_POINTS}", name="fee_bps"),
        CheckConstraint("rating between 1 and 5", name="rating"),
        CheckConstraint("rating is null or status = 'completed'", name="rated"),
        UniqueConstraint("application_id"),
        UniqueConstraint("escrow_wallet_id"),
        UniqueConstraint("id", "employer_id", "freelancer_id", "currency"),
        # The job, the parties and the currency are those of the application, and so of the job.
        ForeignKeyConstraint(
            ["application_id", "job_id", "employer_id", "freelancer_id", "currency"],
            [
                "forge.applications.id",
                "forge.applications.job_id",
                "forge.applications.employer_id",
                "forge.applications.freelancer_id",
                "forge.applications.currency",
            ],
            # The usual name would be longer than Postgres has room for.
            name="contracts_application_fkey",
            ondelete="RESTRICT",
        ),
        # The wallet stands between these two, and holds money of this currency.
        ForeignKeyConstraint(
            ["escrow_wallet_id", "employer_id", "freelancer_id", "currency"],
            [
                "mint.wallets.id",
                "mint.wallets.payer_id",
                "mint.wallets.payee_id",
                "mint.wallets.currency",
            ],
            name="contracts_escrow_wallet_fkey",
            ondelete="RESTRICT",
        ),
        Index(None, "job_id", "id"),
        Index(None, "employer_id", "id"),
        Index(None, "freelancer_id", "id"),
        Index(None, "status", "id"),
        Index(
            "contracts_one_running_key",
            "job_id",
            unique=True,
            postgresql_where=text("status in ('active', 'disputed')"),
        ),
        {"schema": NAMESPACE},
    )

    job_id: UUID
    application_id: UUID
    employer_id: UUID
    freelancer_id: UUID
    amount: Decimal = amount()
    currency: Currency = azr()
    fee_bps: int = Field(
        default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """What part of the freelancer's money is the platform's, as it was when the two agreed."""

    status: ContractStatus = Field(
        default=ContractStatus.ACTIVE,
        sa_type=enum_type(ContractStatus, "contract_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'active'")},
    )
    """A trigger on disputes keeps it between active and disputed."""

    escrow_wallet_id: UUID | None = None
    """Where its money waits; null until a milestone was funded."""

    rating: int | None = None
    """What the employer thought of the work, from 1 to 5."""

    started_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    ended_at: datetime | None = None


class Milestone(ChangingRow, table=True):
    """A part of a contract's work, paid for when it is good.

    Triggers let the state move along the lines of the escrow alone, keep the amount as it is once
    money was put aside, and keep the amounts of a contract within the contract's.
    """

    __tablename__ = "milestones"
    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("amount > 0 and amount <> 'NaN'", name="amount"),
        CheckConstraint(
            "case status when 'released' then released = amount and refunded = 0 "
            "when 'refunded' then refunded = amount and released = 0 "
            "when 'resolved' then released >= 0 and refunded >= 0 "
            "and released + refunded = amount "
            "else released = 0 and refunded = 0 end",
            name="settled",
        ),
        # Where nothing was released this leaves no fee.
        CheckConstraint("fee between 0 and released", name="fee"),
        CheckConstraint(
            "(settlement_transaction_id is not null) = "
            "(status in ('released', 'refunded', 'resolved'))",
            name="settlement",
        ),
        CheckConstraint(
            "(status = 'disputed') = (disputed_from is not null) "
            "and disputed_from in ('funded', 'submitted', 'changes_requested')",
            name="disputed_from",
        ),
        CheckConstraint(
            "status not in ('submitted', 'changes_requested', 'approved', 'released') "
            "or submitted_at is not null",
            name="submitted_at",
        ),
        CheckConstraint(
            "auto_release_at is null or status in ('submitted', 'disputed')",
            name="auto_release_at",
        ),
        # Deferred, so that two milestones can change places within a transaction.
        UniqueConstraint("contract_id", "position", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("settlement_transaction_id"),
        UniqueConstraint("id", "contract_id", "employer_id", "freelancer_id"),
        ForeignKeyConstraint(
            ["contract_id", "employer_id", "freelancer_id", "currency"],
            [
                "forge.contracts.id",
                "forge.contracts.employer_id",
                "forge.contracts.freelancer_id",
                "forge.contracts.currency",
            ],
            ondelete="RESTRICT",
        ),
        Index(None, "contract_id", "id"),
        Index(None, "employer_id", "id"),
        Index(None, "freelancer_id", "id"),
        Index(None, "status", "id"),
        Index(None, "due_at", "id", postgresql_where=text("due_at is not null")),
        Index(
            "milestones_auto_release_idx",
            "auto_release_at",
            postgresql_where=text("status = 'submitted'"),
        ),
        {"schema": NAMESPACE},
    )

    contract_id: UUID
    employer_id: UUID
    """The contract's, as the next: with them, seeing a milestone needs no look at its contract."""

    freelancer_id: UUID
    position: int
    description: str
    amount: Decimal = amount()
    released: Decimal = nothing_yet()
    fee: Decimal = nothing_yet()
    """What the platform kept of what was released."""

    refunded: Decimal = nothing_yet()
    currency: Currency = azr()
    status: MilestoneStatus = Field(
        default=MilestoneStatus.PENDING,
        sa_type=MILESTONE_STATUS,
        sa_column_kwargs={"server_default": text("'pending'")},
    )
    disputed_from: MilestoneStatus | None = Field(default=None, sa_type=MILESTONE_STATUS)
    """The state that it goes back to if its dispute is withdrawn."""

    due_at: datetime | None = None
    submitted_at: datetime | None = None
    auto_release_at: datetime | None = None
    """When silence counts as approval."""

    settlement_transaction_id: UUID | None = Field(
        default=None, foreign_key="mint.transactions.id", ondelete="RESTRICT"
    )
    """The movement that took its money out of escrow; the first of them, if it was divided."""
