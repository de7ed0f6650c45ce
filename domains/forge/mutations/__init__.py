"""The forge's fields of `Mutation`."""

from domains.kernel import prose

from .contracts import ContractMutation
from .disputes import DisputeMutation
from .jobs import JobMutation
from .milestones import MilestoneMutation
from .profiles import ProfileMutation


@prose.output
class ForgeMutation(
    JobMutation, ContractMutation, MilestoneMutation, DisputeMutation, ProfileMutation
):
    """Work, what is agreed on about it, and those who do it."""
