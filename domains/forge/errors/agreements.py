"""Why the forge refuses what concerns the beginning and the end of a contract."""

from domains.forge.models import ContractStatus
from domains.kernel import prose
from domains.kernel.refusal import UserError
from domains.kernel.scalars import Money


@prose.output
class MilestoneCountInvalid(UserError):
    """The work has no parts, or too many."""

    message: str = "The work cannot be divided like this."

    minimum: int
    """How many parts it needs at least."""

    maximum: int
    """How many parts it may have at most."""


@prose.output
class MilestonesUnequal(UserError):
    """The parts of the work do not come to what was bid."""

    message: str = "The milestones do not come to the amount that was bid."

    expected: Money
    """What was bid."""

    given: Money
    """What the milestones come to."""


@prose.output
class ContractNotActive(UserError):
    """The contract has ended, or is in dispute."""

    message: str = "This contract is not active."

    status: ContractStatus
    """Where it stands."""


@prose.output
class ContractHoldsMoney(UserError):
    """Money of a milestone waits in escrow, and has to reach one of the two first."""

    message: str = "This contract holds money. Settle its milestones first."


@prose.output
class ContractNotCompleted(UserError):
    """Work is rated when all of it is done."""

    message: str = "This contract is not completed."

    status: ContractStatus
    """Where it stands."""


@prose.output
class AlreadyRated(UserError):
    """Work is rated once."""

    message: str = "This work has been rated already."

    rating: int
    """How."""


@prose.output
class RatingInvalid(UserError):
    """There is no such rating."""

    message: str = "This is not a rating."

    minimum: int
    """For the worst work."""

    maximum: int
    """For the best work."""
