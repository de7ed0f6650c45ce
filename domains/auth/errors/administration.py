"""Why auth refuses what an admin wants."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class UserNotFound(UserError):
    """There is no such account."""

    message: str = "User not found."


@prose.output
class LastAdmin(UserError):
    """Nobody else could run the platform afterwards."""

    message: str = "The last admin has to stay one."


@prose.output
class ReasonInvalid(UserError):
    """A reason has to be told, in few words."""

    message: str = "Give a reason."

    minimum: int
    """How many characters it needs at least."""

    maximum: int
    """How many characters it may have at most."""


@prose.output
class ImpersonationRefused(UserError):
    """Nobody can act as this person: they are an admin, or could not sign in themselves."""

    message: str = "Nobody can act as this person."
