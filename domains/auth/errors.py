"""Why auth refuses."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class PasswordTooShort(UserError):
    """The password has fewer characters than are needed."""

    message: str = "The password is too short."

    minimum: int
    """How many characters it needs at least."""


@prose.output
class PasswordTooLong(UserError):
    """The password has more characters than are read."""

    message: str = "The password is too long."

    maximum: int
    """How many characters it may have at most."""


@prose.output
class PasswordTooCommon(UserError):
    """The password is one of those that guessers try first."""

    message: str = "This password is easy to guess. Choose another."


@prose.output
class NameInvalid(UserError):
    """The name is too short, too long, or holds characters that cannot be shown."""

    message: str = "This name cannot be used."

    minimum: int
    """How many characters it needs at least."""

    maximum: int
    """How many characters it may have at most."""


@prose.output
class InvalidCredentials(UserError):
    """No account can be signed in to with this address and password."""

    message: str = "The address or the password is wrong."


@prose.output
class SessionNotFound(UserError):
    """There is no such session, or it is not the viewer's own."""

    message: str = "Session not found."
