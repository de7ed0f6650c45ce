"""The mint's fields of `Mutation`."""

from domains.kernel import prose

from .mining import MiningMutation
from .stakes import StakeMutation
from .wallets import WalletMutation


@prose.output
class MintMutation(WalletMutation, StakeMutation, MiningMutation):
    """Money that moves, is made and ended."""
