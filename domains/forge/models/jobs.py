"""Work, those who offer to do it, and what they can do."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from domains.kernel.row import ChangingRow, enum_type
from domains.kernel.scalars import Currency

from .columns import NAMESPACE, SKILLS_MADE, amount, azr, counted, nothing_yet, skill_list
from .states import ApplicationStatus, JobStatus

SEARCHED = (
    "setweight(to_tsvector('english', title), 'A') || "
    "setweight(to_tsvector('english', category), 'B') || "
    "setweight(to_tsvector('english', array_to_tsvector(skills::text[])::text), 'B') || "
    "setweight(to_tsvector('english', description), 'C')"
)
"""The words of a job by which it is found, the title's counting most.

`array_to_string` depends on settings where elements are not text, so that Postgres allows it in no
generated column; the way over a vector and its text is open.
"""

NEVER = "'9999-12-31 00:00:00+00'::timestamptz"
"""Stands for the deadline of a job that has none, so that jobs can be sorted by it."""


class Job(ChangingRow, table=True):
    """Work that an employer has to give."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("length(title) between 3 and 200", name="title"),
        CheckConstraint("budget > 0 and budget <> 'NaN'", name="budget"),
        CheckConstraint(SKILLS_MADE, name="skills"),
        UniqueConstraint("id", "employer_id", "currency"),
        Index(None, "employer_id", "id"),
        Index(None, "category", "id"),
        Index(None, "status", "id"),
        Index(None, "budget", "id"),
        Index(None, "currency", "budget", "id"),
        Index(None, "deadline_or_never", "id"),
        Index(None, "skills", postgresql_using="gin"),
        Index(None, "search", postgresql_using="gin"),
        {"schema": NAMESPACE},
    )

    employer_id: UUID = Field(foreign_key="auth.users.id", ondelete="RESTRICT")
    title: str
    description: str
    category: str
    skills: list[str] = skill_list()
    budget: Decimal = amount()
    currency: Currency = azr()
    status: JobStatus = Field(
        default=JobStatus.OPEN,
        sa_type=enum_type(JobStatus, "job_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'open'")},
    )
    deadline: datetime | None = None
    deadline_or_never: datetime | None = Field(
        default=None,
        sa_column=Column(
            DateTime(timezone=True),
            Computed(f"coalesce(deadline, {NEVER})", persisted=True),
            nullable=False,
        ),
    )
    """Kept by the database."""

    search: str | None = Field(
        default=None,
        sa_column=Column(TSVECTOR, Computed(SEARCHED, persisted=True), nullable=False),
    )
    """Kept by the database."""


class Application(ChangingRow, table=True):
    """A freelancer's offer to do a job."""

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint("bid_amount > 0 and bid_amount <> 'NaN'", name="bid_amount"),
        CheckConstraint("freelancer_id <> employer_id", name="parties"),
        UniqueConstraint("job_id", "freelancer_id"),
        UniqueConstraint("id", "job_id", "employer_id", "freelancer_id", "currency"),
        ForeignKeyConstraint(
            ["job_id", "employer_id", "currency"],
            ["forge.jobs.id", "forge.jobs.employer_id", "forge.jobs.currency"],
            ondelete="RESTRICT",
        ),
        Index(None, "job_id", "id"),
        Index(None, "job_id", "bid_amount", "id"),
        Index(None, "employer_id", "id"),
        Index(None, "freelancer_id", "id"),
        Index(None, "status", "id"),
        Index(
            "applications_one_accepted_key",
            "job_id",
            unique=True,
            postgresql_where=text("status = 'accepted'"),
        ),
        {"schema": NAMESPACE},
    )

    job_id: UUID
    employer_id: UUID
    """The job's; with it, seeing an application needs no look at the job."""

    freelancer_id: UUID = Field(foreign_key="auth.users.id", ondelete="RESTRICT")
    proposal: str
    bid_amount: Decimal = amount()
    currency: Currency = azr()
    """The job's, so that a bid keeps its meaning."""

    status: ApplicationStatus = Field(
        default=ApplicationStatus.PENDING,
        sa_type=enum_type(ApplicationStatus, "application_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'pending'")},
    )


class SkillProfile(ChangingRow, table=True):
    """A person as a freelancer.

    What they have done is counted in the transaction that completes or rates a contract, from
    what they brought along: the `opening_` columns, without which it could not be recomputed.
    """

    __tablename__ = "skill_profiles"
    __table_args__ = (
        CheckConstraint("length(name) between 2 and 100", name="name"),
        CheckConstraint("length(headline) between 3 and 200", name="headline"),
        CheckConstraint(SKILLS_MADE, name="skills"),
        CheckConstraint(
            "rating_total between rating_count and 5 * rating_count", name="rating_total"
        ),
        CheckConstraint(
            "opening_rating_total between opening_rating_count and 5 * opening_rating_count",
            name="opening_rating_total",
        ),
        CheckConstraint(
            "rating_count >= opening_rating_count and opening_rating_count >= 0",
            name="rating_count",
        ),
        CheckConstraint(
            "jobs_completed >= opening_jobs_completed and opening_jobs_completed >= 0",
            name="jobs_completed",
        ),
        CheckConstraint(
            "total_earned >= opening_total_earned and opening_total_earned >= 0 "
            "and total_earned <> 'NaN'",
            name="total_earned",
        ),
        Index(None, "rating", "id"),
        Index(None, "jobs_completed", "id"),
        Index(None, "skills", postgresql_using="gin"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE", unique=True)
    name: str
    """The one under which they offer work: employers see it, though not who is behind it."""

    headline: str | None = None
    skills: list[str] = skill_list()
    rating_total: int = counted()
    rating_count: int = counted()
    rating: Decimal | None = Field(
        default=None,
        sa_column=Column(
            Numeric(3, 2),
            Computed(
                "coalesce(rating_total::numeric / nullif(rating_count, 0), 0)", persisted=True
            ),
            nullable=False,
        ),
    )
    """Kept by the database: the mean of the ratings, or 0 before the first."""

    jobs_completed: int = counted()
    total_earned: Decimal = nothing_yet()
    currency: Currency = azr()
    """What earnings are counted in; those in other currencies are no part of them."""

    opening_rating_total: int = counted()
    opening_rating_count: int = counted()
    opening_jobs_completed: int = counted()
    opening_total_earned: Decimal = nothing_yet()
