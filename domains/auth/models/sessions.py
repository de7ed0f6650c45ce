"""Sign-ins, and the secrets that renew them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import CreatedRow

from .accounts import NAMESPACE


class Session(CreatedRow, table=True):
    """One sign-in on one device, until it is revoked or runs out."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        CheckConstraint("access_expires_at <= expires_at", name="access_expires_at"),
        CheckConstraint("aal in (1, 2)", name="aal"),
        CheckConstraint(
            "(impersonator_id is null) = (impersonation_reason is null)", name="impersonation"
        ),
        Index(None, "user_id", "id"),
        Index(None, "impersonator_id"),
        Index("sessions_living_idx", "expires_at", postgresql_where=text("revoked_at is null")),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    token_hash: bytes = Field(unique=True)
    """SHA-256 of the newest access token, which only its bearer knows."""

    access_expires_at: datetime
    """When the newest access token ends; a refresh brings another."""

    ip: str | None = Field(default=None, sa_type=INET)
    user_agent: str | None = None
    aal: int = Field(
        default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")}
    )
    """How sure it is who signed in (NIST SP 800-63B): 1 by one factor, 2 by two."""

    methods: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    """By what the person proved who they are: password, totp, sms, email, recovery, passkey."""

    auth_time: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    """When the person last proved who they are, for acts that want a recent proof."""

    last_seen_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    expires_at: datetime
    """When the whole session ends; no refresh moves it."""

    renewable_until: datetime | None = None
    """Until when somebody has to renew it, or it ends; null for one that is not to be renewed."""

    revoked_at: datetime | None = None
    revoked_reason: str | None = None
    impersonator_id: UUID | None = Field(
        default=None, foreign_key="auth.users.id", ondelete="CASCADE"
    )
    """The admin who acts as the person."""

    impersonator_name: str | None = None
    impersonation_reason: str | None = None


class RefreshToken(CreatedRow, table=True):
    """A secret that renews a session once and is replaced by its successor.

    All of one session are a family, which ends as a whole when one is used a second time.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index(None, "user_id"),
        Index(None, "session_id"),
        Index("refresh_tokens_unused_idx", "session_id", postgresql_where=text("used_at is null")),
        Index(None, "replaced_by_id"),
        Index(None, "expires_at", postgresql_using="brin"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    session_id: UUID = Field(foreign_key="auth.sessions.id", ondelete="CASCADE")
    token_hash: bytes = Field(unique=True)
    expires_at: datetime
    """When it ends unused: the idle end of the session, or its absolute end if that is sooner."""

    used_at: datetime | None = None
    """When it, or another that came of the same use of one before, renewed the session."""

    revoked_at: datetime | None = None
    replaced_by_id: UUID | None = Field(
        default=None, foreign_key="auth.refresh_tokens.id", ondelete="SET NULL"
    )
