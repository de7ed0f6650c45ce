"""The tables of the namespace `nexus`."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, CreatedRow, Row, enum_type

NAMESPACE = "nexus"


class RecommendationType(StrEnum):
    """What kind of thing is recommended."""

    FEATURE = "feature"
    """A part of the platform."""

    SERVICE = "service"
    """Something that somebody does for people."""

    PRODUCT = "product"
    """Something to buy."""

    CONTENT = "content"
    """Something to read or to watch."""

    COURSE = "course"
    """A course to take."""

    JOB = "job"
    """A job to apply for."""


class RecommendationStatus(StrEnum):
    """What became of a recommendation."""

    ACTIVE = "active"
    """It stands."""

    DISMISSED = "dismissed"
    """The person does not want it."""

    ACCEPTED = "accepted"
    """The person followed it."""

    EXPIRED = "expired"
    """Its time ran out."""


class InteractionType(StrEnum):
    """What a person did with a thing."""

    VIEW = "view"
    """Saw it."""

    CLICK = "click"
    """Opened it."""

    DISMISS = "dismiss"
    """Put it away."""

    ACCEPT = "accept"
    """Followed it."""

    PURCHASE = "purchase"
    """Paid for it."""


class UserProfile(ChangingRow, table=True):
    """What the platform has learned of a person's likings and habits."""

    __tablename__ = "user_profiles"
    __table_args__ = ({"schema": NAMESPACE},)

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE", unique=True)
    preferences: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    behavior: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    demographics: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))


class Recommendation(ChangingRow, table=True):
    """A thing that may suit a person: a course or a job by its key, others by a reference."""

    __tablename__ = "recommendations"
    __table_args__ = (
        CheckConstraint("score between 0 and 1", name="score"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        CheckConstraint(
            "num_nonnulls(course_id, job_id, item_id) = 1"
            " and (type = 'course') = (course_id is not null)"
            " and (type = 'job') = (job_id is not null)",
            name="item",
        ),
        UniqueConstraint("user_id", "id"),
        # The same thing is recommended to a person once at a time.
        Index(
            "recommendations_active_key",
            "user_id",
            "type",
            "course_id",
            "job_id",
            "item_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("status = 'active'"),
        ),
        Index(None, "user_id", "score", "id"),
        Index(None, "score", "id"),
        Index(None, "course_id"),
        Index(None, "job_id"),
        Index(
            "recommendations_expiring_idx", "expires_at", postgresql_where=text("status = 'active'")
        ),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="nexus.user_profiles.user_id", ondelete="CASCADE")
    type: RecommendationType = Field(
        sa_type=enum_type(RecommendationType, "recommendation_type", NAMESPACE)
    )
    course_id: UUID | None = Field(
        default=None, foreign_key="education.courses.id", ondelete="RESTRICT"
    )
    job_id: UUID | None = Field(default=None, foreign_key="forge.jobs.id", ondelete="RESTRICT")
    item_id: str | None = None
    """What is neither a course nor a job, as those who offer it refer to it."""

    item_name: str
    """What it was called when it was recommended."""

    score: Decimal = Field(sa_type=Numeric(5, 4))
    context: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """What it was concluded from."""

    status: RecommendationStatus = Field(
        default=RecommendationStatus.ACTIVE,
        sa_type=enum_type(RecommendationStatus, "recommendation_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'active'")},
    )
    expires_at: datetime | None = None


class Interaction(Row, table=True):
    """Something that a person did with a thing; the thing is named as in a recommendation."""

    __tablename__ = "interactions"
    __table_args__ = (
        CheckConstraint("num_nonnulls(course_id, job_id, item_id) = 1", name="item"),
        # One follows the recommendations that one was given oneself.
        ForeignKeyConstraint(
            ["recommendation_id", "user_id"],
            ["nexus.recommendations.id", "nexus.recommendations.user_id"],
            ondelete="SET NULL (recommendation_id)",
        ),
        Index(None, "user_id", "id"),
        Index(None, "recommendation_id", "id"),
        # Views and clicks are so many that they need no index.
        Index(
            "interactions_answers_idx",
            "id",
            postgresql_where=text("type in ('dismiss', 'accept', 'purchase')"),
        ),
        Index(None, "course_id", postgresql_where=text("course_id is not null")),
        Index(None, "job_id", postgresql_where=text("job_id is not null")),
        Index(None, "occurred_at", postgresql_using="brin"),
        {"schema": NAMESPACE, "postgresql_partition_by": "RANGE (id)"},
    )

    user_id: UUID = Field(foreign_key="nexus.user_profiles.user_id", ondelete="CASCADE")
    recommendation_id: UUID | None = None
    type: InteractionType = Field(sa_type=enum_type(InteractionType, "interaction_type", NAMESPACE))
    course_id: UUID | None = Field(
        default=None, foreign_key="education.courses.id", ondelete="RESTRICT"
    )
    job_id: UUID | None = Field(default=None, foreign_key="forge.jobs.id", ondelete="RESTRICT")
    item_id: str | None = None
    """What is neither a course nor a job, as in a recommendation."""

    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    occurred_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )


class AuditLog(CreatedRow, table=True):
    """Something that was done to a thing, and by whom; such rows are only ever added."""

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index(None, "user_id", "id"),
        Index(None, "action", "id"),
        Index(None, "entity_type", "id"),
        Index(None, "entity_id", "id"),
        Index(None, "created_at", postgresql_using="brin"),
        {"schema": NAMESPACE, "postgresql_partition_by": "RANGE (id)"},
    )

    user_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="SET NULL")
    action: str
    """`thing_happened`, as `profile_updated`."""

    entity_type: str
    """The name of the model."""

    entity_id: str
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
