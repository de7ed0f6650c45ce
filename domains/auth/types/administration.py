"""What the mutations of admins take and answer."""

from datetime import datetime
from enum import StrEnum

import strawberry

from domains.auth.models import UserRole
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.scalars import OpenJSON

from .nodes import Session, User


@prose.enum
class RemovableFactor(StrEnum):
    """What an admin can take away from somebody who lost it."""

    TOTP = "totp"
    """The authenticator app."""

    SMS = "sms"
    """Codes by SMS."""

    EMAIL = "email"
    """Codes by mail."""

    PASSKEYS = "passkeys"
    """All passkeys."""


@prose.output
class UserDisablePayload(Payload):
    """What `userDisable` answers."""

    user: User | None = None
    """The person, whose account is closed."""


@prose.output
class UserEnablePayload(Payload):
    """What `userEnable` answers."""

    user: User | None = None
    """The person, whose account is open again."""


@prose.output
class UserRoleChangePayload(Payload):
    """What `userRoleChange` answers."""

    user: User | None = None
    """The person in their new role."""


@prose.output
class UserFactorRemovePayload(Payload):
    """What `userFactorRemove` answers."""

    user: User | None = None
    """The person without the factor."""


@prose.output
class UserPasswordResetSendPayload(Payload):
    """What `userPasswordResetSend` answers."""

    user: User | None = None
    """The person who was written to."""


@prose.output
class UserSessionsRevokePayload(Payload):
    """What `userSessionsRevoke` answers."""

    user: User | None = None
    """The person, now signed out."""


@prose.output
class UserAppMetadataUpdatePayload(Payload):
    """What `userAppMetadataUpdate` answers."""

    user: User | None = None
    """The person with what is kept of them."""


@prose.input
class UserDisableInput:
    """Which account to close, and why."""

    id: strawberry.ID
    """The person."""

    reason: str
    """Why; 3 to 500 characters. The person is told."""


@prose.input
class UserEnableInput:
    """Which account to open again."""

    id: strawberry.ID
    """The person."""


@prose.input
class UserRoleChangeInput:
    """Who becomes what."""

    id: strawberry.ID
    """The person."""

    role: UserRole
    """What they are from now on."""


@prose.input
class UserFactorRemoveInput:
    """Which factor to take from whom."""

    id: strawberry.ID
    """The person."""

    factor: RemovableFactor
    """What they lost."""


@prose.input
class UserPasswordResetSendInput:
    """Who is to set a new password."""

    id: strawberry.ID
    """The person."""


@prose.input
class UserSessionsRevokeInput:
    """Whom to sign out everywhere."""

    id: strawberry.ID
    """The person."""


@prose.input
class UserAppMetadataUpdateInput:
    """What to keep of a person."""

    id: strawberry.ID
    """The person."""

    metadata: OpenJSON
    """An object that replaces the one before: at most 16 KiB, 5 levels deep, its keys of lower
    case letters, digits and underscores. The person cannot change it."""


@prose.input
class UserImpersonateInput:
    """Whom to act as, and why."""

    id: strawberry.ID
    """The person, who is told; no admin."""

    reason: str
    """Why; 3 to 500 characters. It stands in the audit log and in the person's mail."""


@prose.output
class UserImpersonatePayload(Payload):
    """What `userImpersonate` answers."""

    access_token: str | None = None
    """To be sent as `Authorization: Bearer …`. It is told this once and cannot be renewed."""

    expires_at: datetime | None = None
    """When it ends."""

    session: Session | None = None
    """The session, now open; the person sees it in their list."""

    user: User | None = None
    """Who the admin acts as."""


@prose.output
class ImpersonationEndPayload(Payload):
    """What `impersonationEnd` answers."""

    ok: bool = False
    """Whether the session has ended; the admin's own is as it was."""
