"""What the mutations of accounts take and answer."""

from datetime import datetime
from enum import StrEnum

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.scalars import EmailAddress, OpenJSON

from .nodes import User
from .sessions import TokensPayload


@prose.enum
class SignUpRole(StrEnum):
    """What a person can sign up as."""

    STUDENT = "student"
    """To learn."""

    EDUCATOR = "educator"
    """To teach."""

    EMPLOYER = "employer"
    """To offer work."""


@prose.input
class UserSignUpInput:
    """A new account."""

    email: EmailAddress
    """Where mail reaches the person."""

    password: str
    """12 to 256 characters of any kind, unless the operator asks for more; not one of those that
    guessers try first, nor one that is much like the name or the address."""

    name: str
    """What the person wants to be called; 2 to 100 characters."""

    role: SignUpRole = SignUpRole.STUDENT
    """What the person signs up as."""


@prose.output
class UserSignUpPayload(Payload):
    """What `userSignUp` answers."""

    ok: bool = False
    """Whether a mail is on its way: with a link for `emailVerify`, or, if the address has an
    account already, with word of that. At most one a minute goes to an address."""


@prose.input
class EmailVerifyInput:
    """Proof that an address is the person's own."""

    token: str
    """What follows `#token=` in the mailed link; good for 24 hours and five tries."""

    password: str
    """The one of the sign-up. Whoever else signed up with the address cannot know it."""


@prose.output
class EmailVerifyPayload(Payload):
    """What `emailVerify` answers."""

    ok: bool = False
    """Whether the account can be signed in to from now on."""


@prose.input
class EmailVerificationResendInput:
    """Where the mail got lost."""

    email: EmailAddress
    """The address of the sign-up."""


@prose.output
class EmailVerificationResendPayload(Payload):
    """What `emailVerificationResend` answers."""

    ok: bool = False
    """True, whether or not an account waits there. At most one mail a minute goes to an address."""


@prose.input
class PasswordChangeInput:
    """Another password."""

    current_password: str
    """The present one; tries count as at a sign-in."""

    new_password: str
    """Held to the rules of `userSignUp`."""


@prose.output
class PasswordChangePayload(TokensPayload):
    """What `passwordChange` answers."""


@prose.input
class PasswordResetRequestInput:
    """Whose password is lost."""

    email: EmailAddress
    """The address of the account."""


@prose.output
class PasswordResetRequestPayload(Payload):
    """What `passwordResetRequest` answers."""

    ok: bool = False
    """True, whether or not there is such an account. At most one mail a minute goes to an
    address."""


@prose.input
class PasswordResetInput:
    """A new password in place of a lost one."""

    token: str
    """What follows `#token=` in the mailed link; good once, for 30 minutes."""

    new_password: str
    """Held to the rules of `userSignUp`. One that is refused leaves the token good."""


@prose.output
class PasswordResetPayload(Payload):
    """What `passwordReset` answers."""

    ok: bool = False
    """Whether the new password is set. It has not signed anybody in."""


@prose.input
class EmailChangeInput:
    """Another address."""

    new_email: EmailAddress
    """Where mail is to reach the person."""


@prose.output
class EmailChangePayload(Payload):
    """What `emailChange` answers."""

    ok: bool = False
    """Whether a mail is on its way to the new address, with a link for `emailChangeConfirm`."""


@prose.input
class EmailChangeConfirmInput:
    """Proof that the new address is the person's own."""

    token: str
    """What follows `#token=` in the link mailed to the new address; good once, for 24 hours."""


@prose.output
class EmailChangeConfirmPayload(Payload):
    """What `emailChangeConfirm` answers."""

    ok: bool = False
    """Whether the account has the new address. The old one was told, and can undo it."""


@prose.input
class EmailChangeUndoInput:
    """Proof that an old address is the person's own."""

    token: str
    """What follows `#token=` in the link mailed to the old address; good once, for 7 days."""


@prose.output
class EmailChangeUndoPayload(Payload):
    """What `emailChangeUndo` answers."""

    ok: bool = False
    """Whether the account has the old address again. A link to set a new password was mailed
    there, for the old password is worth nothing any more."""


@prose.input
class ProfileUpdateInput:
    """What to change. What is left out stays, and a null makes it what it was at first."""

    name: strawberry.Maybe[str | None] = None
    """What the person wants to be called; 2 to 100 characters, and never null."""

    avatar: strawberry.Maybe[str | None] = None
    """The address of a picture, which begins with `https://`; at most 2,048 characters."""

    bio: strawberry.Maybe[str | None] = None
    """A few words; at most 2,000 characters."""

    location: strawberry.Maybe[str | None] = None
    """Where the person is; at most 200 characters."""

    timezone: strawberry.Maybe[str | None] = None
    """A name of the time zone database, such as `Africa/Johannesburg`."""

    language: strawberry.Maybe[str | None] = None
    """A language tag, such as `en`, `pt-BR` or `zh-Hant-TW`."""

    details: strawberry.Maybe[OpenJSON | None] = None
    """An object for whatever else a client keeps, in place of the one before: at most 16 KiB, 5
    levels deep, its keys of the form `[a-z0-9_]{1,40}`. The server itself never reads it."""


@prose.output
class ProfileUpdatePayload(Payload):
    """What `profileUpdate` answers."""

    user: User | None = None
    """The person, as they are now."""


@prose.output
class AccountDeletePayload(Payload):
    """What `accountDelete` answers."""

    purge_at: datetime | None = None
    """When the account is erased for good. Until then a sign-in, and a link that was mailed, bring
    a token for `accountRestore`."""


@prose.input
class AccountRestoreInput:
    """A change of mind."""

    token: str
    """The `restoreToken` of `sessionCreate`, or what follows `#token=` in the mailed link."""


@prose.output
class AccountRestorePayload(Payload):
    """What `accountRestore` answers."""

    ok: bool = False
    """Whether the account is kept. It has not signed anybody in."""
