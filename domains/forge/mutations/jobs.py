"""The mutations of jobs and applications."""

from domains.forge.errors import contracts
from domains.forge.errors import jobs as errors
from domains.forge.errors.profiles import SkillProfileRequired
from domains.forge.service import applications
from domains.forge.service import jobs as service
from domains.forge.types.jobs import (
    ApplicationRejectInput,
    ApplicationRejectPayload,
    ApplicationWithdrawInput,
    ApplicationWithdrawPayload,
    JobApplyInput,
    JobApplyPayload,
    JobCancelInput,
    JobCancelPayload,
    JobCreateInput,
    JobCreatePayload,
    JobUpdateInput,
    JobUpdatePayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.once import IdempotencyConflict, IdempotencyKeyInvalid
from domains.kernel.viewer import SYSTEM
from domains.mint.public import AmountInvalid

from .inputs import given

ONCE = [IdempotencyKeyInvalid, IdempotencyConflict]
FLAWS = [errors.WordingInvalid, errors.SkillsInvalid, errors.MomentPassed, AmountInvalid]
CHANGING = [errors.JobNotFound, contracts.NotTheEmployer, errors.JobNotOpen]
DECIDING = [errors.ApplicationNotFound, errors.ApplicationNotPending]


@prose.output
class JobMutation:
    """Jobs, and who wants them."""

    @mutation(refuses=[*ONCE, *FLAWS])
    async def job_create(self, info: Info, input: JobCreateInput) -> JobCreatePayload | None:
        """Offer work, as an employer or an admin. Whoever has a skill profile may apply."""
        context, told = info.context, dict(vars(input))
        key = str(told.pop("idempotency_key"))
        id = await context.database.transaction(SYSTEM, service.create, context.viewer, key, told)
        return JobCreatePayload(job=keyed("Job", id))

    @mutation(refuses=[*CHANGING, *FLAWS, errors.JobTermsFixed])
    async def job_update(self, info: Info, input: JobUpdateInput) -> JobUpdatePayload | None:
        """Change an open job of the viewer's.

        Once somebody has applied, even if they withdrew, what it pays stays as it is.
        """
        context, job_id = info.context, key_of("Job", input.job_id)
        told = given(input, but=frozenset({"job_id"}), nullable=frozenset({"deadline"}))
        work = service.update
        await context.database.transaction(SYSTEM, work, context.viewer, job_id, told)
        return JobUpdatePayload(job=keyed("Job", job_id))

    @mutation(refuses=CHANGING)
    async def job_cancel(self, info: Info, input: JobCancelInput) -> JobCancelPayload | None:
        """Give up an open job of the viewer's. All pending applications for it are rejected."""
        context, job_id = info.context, key_of("Job", input.job_id)
        await context.database.transaction(SYSTEM, service.cancel, context.viewer, job_id)
        return JobCancelPayload(job=keyed("Job", job_id))

    @mutation(
        refuses=[
            *ONCE,
            *FLAWS,
            errors.JobNotFound,
            errors.OwnJob,
            errors.JobNotOpen,
            errors.DeadlinePassed,
            errors.AlreadyApplied,
            SkillProfileRequired,
        ]
    )
    async def job_apply(self, info: Info, input: JobApplyInput) -> JobApplyPayload | None:
        """Offer to do a job, as anybody with a skill profile but its employer.

        One applies for a job once. An application that was withdrawn can be made anew as long as
        the job is open; it is the same one then, with what is offered now.
        """
        context, key = info.context, str(input.idempotency_key)
        asked = key_of("Job", input.job_id), input.proposal, input.bid
        id = await context.database.transaction(
            SYSTEM, applications.apply, context.viewer, key, *asked
        )
        return JobApplyPayload(application=keyed("JobApplication", id))

    @mutation(refuses=[*DECIDING, contracts.NotTheFreelancer])
    async def application_withdraw(
        self, info: Info, input: ApplicationWithdrawInput
    ) -> ApplicationWithdrawPayload | None:
        """Take back an application on which nothing was decided, as the one who applied."""
        context, id = info.context, key_of("JobApplication", input.application_id)
        await context.database.transaction(SYSTEM, applications.withdraw, context.viewer, id)
        return ApplicationWithdrawPayload(application=keyed("JobApplication", id))

    @mutation(refuses=[*DECIDING, contracts.NotTheEmployer])
    async def application_reject(
        self, info: Info, input: ApplicationRejectInput
    ) -> ApplicationRejectPayload | None:
        """Turn down an application on which nothing was decided, as the job's employer."""
        context, id = info.context, key_of("JobApplication", input.application_id)
        await context.database.transaction(SYSTEM, applications.reject, context.viewer, id)
        return ApplicationRejectPayload(application=keyed("JobApplication", id))
