"""How people prove who they are beside the password: mailed secrets, second factors, passkeys."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from domains.kernel.row import ChangingRow, CreatedRow, enum_type

from .accounts import NAMESPACE


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

    EMAIL_CHANGE = "EMAIL_CHANGE"
    """Proves that a new address is the person's own, and puts it in the old one's place."""

    EMAIL_UNDO = "EMAIL_UNDO"
    """Puts the old address back."""

    ACCOUNT_RESTORE = "ACCOUNT_RESTORE"
    """Takes back the wish that the account be deleted."""

    MFA_CHALLENGE = "MFA_CHALLENGE"
    """Stands for a right password until the second factor is shown. It opens nothing."""

    PASSKEY_REGISTRATION = "PASSKEY_REGISTRATION"
    """What a new passkey has to sign."""

    PASSKEY_SIGN_IN = "PASSKEY_SIGN_IN"
    """What a passkey has to sign to sign somebody in, who is not known before."""


MANY_AT_ONCE = (
    TokenType.MFA_CHALLENGE,
    TokenType.PASSKEY_SIGN_IN,
    TokenType.EMAIL_UNDO,
    TokenType.ACCOUNT_RESTORE,
)
"""Of these several live beside each other, of all others the newest only. A person may sign in on
two devices, and whoever stole a password must not be able to take the owner's way back away."""


class MFAMethod(StrEnum):
    """How a second factor reaches a person."""

    TOTP = "totp"
    """An authenticator app."""

    SMS = "sms"
    """A message to the phone."""

    EMAIL = "email"
    """A message to the mailbox."""


class Token(CreatedRow, table=True):
    """A secret sent to a person, good once and for one purpose."""

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("user_id is not null or type = 'PASSKEY_SIGN_IN'", name="user_id"),
        Index(None, "user_id"),
        Index(
            "tokens_newest_key",
            "user_id",
            "type",
            unique=True,
            postgresql_where=text(
                "consumed_at is null and type not in "
                "('MFA_CHALLENGE', 'PASSKEY_SIGN_IN', 'EMAIL_UNDO', 'ACCOUNT_RESTORE')"
            ),
        ),
        Index(None, "expires_at", postgresql_using="brin"),
        {"schema": NAMESPACE},
    )

    user_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="CASCADE")
    """Null only while it is not known who signs in."""

    type: TokenType = Field(sa_type=enum_type(TokenType, "token_type", NAMESPACE))
    token_hash: bytes = Field(unique=True)
    """SHA-256 of a long secret; of a short code a digest under the server's key."""

    expires_at: datetime
    attempts: int = Field(
        default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """How often it was tried, counted before it is compared."""

    consumed_at: datetime | None = None
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """What belongs to its purpose, as the new address; never a secret."""


class MFASettings(ChangingRow, table=True):
    """A person's second factors; each counts once a code of it was confirmed."""

    __tablename__ = "mfa_settings"
    __table_args__ = (
        CheckConstraint("totp_confirmed_at is null or secret_encrypted is not null", name="totp"),
        CheckConstraint("sms_confirmed_at is null or phone is not null", name="sms"),
        CheckConstraint(
            "(enabled_at is null) = "
            "(coalesce(totp_confirmed_at, sms_confirmed_at, email_confirmed_at) is null)",
            name="enabled_at",
        ),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE", unique=True)
    method: MFAMethod = Field(
        default=MFAMethod.TOTP,
        sa_type=enum_type(MFAMethod, "mfa_method", NAMESPACE),
        sa_column_kwargs={"server_default": text("'totp'")},
    )
    """The one that is offered first."""

    enabled_at: datetime | None = None
    """Since when a sign-in by password wants a second factor of this table."""

    secret_encrypted: bytes | None = None
    """What the authenticator app knows, encrypted with the server's key."""

    pending_secret_encrypted: bytes | None = None
    """That of an app which has not shown a code yet; the one before stays good meanwhile."""

    totp_confirmed_at: datetime | None = None
    totp_last_step: int | None = Field(default=None, sa_type=BigInteger)
    """The time step of the last code that was accepted: neither it nor one before is again."""

    phone: str | None = None
    """In the form of E.164."""

    pending_phone: str | None = None
    sms_confirmed_at: datetime | None = None
    email_confirmed_at: datetime | None = None
    backup_code_hashes: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    """Argon2id hashes of the recovery codes that are left, all with one salt."""

    last_used_at: datetime | None = None


class Passkey(CreatedRow, table=True):
    """A key of a person's device that signs them in by itself (WebAuthn)."""

    __tablename__ = "passkeys"
    __table_args__ = (
        CheckConstraint("length(name) between 1 and 100", name="name"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
        Index(None, "user_id", "id"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    name: str
    credential_id: bytes = Field(unique=True)
    public_key: bytes
    sign_count: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """The device's own counter; one that does not grow tells of a copy."""

    transports: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    backed_up: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the device's maker keeps a copy for the person's other devices."""

    last_used_at: datetime | None = None
    removed_at: datetime | None = None
