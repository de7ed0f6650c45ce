"""The mutations by which disputes begin and end."""

from domains.forge.errors import contracts, disputes
from domains.forge.errors.jobs import WordingInvalid
from domains.forge.service import arbitration
from domains.forge.service import disputes as service
from domains.forge.types.disputes import (
    DisputeRaiseInput,
    DisputeRaisePayload,
    DisputeResolveInput,
    DisputeResolvePayload,
    DisputeWithdrawInput,
    DisputeWithdrawPayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM
from domains.mint.public import MONEY_REFUSALS

from .milestones import ONCE, STATES, asked

OPEN = (disputes.DisputeNotFound, disputes.DisputeNotOpen)


@prose.output
class DisputeMutation:
    """Where the two sides of a contract disagree."""

    @mutation(refuses=[*STATES, contracts.NotTheEmployer, WordingInvalid, *ONCE])
    async def dispute_raise(
        self, info: Info, input: DisputeRaiseInput
    ) -> DisputeRaisePayload | None:
        """Say what is wrong with a milestone, as either of the two: nothing moves until it ends.

        An admin decides, unless who raised it takes it back.
        """
        context, milestone_id = info.context, key_of("Milestone", input.milestone_id)
        asks = asked(context, input.idempotency_key)
        id = await context.database.transaction(
            SYSTEM, service.raise_dispute, asks, milestone_id, input.reason
        )
        return DisputeRaisePayload(dispute=keyed("Dispute", id))

    @mutation(refuses=[*OPEN, disputes.NotTheComplainant])
    async def dispute_withdraw(
        self, info: Info, input: DisputeWithdrawInput
    ) -> DisputeWithdrawPayload | None:
        """Take a dispute back, as who raised it.

        Its milestone stands where it stood, and the time that the employer had left runs on.
        """
        context, id = info.context, key_of("Dispute", input.dispute_id)
        await context.database.transaction(SYSTEM, service.withdraw, context.viewer, id)
        return DisputeWithdrawPayload(dispute=keyed("Dispute", id))

    @mutation(
        refuses=[
            *OPEN,
            disputes.NotImpartial,
            disputes.AwardInvalid,
            WordingInvalid,
            *MONEY_REFUSALS,
        ]
    )
    async def dispute_resolve(
        self, info: Info, input: DisputeResolveInput
    ) -> DisputeResolvePayload | None:
        """Decide a dispute between others, as an admin, and divide the money accordingly.

        It wants a proof of who one is from the last minutes, or is refused with
        `STEP_UP_REQUIRED`. What is the freelancer's is rounded down, the rest is the employer's;
        the platform's fee is a part of the freelancer's.
        """
        context, id = info.context, key_of("Dispute", input.dispute_id)
        decision = arbitration.Decision(input.outcome, input.resolution, input.award_bps)
        asks = asked(context, input.idempotency_key)
        await context.database.transaction(SYSTEM, arbitration.resolve, asks, id, decision)
        return DisputeResolvePayload(dispute=keyed("Dispute", id))
