"""Where employers and freelancers disagree, and how it ends."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from domains.kernel.row import ChangingRow, enum_type

from .columns import BASIS_POINTS, NAMESPACE
from .states import DisputeOutcome, DisputeStatus


class Dispute(ChangingRow, table=True):
    """A disagreement about a milestone."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("length(reason) >= 20", name="reason"),
        CheckConstraint("raised_by_id in (employer_id, freelancer_id)", name="raised_by_id"),
        CheckConstraint("resolved_by_id not in (employer_id, freelancer_id)", name="impartial"),
        CheckConstraint(f"award_bps between 0 and {BASIS_POINTS}", name="award_bps"),
        CheckConstraint(
            "num_nonnulls(resolution, outcome, resolved_by_id, resolved_at) = "
            "case status when 'resolved' then 4 else 0 end",
            name="resolved",
        ),
        CheckConstraint(
            "(award_bps is null) = (outcome is null or outcome = 'rework')", name="awarded"
        ),
        CheckConstraint(
            f"award_bps = case outcome when 'release' then {BASIS_POINTS} "
            "when 'refund' then 0 else award_bps end",
            name="outcome",
        ),
        CheckConstraint("status <> 'escalated' or escalated_at is not null", name="escalated_at"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn_at"),
        ForeignKeyConstraint(
            ["milestone_id", "contract_id", "employer_id", "freelancer_id"],
            [
                "forge.milestones.id",
                "forge.milestones.contract_id",
                "forge.milestones.employer_id",
                "forge.milestones.freelancer_id",
            ],
            ondelete="RESTRICT",
        ),
        Index(None, "milestone_id", "id"),
        Index(None, "contract_id", "id"),
        Index(None, "employer_id", "id"),
        Index(None, "freelancer_id", "id"),
        Index(None, "status", "id"),
        Index(None, "resolved_by_id"),
        Index(
            "disputes_one_open_key",
            "milestone_id",
            unique=True,
            postgresql_where=text("status in ('open', 'escalated')"),
        ),
        {"schema": NAMESPACE},
    )

    milestone_id: UUID
    contract_id: UUID
    employer_id: UUID
    """The contract's, as the next: with them, seeing a dispute needs no look at its contract."""

    freelancer_id: UUID
    raised_by_id: UUID
    reason: str
    status: DisputeStatus = Field(
        default=DisputeStatus.OPEN,
        sa_type=enum_type(DisputeStatus, "dispute_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'open'")},
    )
    outcome: DisputeOutcome | None = Field(
        default=None, sa_type=enum_type(DisputeOutcome, "dispute_outcome", NAMESPACE)
    )
    resolution: str | None = None
    """What was decided, and why, in words."""

    award_bps: int | None = None
    """What part of the money the freelancer got, in basis points; the rest is the employer's.
    Null where nothing moved."""

    resolved_by_id: UUID | None = Field(
        default=None, foreign_key="auth.users.id", ondelete="RESTRICT"
    )
    escalated_at: datetime | None = None
    resolved_at: datetime | None = None
    withdrawn_at: datetime | None = None
