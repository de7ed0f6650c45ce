"""What the mutations take and answer by which contracts begin, end and are rated."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload

from .nodes import Contract


@prose.input
class MilestoneInput:
    """A part of the work."""

    description: str
    """What is to be done; 3 to 10,000 characters, in lines."""

    amount: Decimal
    """What it costs, more than 0, in the job's currency."""

    due_at: datetime | None = None
    """By when it should be handed in, in the future; null to leave it open."""


@prose.input
class ApplicationAcceptInput:
    """The one who gets a job, and the parts in which they do it."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it is the same
    contract."""

    application_id: strawberry.ID
    """A pending application for an open job of the viewer's."""

    milestones: list[MilestoneInput]
    """The parts of the work in their order, 1 to 50. Together they cost exactly what was bid."""


@prose.output
class ApplicationAcceptPayload(Payload):
    """What `applicationAccept` answers."""

    contract: Contract | None = None
    """The contract, with its milestones, none of which is funded."""


@prose.input
class ContractCancelInput:
    """A contract to end before its time."""

    contract_id: strawberry.ID
    """An active contract of the viewer's."""


@prose.output
class ContractCancelPayload(Payload):
    """What `contractCancel` answers."""

    contract: Contract | None = None
    """The contract: cancelled, or completed if money of it was settled before."""


@prose.input
class ContractRateInput:
    """What one thinks of work that was done."""

    contract_id: strawberry.ID
    """A completed contract, as its employer."""

    rating: int
    """From 1 for the worst work to 5 for the best."""


@prose.output
class ContractRatePayload(Payload):
    """What `contractRate` answers."""

    contract: Contract | None = None
    """The contract with its rating."""
