"""Why the forge refuses what concerns a dispute."""

from domains.forge.models import DisputeStatus
from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class DisputeNotFound(UserError):
    """There is no such dispute, or the viewer is no party to it."""

    message: str = "Dispute not found."


@prose.output
class DisputeNotOpen(UserError):
    """The dispute is over."""

    message: str = "This dispute is over."

    status: DisputeStatus
    """What became of it."""


@prose.output
class NotTheComplainant(UserError):
    """Only the one who raised a dispute can take it back."""

    message: str = "Only who raised the dispute can take it back."


@prose.output
class NotImpartial(UserError):
    """The admin is a party to the contract."""

    message: str = "Nobody decides a dispute of their own."


@prose.output
class AwardInvalid(UserError):
    """A split, and nothing else, says what part of the money is the freelancer's."""

    message: str = "This is not a part of the money."

    minimum: int
    """Nothing, in basis points."""

    maximum: int
    """All of it, in basis points."""
