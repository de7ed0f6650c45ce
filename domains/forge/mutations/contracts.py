"""The mutations by which contracts begin, end and are rated."""

from domains.forge.errors import agreements as errors
from domains.forge.errors import contracts, jobs
from domains.forge.service import agreements
from domains.forge.service import contracts as service
from domains.forge.types.agreements import (
    ApplicationAcceptInput,
    ApplicationAcceptPayload,
    ContractCancelInput,
    ContractCancelPayload,
    ContractRateInput,
    ContractRatePayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM

from .jobs import DECIDING, FLAWS, ONCE


@prose.output
class ContractMutation:
    """What employers and freelancers agree on."""

    @mutation(
        refuses=[
            *ONCE,
            *DECIDING,
            *FLAWS,
            contracts.NotTheEmployer,
            jobs.JobNotOpen,
            jobs.FreelancerUnavailable,
            errors.MilestoneCountInvalid,
            errors.MilestonesUnequal,
        ]
    )
    async def application_accept(
        self, info: Info, input: ApplicationAcceptInput
    ) -> ApplicationAcceptPayload | None:
        """Give a job to one who applied, as its employer: for what they bid, in parts.

        All other pending applications for it are rejected. No money moves before
        `milestoneFund`; the platform's fee is the one of this moment.
        """
        context, key = info.context, str(input.idempotency_key)
        application_id = key_of("JobApplication", input.application_id)
        parts = [
            agreements.Part(part.description, part.amount, part.due_at) for part in input.milestones
        ]
        id = await context.database.transaction(
            SYSTEM, agreements.accept, context.viewer, key, application_id, parts
        )
        return ApplicationAcceptPayload(contract=keyed("Contract", id))

    @mutation(
        refuses=[
            contracts.ContractNotFound,
            contracts.NotTheEmployer,
            errors.ContractHoldsMoney,
            errors.ContractNotActive,
        ]
    )
    async def contract_cancel(
        self, info: Info, input: ContractCancelInput
    ) -> ContractCancelPayload | None:
        """End a contract in which no milestone holds money, as either of the two.

        What was not funded is cancelled. If nothing ever was, the contract is cancelled and its job
        with it, which is not opened again; what was settled before completes both.
        """
        context, id = info.context, key_of("Contract", input.contract_id)
        await context.database.transaction(SYSTEM, service.cancel, context.viewer, id)
        return ContractCancelPayload(contract=keyed("Contract", id))

    @mutation(
        refuses=[
            contracts.ContractNotFound,
            contracts.NotTheEmployer,
            errors.RatingInvalid,
            errors.ContractNotCompleted,
            errors.AlreadyRated,
        ]
    )
    async def contract_rate(
        self, info: Info, input: ContractRateInput
    ) -> ContractRatePayload | None:
        """Say once how good the work of a completed contract was, as its employer.

        The rating of the freelancer's skill profile is the mean of all of theirs from then on.
        """
        context, id = info.context, key_of("Contract", input.contract_id)
        await context.database.transaction(SYSTEM, service.rate, context.viewer, id, input.rating)
        return ContractRatePayload(contract=keyed("Contract", id))
