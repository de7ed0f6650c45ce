"""What the mint tells."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domains.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyTransferred(Event):
    """Somebody has sent money to somebody else."""

    topic: ClassVar[str] = "mint.money.transferred"
    aggregate: ClassVar[str] = "transaction_id"

    transaction_id: UUID
    actor_id: UUID
    recipient_id: UUID
    session_id: UUID
    """In which the actor was signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMinted(Event):
    """An admin has made money, in somebody's wallet or the platform's."""

    topic: ClassVar[str] = "mint.money.minted"
    aggregate: ClassVar[str] = "transaction_id"

    transaction_id: UUID
    actor_id: UUID
    wallet_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBurned(Event):
    """An admin has ended money of somebody's wallet or of the platform's."""

    topic: ClassVar[str] = "mint.money.burned"
    aggregate: ClassVar[str] = "transaction_id"

    transaction_id: UUID
    actor_id: UUID
    wallet_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletFrozen(Event):
    """Nothing goes in or out of a wallet any more, by an admin."""

    topic: ClassVar[str] = "mint.wallet.frozen"
    aggregate: ClassVar[str] = "wallet_id"

    wallet_id: UUID
    actor_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletUnfrozen(Event):
    """A wallet that was frozen can be used again, by an admin."""

    topic: ClassVar[str] = "mint.wallet.unfrozen"
    aggregate: ClassVar[str] = "wallet_id"

    wallet_id: UUID
    actor_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeOpened(Event):
    """Somebody has locked money."""

    topic: ClassVar[str] = "mint.stake.opened"
    aggregate: ClassVar[str] = "stake_id"

    stake_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeRewardClaimed(Event):
    """Somebody was paid what their stake had earned so far."""

    topic: ClassVar[str] = "mint.stake.reward_claimed"
    aggregate: ClassVar[str] = "stake_id"

    stake_id: UUID
    user_id: UUID
    transaction_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeMatured(Event):
    """A stake's term has ended: its owner can have it back, and until then it goes on growing."""

    topic: ClassVar[str] = "mint.stake.matured"
    aggregate: ClassVar[str] = "stake_id"

    stake_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeClosed(Event):
    """Somebody has their money back, with the last of its reward."""

    topic: ClassVar[str] = "mint.stake.closed"
    aggregate: ClassVar[str] = "stake_id"

    stake_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardMined(Event):
    """Somebody was paid for a proof of knowledge."""

    topic: ClassVar[str] = "mint.reward.mined"
    aggregate: ClassVar[str] = "user_id"

    record_id: UUID
    user_id: UUID
