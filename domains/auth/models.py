"""The tables of the namespace `auth`."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT, INET, JSONB
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, CreatedRow, enum_type

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


class TokenType(StrEnum):
    """What a one-time token may be used for."""

    EMAIL_VERIFICATION = "EMAIL_VERIFICATION"
    """Proves that the address is the person's own."""

    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 (the name of a purpose)
    """Sets a new password."""

    MFA_SMS = "MFA_SMS"
    """A second factor sent to a phone."""

    MFA_EMAIL = "MFA_EMAIL"
    """A second factor sent by mail."""


class MFAMethod(StrEnum):
    """How a second factor reaches a person."""

    TOTP = "totp"
    """An authenticator app."""

    SMS = "sms"
    """A message to the phone."""

    EMAIL = "email"
    """A message to the mailbox."""


class User(ChangingRow, table=True):
    """A person with an account; deleting one hides the row and keeps what refers to it."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("length(name) between 2 and 100", name="name"),
        CheckConstraint("email::text = lower(email::text)", name="email_lower_case"),
        CheckConstraint("failed_logins >= 0", name="failed_logins"),
        Index("users_email_key", "email", unique=True, postgresql_where=text("deleted_at is null")),
        Index(None, "role", "id"),
        Index(
            "users_name_trigrams_idx",
            "name",
            postgresql_using="gin",
            postgresql_ops={"name": "gin_trgm_ops"},
        ),
        Index(None, "created_at"),
        {"schema": NAMESPACE},
    )

    email: str = Field(sa_type=CITEXT)
    password_hash: str | None = None
    """Null where the person cannot sign in by password; shown to nobody."""

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
    locked_until: datetime | None = None
    disabled_at: datetime | None = None
    deleted_at: datetime | None = None


class Session(CreatedRow, table=True):
    """One sign-in on one device, until it is revoked or runs out."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index(None, "user_id", "id"),
        Index("sessions_living_idx", "expires_at", postgresql_where=text("revoked_at is null")),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    token_hash: bytes = Field(unique=True)
    """SHA-256 of the token, which only its bearer knows."""

    ip: str | None = Field(default=None, sa_type=INET)
    user_agent: str | None = None
    auth_time: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    """When the person last proved who they are, for acts that want a recent proof."""

    last_seen_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    expires_at: datetime
    revoked_at: datetime | None = None


class Token(CreatedRow, table=True):
    """A secret sent to a person, good once and for one purpose."""

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "user_id"),
        Index(
            "tokens_living_key",
            "user_id",
            "type",
            unique=True,
            postgresql_where=text("consumed_at is null"),
        ),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    type: TokenType = Field(sa_type=enum_type(TokenType, "token_type", NAMESPACE))
    token_hash: bytes = Field(unique=True)
    expires_at: datetime
    attempts: int = Field(
        default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("0")}
    )
    consumed_at: datetime | None = None


class RefreshToken(CreatedRow, table=True):
    """A secret that renews a session once and is replaced by its successor."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index(None, "user_id"),
        Index(None, "session_id"),
        Index(None, "replaced_by_id"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    session_id: UUID = Field(foreign_key="auth.sessions.id", ondelete="CASCADE")
    token_hash: bytes = Field(unique=True)
    expires_at: datetime
    revoked_at: datetime | None = None
    replaced_by_id: UUID | None = Field(
        default=None, foreign_key="auth.refresh_tokens.id", ondelete="SET NULL"
    )


class MFASettings(ChangingRow, table=True):
    """A person's second factor."""

    __tablename__ = "mfa_settings"
    __table_args__ = (
        CheckConstraint(
            "enabled_at is null or method <> 'totp' or secret_encrypted is not null", name="totp"
        ),
        CheckConstraint("enabled_at is null or method <> 'sms' or phone is not null", name="sms"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE", unique=True)
    method: MFAMethod = Field(
        default=MFAMethod.TOTP,
        sa_type=enum_type(MFAMethod, "mfa_method", NAMESPACE),
        sa_column_kwargs={"server_default": text("'totp'")},
    )
    secret_encrypted: bytes | None = None
    backup_code_hashes: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    phone: str | None = None
    enabled_at: datetime | None = None
    last_used_at: datetime | None = None


class UserProfile(ChangingRow, table=True):
    """What a person tells about themselves."""

    __tablename__ = "user_profiles"
    __table_args__ = ({"schema": NAMESPACE},)

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE", unique=True)
    avatar: str | None = None
    bio: str | None = None
    location: str | None = None
    timezone: str | None = None
    language: str = Field(default="en", sa_column_kwargs={"server_default": text("'en'")})
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )


class AuditLog(CreatedRow, table=True):
    """Something that was done to an account; such rows are only ever added."""

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index(None, "user_id", "id"),
        Index(None, "action", "id"),
        Index(None, "created_at", postgresql_using="brin"),
        {"schema": NAMESPACE, "postgresql_partition_by": "RANGE (id)"},
    )

    user_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="SET NULL")
    action: str
    """`thing.happened`, as `user.login`."""

    resource: str | None = None
    ip: str | None = Field(default=None, sa_type=INET)
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
