"""What was done to accounts."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, FetchedValue, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlmodel import Field

from domains.kernel.row import CreatedRow, enum_type

from .accounts import NAMESPACE


class AuditOutcome(StrEnum):
    """What came of an attempt."""

    SUCCESS = "success"
    """It was done."""

    FAILURE = "failure"
    """It was tried and did not succeed."""

    DENIED = "denied"
    """It was not allowed."""


class AuditLog(CreatedRow, table=True):
    """Something that was done to an account; such rows are only ever added.

    People are named by their ids alone and without a key, so that a row stays what it was when
    somebody is erased: the hash of every later row builds on it.
    """

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index(None, "user_id", "id"),
        Index(None, "actor_id", "id"),
        Index(None, "action", "id"),
        Index(None, "outcome", "id"),
        Index(None, "chain", "position"),
        Index(None, "created_at", postgresql_using="brin"),
        {"schema": NAMESPACE, "postgresql_partition_by": "RANGE (id)"},
    )
    # Whoever adds a row may not see it, so nothing of it may be read back.
    __mapper_args__ = {"eager_defaults": False}

    user_id: UUID | None = None
    """Whose account it was done to."""

    actor_id: UUID | None = None
    """Who did it; an admin's id where one acted as the person."""

    session_id: UUID | None = None
    action: str
    """One of `engine.audit.Action`."""

    outcome: AuditOutcome = Field(
        default=AuditOutcome.SUCCESS,
        sa_type=enum_type(AuditOutcome, "audit_outcome", NAMESPACE),
        sa_column_kwargs={"server_default": text("'success'")},
    )
    resource: str | None = None
    ip: str | None = Field(default=None, sa_type=INET)
    user_agent: str | None = None
    request_id: str | None = None
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    chain: int | None = Field(
        default=None, sa_column=Column(SmallInteger, FetchedValue(), nullable=False)
    )
    """Which chain it is part of. A trigger says so, and where in it, and the hash."""

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, FetchedValue(), nullable=False)
    )
    hash: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary, FetchedValue(), nullable=False)
    )
    """SHA-256 of the hash before it in its chain and of the row."""
