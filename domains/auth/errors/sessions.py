"""Why auth refuses what concerns a session."""

from datetime import datetime

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class InvalidCredentials(UserError):
    """No account can be signed in to with this address and password."""

    message: str = "The address or the password is wrong."


@prose.output
class EmailNotVerified(UserError):
    """The password is right, but nobody has proved yet that the address is theirs."""

    message: str = "Confirm your address first, by the link that was mailed to it."


@prose.output
class AccountDisabled(UserError):
    """The password is right, but an admin has closed the account."""

    message: str = "This account has been closed."

    reason: str | None = None
    """Why."""


@prose.output
class DeletionPending(UserError):
    """The password is right, but the account is about to be deleted, as its owner wanted."""

    message: str = "This account is about to be deleted."

    purge_at: datetime
    """When it is made nobody's. Until then `accountRestore` keeps it, with the token of a sign-in
    by password or of the mail that confirmed the deletion."""


@prose.output
class SessionNotFound(UserError):
    """There is no such session, or it is not the viewer's own."""

    message: str = "Session not found."


@prose.output
class PasswordWrong(UserError):
    """It is not the viewer's password, or it was tried too often lately."""

    message: str = "The password is wrong."


@prose.output
class ProofMissing(UserError):
    """One proof is needed: the password, a code and its method, or a passkey and its challenge."""

    message: str = "Give one proof, and all of it."
