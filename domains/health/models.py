"""The tables of the namespace `health`."""

from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domains.kernel.row import CreatedRow, enum_type

NAMESPACE = "health"


class LogLevel(StrEnum):
    """How much a report matters."""

    DEBUG = "DEBUG"
    """To those who look for a mistake."""

    INFO = "INFO"
    """Something went as it should."""

    WARN = "WARN"
    """Something may go wrong."""

    ERROR = "ERROR"
    """Something went wrong."""

    FATAL = "FATAL"
    """The service could not go on."""


class Log(CreatedRow, table=True):
    """A report of a service; such rows are only ever added."""

    __tablename__ = "logs"
    __table_args__ = (
        # Of the other levels there are so many reports that they need no index.
        Index("logs_errors_idx", "id", postgresql_where=text("level in ('ERROR', 'FATAL')")),
        Index("logs_warnings_idx", "id", postgresql_where=text("level = 'WARN'")),
        Index(None, "service", "id"),
        Index(None, "created_at", postgresql_using="brin"),
        Index(
            "logs_message_words_idx",
            text("to_tsvector('english', message)"),
            postgresql_using="gin",
        ),
        {"schema": NAMESPACE, "postgresql_partition_by": "RANGE (id)"},
    )

    level: LogLevel = Field(sa_type=enum_type(LogLevel, "log_level", NAMESPACE))
    service: str
    message: str
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )


class ConstitutionalLog(CreatedRow, table=True):
    """An act that was held against the constitution; such rows are only ever added."""

    __tablename__ = "constitutional_logs"
    __table_args__ = (
        CheckConstraint("score between 0 and 100", name="score"),
        Index(None, "user_id", "id"),
        Index(None, "article", "id"),
        Index(None, "compliant", "id"),
        Index(None, "created_at", postgresql_using="brin"),
        {"schema": NAMESPACE},
    )

    user_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="SET NULL")
    """Whom the act concerned."""

    action: str
    article: str | None = None
    """Its number in Roman numerals."""

    compliant: bool | None = None
    """Null where nobody has judged."""

    score: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """What was judged, and the reasons."""
