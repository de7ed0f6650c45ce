"""Learning paths, their steps, and how a student gets on with them."""

from datetime import datetime
from decimal import Decimal
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
from domains.kernel.row import ChangingRow, Row, enum_type

from .labels import (
    NAMESPACE,
    SKILL_LEVEL,
    PathStatus,
    SkillLevel,
)

HOURS = Numeric(7, 2)


class LearningPath(ChangingRow, table=True):
    """A student's way from one level of a subject to a higher one."""

    __tablename__ = "learning_paths"
    __table_args__ = (
        CheckConstraint("target_level > current_level", name="target_level"),
        CheckConstraint(
            "estimated_hours >= 0 and estimated_hours <> 'NaN'", name="estimated_hours"
        ),
        CheckConstraint("jsonb_typeof(milestones) = 'array'", name="milestones"),
        UniqueConstraint("id", "student_id"),
        Index(None, "student_id", "id"),
        Index(None, "subject", "id"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    subject: str
    title: str
    description: str | None = None
    current_level: SkillLevel = Field(sa_type=SKILL_LEVEL)
    target_level: SkillLevel = Field(sa_type=SKILL_LEVEL)
    difficulty: SkillLevel = Field(
        default=SkillLevel.BEGINNER,
        sa_type=SKILL_LEVEL,
        sa_column_kwargs={"server_default": text("'beginner'")},
    )
    estimated_hours: Decimal = Field(sa_type=HOURS)
    status: PathStatus = Field(
        default=PathStatus.ACTIVE,
        sa_type=enum_type(PathStatus, "path_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'active'")},
    )
    milestones: list[Any] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )


class PathStep(Row, table=True):
    """One step of a learning path."""

    __tablename__ = "path_steps"
    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        CheckConstraint(
            "estimated_hours >= 0 and estimated_hours <> 'NaN'", name="estimated_hours"
        ),
        CheckConstraint("jsonb_typeof(resources) = 'array'", name="resources"),
        CheckConstraint("jsonb_typeof(assessment_criteria) = 'array'", name="assessment_criteria"),
        # Deferred, so that two steps can change places within a transaction.
        UniqueConstraint("path_id", "position", deferrable=True, initially="DEFERRED"),
        ForeignKeyConstraint(
            ["path_id", "student_id"],
            ["sapiens.learning_paths.id", "sapiens.learning_paths.student_id"],
            ondelete="CASCADE",
        ),
        {"schema": NAMESPACE},
    )

    path_id: UUID
    student_id: UUID
    position: int
    title: str
    description: str
    estimated_hours: Decimal = Field(sa_type=HOURS)
    resources: list[Any] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    assessment_criteria: list[Any] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    completed_at: datetime | None = None


class Progress(Row, table=True):
    """How a student gets on with a path; how many steps are done, the steps themselves say."""

    __tablename__ = "progress"
    __table_args__ = (
        CheckConstraint("minutes_spent >= 0", name="minutes_spent"),
        # A path has one student, so it has one progress.
        UniqueConstraint("path_id"),
        ForeignKeyConstraint(
            ["path_id", "student_id"],
            ["sapiens.learning_paths.id", "sapiens.learning_paths.student_id"],
            ondelete="CASCADE",
        ),
        Index(None, "student_id", "id"),
        {"schema": NAMESPACE},
    )

    student_id: UUID
    path_id: UUID
    minutes_spent: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    last_activity_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    updated_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
