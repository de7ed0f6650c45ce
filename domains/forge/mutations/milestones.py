"""The mutations by which the parts of a contract are done and paid for."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.errors import contracts as errors
from domains.forge.service import escrow
from domains.forge.service.asking import Asked
from domains.forge.types.contracts import (
    MilestoneApproveInput,
    MilestoneApprovePayload,
    MilestoneCancelInput,
    MilestoneCancelPayload,
    MilestoneFundInput,
    MilestoneFundPayload,
    MilestoneRefundInput,
    MilestoneRefundPayload,
    MilestoneRequestChangesInput,
    MilestoneRequestChangesPayload,
    MilestoneSubmitInput,
    MilestoneSubmitPayload,
)
from domains.kernel import prose
from domains.kernel.context import Context, Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.once import IdempotencyConflict, IdempotencyKeyInvalid
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint.public import MONEY_REFUSALS

Act: TypeAlias = Callable[[AsyncSession, Viewer, Asked, UUID], Awaitable[UUID]]

STATES = (errors.MilestoneNotFound, errors.MilestoneNotInState)
ONCE = (IdempotencyKeyInvalid, IdempotencyConflict)


def asked(context: Context, key: str) -> Asked:
    """Who asks, and by which key."""
    return Asked(context.viewer, context.client, str(key))


async def _done(info: Info, input: Any, act: Act) -> Any:
    """Do it, and give the milestone."""
    context, id = info.context, key_of("Milestone", input.milestone_id)
    asks = asked(context, input.idempotency_key)
    return keyed("Milestone", await context.database.transaction(SYSTEM, act, asks, id))


@prose.output
class MilestoneMutation:
    """Work in parts, and the money for it."""

    @mutation(refuses=[*STATES, errors.NotTheEmployer, *MONEY_REFUSALS])
    async def milestone_fund(
        self, info: Info, input: MilestoneFundInput
    ) -> MilestoneFundPayload | None:
        """Put the money for a part of the work aside, as the employer: into the contract's escrow.

        It comes from the viewer's wallet of the contract's currency, and only a settlement of the
        milestone takes it out again.
        """
        return MilestoneFundPayload(milestone=await _done(info, input, escrow.fund))

    @mutation(refuses=[*STATES, errors.NotTheFreelancer, *ONCE])
    async def milestone_submit(
        self, info: Info, input: MilestoneSubmitInput
    ) -> MilestoneSubmitPayload | None:
        """Hand a part of the work in, as the freelancer.

        If the employer says nothing until `autoReleaseAt`, that counts as approval.
        """
        return MilestoneSubmitPayload(milestone=await _done(info, input, escrow.submit))

    @mutation(refuses=[*STATES, errors.NotTheEmployer, *ONCE])
    async def milestone_request_changes(
        self, info: Info, input: MilestoneRequestChangesInput
    ) -> MilestoneRequestChangesPayload | None:
        """Hand a part of the work back, as the employer; the freelancer submits it anew."""
        milestone = await _done(info, input, escrow.request_changes)
        return MilestoneRequestChangesPayload(milestone=milestone)

    @mutation(refuses=[*STATES, errors.NotTheEmployer, *MONEY_REFUSALS])
    async def milestone_approve(
        self, info: Info, input: MilestoneApproveInput
    ) -> MilestoneApprovePayload | None:
        """Take a part of the work for good, as the employer, and pay the freelancer out of escrow.

        The platform's fee is a part of that. The last milestone completes the contract.
        """
        return MilestoneApprovePayload(milestone=await _done(info, input, escrow.approve))

    @mutation(refuses=[*STATES, errors.NotTheFreelancer, *MONEY_REFUSALS])
    async def milestone_refund(
        self, info: Info, input: MilestoneRefundInput
    ) -> MilestoneRefundPayload | None:
        """Give the money for a part of the work back to the employer, as the freelancer."""
        return MilestoneRefundPayload(milestone=await _done(info, input, escrow.refund))

    @mutation(refuses=[*STATES, errors.NotTheEmployer])
    async def milestone_cancel(
        self, info: Info, input: MilestoneCancelInput
    ) -> MilestoneCancelPayload | None:
        """Give up a part of the work for which no money was put aside, as the employer."""
        context, id = info.context, key_of("Milestone", input.milestone_id)
        await context.database.transaction(SYSTEM, escrow.cancel, context.viewer, id)
        return MilestoneCancelPayload(milestone=keyed("Milestone", id))
