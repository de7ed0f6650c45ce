"""Why the forge refuses what concerns a contract and its money."""

from domains.forge.models import MilestoneStatus
from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class ContractNotFound(UserError):
    """There is no such contract, or the viewer is no party to it."""

    message: str = "Contract not found."


@prose.output
class MilestoneNotFound(UserError):
    """There is no such milestone, or the viewer is no party to its contract."""

    message: str = "Milestone not found."


@prose.output
class MilestoneNotInState(UserError):
    """The milestone stands where this cannot be done."""

    message: str = "This cannot be done with the milestone as it stands."

    status: MilestoneStatus
    """Where it stands."""

    expected: list[MilestoneStatus]
    """Where it would have to stand."""


@prose.output
class NotTheEmployer(UserError):
    """What was asked for is up to the employer."""

    message: str = "Only the employer can do this."


@prose.output
class NotTheFreelancer(UserError):
    """What was asked for is up to the freelancer."""

    message: str = "Only the freelancer can do this."
