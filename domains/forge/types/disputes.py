"""What the mutations take and answer by which disputes begin and end."""

from __future__ import annotations

import strawberry

from domains.forge.models import DisputeOutcome
from domains.kernel import prose
from domains.kernel.mutation import Payload

from .nodes import Dispute


@prose.input
class DisputeRaiseInput:
    """What is wrong with which part of the work."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it is the same
    dispute."""

    milestone_id: strawberry.ID
    """A milestone whose money is in escrow, of a contract of the viewer's."""

    reason: str
    """What is wrong; 20 to 2,000 characters, in lines."""


@prose.output
class DisputeRaisePayload(Payload):
    """What `disputeRaise` answers."""

    dispute: Dispute | None = None
    """The dispute, with its milestone, in which nothing moves until it ends."""


@prose.input
class DisputeWithdrawInput:
    """The dispute to take back."""

    dispute_id: strawberry.ID
    """An open dispute that the viewer has raised."""


@prose.output
class DisputeWithdrawPayload(Payload):
    """What `disputeWithdraw` answers."""

    dispute: Dispute | None = None
    """The dispute, with its milestone, which stands where it stood before."""


@prose.input
class DisputeResolveInput:
    """How a dispute ends."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it pays once."""

    dispute_id: strawberry.ID
    """An open dispute between others."""

    outcome: DisputeOutcome
    """Whose the money is."""

    award_bps: int | None = None
    """What part of the money is the freelancer's, in basis points, from 0 to 10000 for all. Said
    with `SPLIT`, and with nothing else; what it leaves over is the employer's."""

    resolution: str
    """What was decided, and why, for both to read; 3 to 2,000 characters, in lines."""


@prose.output
class DisputeResolvePayload(Payload):
    """What `disputeResolve` answers."""

    dispute: Dispute | None = None
    """The dispute, with its milestone."""
