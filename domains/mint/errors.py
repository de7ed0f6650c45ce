"""Why the mint refuses."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class InsufficientFunds(UserError):
    """The wallet holds less than that."""

    message: str = "There is not enough money in this wallet."


@prose.output
class CurrencyMismatch(UserError):
    """Money moves between wallets of one currency only."""

    message: str = "The two wallets have different currencies."


@prose.output
class WalletNotActive(UserError):
    """One of the wallets is frozen or closed."""

    message: str = "This wallet cannot be used at the moment."


@prose.output
class WalletNotFound(UserError):
    """There is no such wallet, or the viewer may not use it."""

    message: str = "Wallet not found."


@prose.output
class AmountInvalid(UserError):
    """Not more than 0, too much, or with more than 8 decimals."""

    message: str = "This is not an amount of money."


@prose.output
class SameWallet(UserError):
    """Money moves from one wallet to another."""

    message: str = "This is the wallet that the money comes from."


@prose.output
class IdempotencyKeyInvalid(UserError):
    """The key is empty or too long."""

    message: str = "An idempotency key has 1 to 255 characters."


@prose.output
class IdempotencyConflict(UserError):
    """The key was used before, for something else."""

    message: str = "This idempotency key belongs to another request."


@prose.output
class NotReversible(UserError):
    """The movement was taken back already, or is not one of these wallets."""

    message: str = "This movement cannot be taken back."


@prose.output
class SupplyExhausted(UserError):
    """There can be no more money of this currency."""

    message: str = "No more of this currency can be issued."
