"""What a student asks and is asked, and how they learn."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, Row, enum_type

from .labels import (
    NAMESPACE,
    SKILL_LEVEL,
    AssessmentType,
    LearningStyle,
    SkillLevel,
)

PASS_MARK = Decimal(70)
"""The percentage of the points from which an assessment passes unless it says otherwise."""

SEARCHED = (
    "setweight(to_tsvector('english', coalesce(topic, '')), 'A') || "
    "setweight(to_tsvector('english', question), 'B') || "
    "setweight(to_tsvector('english', coalesce(answer, '')), 'C')"
)
"""The words of a question by which it is found, the topic's counting most."""

KEYLESS = (
    "jsonb_typeof(questions) = 'array' and "
    """not jsonb_path_exists(questions, '$[*].type() ? (@ != "object")') and """
    "not jsonb_path_exists(questions, "
    """'$[*].*[*].type() ? (@ == "object" || @ == "array")') and """
    "not jsonb_path_exists(questions, "
    """'$[*].keyvalue() ? (@.key != "id" && @.key != "type" && @.key != "prompt" """
    """&& @.key != "options" && @.key != "points")', '{}', true)"""
)
"""Questions are flat and have these parts alone, so that no answer can slip in among them."""

PERCENT = Numeric(5, 2)
POINTS = Numeric(7, 2)


class Question(Row, table=True):
    """What a student has asked, and what they were told."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered_at"),
        Index(None, "student_id", "id"),
        Index(None, "student_id", "asked_at"),
        Index(None, "topic", "id"),
        Index(None, "asked_at"),
        Index("questions_open_idx", "id", postgresql_where=text("answered_at is null")),
        Index(None, "search", postgresql_using="gin"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    question: str
    answer: str | None = None
    topic: str | None = None
    difficulty: SkillLevel | None = Field(default=None, sa_type=SKILL_LEVEL)
    asked_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    answered_at: datetime | None = None
    search: str | None = Field(
        default=None,
        sa_column=Column(TSVECTOR, Computed(SEARCHED, persisted=True), nullable=False),
    )
    """Kept by the database."""


class Assessment(Row, table=True):
    """Questions that were put together for one student, and how they were answered."""

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("max_score > 0 and max_score <> 'NaN'", name="max_score"),
        CheckConstraint("score between 0 and max_score", name="score"),
        CheckConstraint("score is null or completed_at is not null", name="completed_at"),
        CheckConstraint("pass_mark between 0 and 100", name="pass_mark"),
        CheckConstraint("seconds_spent >= 0", name="seconds_spent"),
        CheckConstraint(KEYLESS, name="questions"),
        ForeignKeyConstraint(
            ["path_id", "student_id"],
            ["sapiens.learning_paths.id", "sapiens.learning_paths.student_id"],
            ondelete="SET NULL (path_id)",
        ),
        Index(None, "student_id", "id"),
        Index(None, "student_id", "started_at"),
        Index(None, "path_id", "id"),
        Index(None, "subject", "id"),
        Index(None, "started_at"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    path_id: UUID | None = None
    type: AssessmentType = Field(sa_type=enum_type(AssessmentType, "assessment_type", NAMESPACE))
    subject: str
    questions: list[Any] = Field(sa_type=JSONB)
    """What the student is asked; without the answers, which no client may see."""

    answer_key: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """The right answers by the question's id; shown to nobody."""

    answers: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """What the student has answered."""

    score: Decimal | None = Field(default=None, sa_type=POINTS)
    max_score: Decimal = Field(sa_type=POINTS)
    pass_mark: Decimal = Field(
        default=PASS_MARK, sa_type=PERCENT, sa_column_kwargs={"server_default": text("70")}
    )
    passed: bool | None = Field(
        default=None,
        sa_column=Column(
            Boolean,
            Computed("coalesce(score * 100 >= max_score * pass_mark, false)", persisted=True),
            nullable=False,
        ),
    )
    """Kept by the database."""

    difficulty: SkillLevel = Field(sa_type=SKILL_LEVEL)
    seconds_spent: int | None = None
    started_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    completed_at: datetime | None = None


class StudentProfile(ChangingRow, table=True):
    """How a student learns."""

    __tablename__ = "student_profiles"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(goals) = 'array'", name="goals"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE", unique=True)
    learning_style: LearningStyle | None = Field(
        default=None, sa_type=enum_type(LearningStyle, "learning_style", NAMESPACE)
    )
    strengths: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    weaknesses: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    interests: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    goals: list[Any] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
