"""What the columns of several tables have in common: kinds, states and amounts."""

from enum import StrEnum

from sqlalchemy import Numeric

from domains.kernel.row import enum_type
from domains.kernel.scalars import Currency

NAMESPACE = "mint"
SUPPLY_CAP = 1_000_000_000
"""How much AZR there can ever be at once."""

CURRENCY = enum_type(Currency, "currency", NAMESPACE)
AMOUNT = Numeric(18, 8)


class WalletKind(StrEnum):
    """What a wallet is for."""

    USER = "USER"
    """A person's own money."""

    STAKE = "STAKE"
    """What a person has locked."""

    ESCROW = "ESCROW"
    """What is held between two people until work is done."""

    PLATFORM = "PLATFORM"
    """The platform's own money: its fees."""

    ISSUANCE = "ISSUANCE"
    """Where all money of a currency comes from; it owes what the others hold."""


class WalletStatus(StrEnum):
    """Whether a wallet can be used."""

    ACTIVE = "ACTIVE"
    """It can."""

    FROZEN = "FROZEN"
    """Nothing goes in or out for now."""

    CLOSED = "CLOSED"
    """Empty for good."""


class TransactionType(StrEnum):
    """Why money moved."""

    MINT = "mint"
    """New money."""

    BURN = "burn"
    """Money taken out of the world."""

    TRANSFER = "transfer"
    """From one person to another."""

    PAYMENT = "payment"
    """For a course."""

    REFUND = "refund"
    """Back, of an earlier movement."""

    REWARD = "reward"
    """For something achieved."""

    MINING_REWARD = "mining_reward"
    """For a proof of knowledge."""

    STAKE = "stake"
    """Locked."""

    UNSTAKE = "unstake"
    """Unlocked."""

    STAKE_REWARD = "stake_reward"
    """For having been locked."""

    ESCROW_FUND = "escrow_fund"
    """Set aside for work."""

    ESCROW_RELEASE = "escrow_release"
    """For work that was done."""

    ESCROW_REFUND = "escrow_refund"
    """Back, for work that was not."""

    FEE = "fee"
    """To the platform."""


REWARDS = (
    TransactionType.REWARD,
    TransactionType.MINING_REWARD,
    TransactionType.STAKE_REWARD,
)
"""What counts as earned."""


class StakeStatus(StrEnum):
    """Where a stake stands."""

    ACTIVE = "active"
    """Locked, and growing."""

    COMPLETED = "completed"
    """Paid back after its term."""

    CANCELLED = "cancelled"
    """Paid back by an administrator before its term."""


class ActivityType(StrEnum):
    """What a person did to mine."""

    COURSE_COMPLETION = "course_completion"
    """Completed a course."""

    JOB_COMPLETION = "job_completion"
    """Completed paid work."""

    SKILL_ASSESSMENT = "skill_assessment"
    """Passed an assessment."""
