"""People, and what they tell about themselves."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import CITEXT, JSONB
from sqlmodel import Field

from domains.kernel.row import ChangingRow, enum_type

NAMESPACE = "auth"


class UserRole(StrEnum):
    """What a person is on the platform."""

    STUDENT = "student"
    """Learns."""

    EDUCATOR = "educator"
    """Teaches, and publishes courses."""

    EMPLOYER = "employer"
    """Offers work."""

    ADMIN = "admin"
    """Runs the platform."""


class User(ChangingRow, table=True):
    """A person with an account; deleting one hides the row and keeps what refers to it."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("length(name) between 2 and 100", name="name"),
        CheckConstraint("email::text = lower(email::text)", name="email_lower_case"),
        CheckConstraint("failed_logins >= 0", name="failed_logins"),
        CheckConstraint("(disabled_at is null) = (disabled_reason is null)", name="disabled"),
        CheckConstraint("(purge_at is null) = (deletion_requested_at is null)", name="purge_at"),
        CheckConstraint("jsonb_typeof(app_metadata) = 'object'", name="app_metadata"),
        Index("users_email_key", "email", unique=True, postgresql_where=text("deleted_at is null")),
        Index(None, "role", "id"),
        Index(
            "users_name_trigrams_idx",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        Index(None, "created_at"),
        Index("users_to_purge_idx", "purge_at", postgresql_where=text("deleted_at is null")),
        {"schema": NAMESPACE},
    )

    email: str = Field(sa_type=CITEXT)
    password_hash: str | None = None
    """Null where the person cannot sign in by password; shown to nobody."""

    pepper_kid: str | None = None
    """Which pepper was mixed into the password; null for a hash that was imported."""

    name: str
    role: UserRole = Field(
        default=UserRole.STUDENT,
        sa_type=enum_type(UserRole, "user_role", NAMESPACE),
        sa_column_kwargs={"server_default": text("'student'")},
    )
    email_verified_at: datetime | None = None
    last_login_at: datetime | None = None
    failed_logins: int = Field(
        default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """Wrong passwords since the last right one, counted before the password is compared."""

    last_failed_at: datetime | None = None
    locked_until: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    """Why an admin closed the account."""

    deletion_requested_at: datetime | None = None
    purge_at: datetime | None = None
    """When an account whose owner wants it gone is made nobody's."""

    deleted_at: datetime | None = None
    app_metadata: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """What admins keep here of a person."""


class UserProfile(ChangingRow, table=True):
    """What a person tells about themselves."""

    __tablename__ = "user_profiles"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE", unique=True)
    avatar: str | None = None
    bio: str | None = None
    location: str | None = None
    timezone: str | None = None
    language: str = Field(default="en", sa_column_kwargs={"server_default": text("'en'")})
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
