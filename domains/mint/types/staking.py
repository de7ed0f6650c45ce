"""What the mutations of stakes take and answer."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload

from .nodes import Stake


@prose.input
class StakeCreateInput:
    """Money to lock, and for how long."""

    idempotency_key: strawberry.ID
    """Chosen by the client, as a UUID; the same key with the same input locks money once."""

    wallet_id: strawberry.ID
    """One's own wallet of AZR, where the money comes from and goes back to."""

    amount: Decimal
    """How much, more than 0."""

    days: int = 30
    """For how long: 1 to 1825 days. A year's reward is 5 % of the amount, 10 % from 90 days on
    and 15 % from 365 days on."""


@prose.output
class StakeCreatePayload(Payload):
    """What `stakeCreate` answers."""

    stake: Stake | None = None
    """What is locked now."""


@prose.input
class StakeClaimInput:
    """A stake whose reward is to be paid out."""

    idempotency_key: strawberry.ID
    """Chosen by the client, as a UUID; the same key with the same input pays once."""

    stake_id: strawberry.ID
    """One's own, and not paid back."""


@prose.output
class StakeClaimPayload(Payload):
    """What `stakeClaim` answers."""

    stake: Stake | None = None
    """The stake, which goes on growing."""


@prose.input
class StakeCloseInput:
    """A stake to be paid back."""

    idempotency_key: strawberry.ID
    """Chosen by the client, as a UUID; the same key with the same input pays back once."""

    stake_id: strawberry.ID
    """One's own, whose term has ended."""

    without_reward: bool = False
    """Whether to do without what it has earned since the last claim: where no more AZR can be
    issued, that is the way to one's money."""


@prose.output
class StakeClosePayload(Payload):
    """What `stakeClose` answers."""

    stake: Stake | None = None
    """The stake, paid back."""
