"""Tutoring sessions, what is said in them, and what they show about the student."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import CreatedRow, Row, enum_type

from .labels import (
    NAMESPACE,
    ChatRole,
    InsightType,
    SessionStatus,
)


class TutoringSession(Row, table=True):
    """A student's conversation with the tutor about one topic."""

    __tablename__ = "tutoring_sessions"
    __table_args__ = (
        CheckConstraint("duration_minutes >= 0", name="duration_minutes"),
        CheckConstraint("(status = 'active') = (ended_at is null)", name="ended_at"),
        UniqueConstraint("id", "student_id"),
        Index(None, "student_id", "id"),
        Index(None, "student_id", "started_at"),
        Index(None, "course_id", "id"),
        # The others are common enough to be met soon on the way from the newest.
        Index("tutoring_sessions_active_idx", "id", postgresql_where=text("status = 'active'")),
        Index(None, "started_at"),
        Index(
            "tutoring_sessions_topic_words_idx",
            text("to_tsvector('english', topic)"),
            postgresql_using="gin",
        ),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    course_id: UUID | None = Field(
        default=None, foreign_key="education.courses.id", ondelete="SET NULL"
    )
    topic: str
    duration_minutes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    status: SessionStatus = Field(
        default=SessionStatus.ACTIVE,
        sa_type=enum_type(SessionStatus, "session_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'active'")},
    )
    started_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    ended_at: datetime | None = None


class Message(CreatedRow, table=True):
    """Something said in a tutoring session."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq"),
        # Several are written at one moment, so that their times do not tell their order.
        UniqueConstraint("session_id", "seq"),
        ForeignKeyConstraint(
            ["session_id", "student_id"],
            ["sapiens.tutoring_sessions.id", "sapiens.tutoring_sessions.student_id"],
            ondelete="CASCADE",
        ),
        {"schema": NAMESPACE},
    )

    session_id: UUID
    student_id: UUID
    """The session's, so that seeing a message needs no look at its session."""

    seq: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    role: ChatRole = Field(sa_type=enum_type(ChatRole, "chat_role", NAMESPACE))
    content: str


class LearningInsight(CreatedRow, table=True):
    """What a tutoring session has shown about its student."""

    __tablename__ = "learning_insights"
    __table_args__ = (
        CheckConstraint("confidence between 0 and 1", name="confidence"),
        ForeignKeyConstraint(
            ["session_id", "student_id"],
            ["sapiens.tutoring_sessions.id", "sapiens.tutoring_sessions.student_id"],
            ondelete="CASCADE",
        ),
        Index(None, "session_id", "id"),
        Index(None, "student_id", "id"),
        Index(None, "student_id", "created_at"),
        Index(None, "created_at"),
        {"schema": NAMESPACE},
    )

    session_id: UUID
    student_id: UUID
    insight_type: InsightType = Field(sa_type=enum_type(InsightType, "insight_type", NAMESPACE))
    description: str
    confidence: Decimal = Field(
        default=Decimal("0.5"),
        sa_type=Numeric(4, 3),
        sa_column_kwargs={"server_default": text("0.5")},
    )
