"""What the mutations take and answer by which the parts of a contract are done and paid for."""

from __future__ import annotations

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload

from .nodes import Milestone


@prose.input
class MilestoneFundInput:
    """The part of the work to put money aside for."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it pays once."""

    milestone_id: strawberry.ID
    """A pending milestone of a contract in which the viewer is the employer."""


@prose.output
class MilestoneFundPayload(Payload):
    """What `milestoneFund` answers."""

    milestone: Milestone | None = None
    """The milestone, whose money is in escrow."""


@prose.input
class MilestoneSubmitInput:
    """The part of the work that is done."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it does no more."""

    milestone_id: strawberry.ID
    """A funded milestone of a contract in which the viewer is the freelancer."""


@prose.output
class MilestoneSubmitPayload(Payload):
    """What `milestoneSubmit` answers."""

    milestone: Milestone | None = None
    """The milestone, which waits for the employer."""


@prose.input
class MilestoneRequestChangesInput:
    """The part of the work that is not good yet."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it does no more."""

    milestone_id: strawberry.ID
    """A submitted milestone of a contract in which the viewer is the employer."""


@prose.output
class MilestoneRequestChangesPayload(Payload):
    """What `milestoneRequestChanges` answers."""

    milestone: Milestone | None = None
    """The milestone, which is the freelancer's again."""


@prose.input
class MilestoneApproveInput:
    """The part of the work that is good."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it pays once."""

    milestone_id: strawberry.ID
    """A submitted milestone of a contract in which the viewer is the employer."""


@prose.output
class MilestoneApprovePayload(Payload):
    """What `milestoneApprove` answers."""

    milestone: Milestone | None = None
    """The milestone, whose money is the freelancer's; or approved still, if their wallet takes no
    money now. It is then paid as soon as it does."""


@prose.input
class MilestoneRefundInput:
    """The part of the work that the freelancer gives back the money for."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it pays once."""

    milestone_id: strawberry.ID
    """A milestone whose money is in escrow, of a contract in which the viewer is the freelancer."""


@prose.output
class MilestoneRefundPayload(Payload):
    """What `milestoneRefund` answers."""

    milestone: Milestone | None = None
    """The milestone, whose money is the employer's again."""


@prose.input
class MilestoneCancelInput:
    """The part of the work to give up."""

    milestone_id: strawberry.ID
    """A pending milestone of a contract in which the viewer is the employer."""


@prose.output
class MilestoneCancelPayload(Payload):
    """What `milestoneCancel` answers."""

    milestone: Milestone | None = None
    """The milestone, now cancelled."""
