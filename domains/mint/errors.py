"""Why the mint refuses."""

from datetime import datetime
from uuid import UUID

import strawberry

from domains.kernel import prose
from domains.kernel.once import IdempotencyConflict, IdempotencyKeyInvalid
from domains.kernel.refusal import UserError

__all__ = [
    "ActivityNotDone",
    "AlreadyMined",
    "AmountInvalid",
    "CurrencyMismatch",
    "CurrencyNotStakeable",
    "IdempotencyConflict",
    "IdempotencyKeyInvalid",
    "InsufficientFunds",
    "MinedRecently",
    "MiningLimitReached",
    "NotReversible",
    "NothingToClaim",
    "NothingToMine",
    "SameWallet",
    "StakeEnded",
    "StakeLocked",
    "StakeNotFound",
    "SupplyExhausted",
    "TermInvalid",
    "WalletNotActive",
    "WalletNotFound",
]


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
class NotReversible(UserError):
    """The movement was taken back already, or is not one of these wallets."""

    message: str = "This movement cannot be taken back."


@prose.output
class SupplyExhausted(UserError):
    """There can be no more money of this currency."""

    message: str = "No more of this currency can be issued."


@prose.output
class StakeNotFound(UserError):
    """There is no such stake, or it is somebody else's."""

    message: str = "Stake not found."


@prose.output
class StakeLocked(UserError):
    """The term of the stake has not ended."""

    message: str = "This stake is still locked."

    unlocks_at: datetime
    """From when it can be had back."""


@prose.output
class StakeEnded(UserError):
    """The stake was paid back already."""

    message: str = "This stake was paid back already."


@prose.output
class NothingToClaim(UserError):
    """The stake has earned nothing since the last claim."""

    message: str = "There is no reward to be had yet."


@prose.output
class CurrencyNotStakeable(UserError):
    """Rewards are newly made, and only AZR can be."""

    message: str = "Only AZR can be staked."


@prose.output
class TermInvalid(UserError):
    """Too short or too long."""

    message: str = "A stake cannot last that long, or not that shortly."

    minimum_days: int
    """The shortest term."""

    maximum_days: int
    """The longest term."""


@prose.output
class ActivityNotDone(UserError):
    """There is no such activity, or the person has not completed it."""

    message: str = "There is no proof that you have done this."


@prose.output
class AlreadyMined(UserError):
    """An activity is paid for once."""

    message: str = "You were paid for this already."

    record_id: strawberry.Private[UUID]


@prose.output
class MinedRecently(UserError):
    """Something much like it was paid for a short while ago."""

    message: str = "You were paid for something like it a short while ago."

    again_at: datetime
    """From when this can be paid for."""


@prose.output
class MiningLimitReached(UserError):
    """A person mines at most so much in a day."""

    message: str = "You have mined all that one can in a day."

    again_at: datetime
    """When the next day begins, in UTC."""


@prose.output
class NothingToMine(UserError):
    """The reward is less than the smallest amount of money."""

    message: str = "There is no reward for this."
