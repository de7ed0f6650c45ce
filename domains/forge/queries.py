"""The forge's fields of `Query`."""

from typing import Annotated

import strawberry

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import Connection, key_of, keyed
from domains.kernel.read.declarations import by_id, pages
from domains.kernel.refusal import BadInput
from domains.kernel.stats import stats_of

from .service import matching
from .types import (
    CandidateMatch,
    Contract,
    ContractFilter,
    Dispute,
    DisputeFilter,
    Job,
    JobApplication,
    JobApplicationFilter,
    JobFilter,
    JobGrouping,
    JobMatch,
    JobOrder,
    JobStats,
    Milestone,
    MilestoneFilter,
    SkillProfile,
    SkillProfileFilter,
    SkillProfileOrder,
)
from .types.matching import shown

MOST_MATCHES = 10

First = Annotated[int, strawberry.argument(description="At most so many, up to 10.")]


@prose.output
class ForgeQuery:
    """Work, and those who do it."""

    job: Job | None = by_id()
    """A job."""

    jobs: Connection[Job] | None = pages(orders=JobOrder, where=JobFilter)
    """The jobs that the viewer may see: those that are open, their own, and those that they have
    applied for."""

    job_application: JobApplication | None = by_id()
    """A freelancer's offer to do a job."""

    job_applications: Connection[JobApplication] | None = pages(where=JobApplicationFilter)
    """The viewer's applications and those for their jobs, newest first."""

    contract: Contract | None = by_id()
    """What an employer and a freelancer have agreed on."""

    contracts: Connection[Contract] | None = pages(where=ContractFilter)
    """The viewer's contracts, newest first."""

    milestone: Milestone | None = by_id()
    """A part of a contract's work."""

    milestones: Connection[Milestone] | None = pages(where=MilestoneFilter)
    """The parts of the viewer's contracts, newest first."""

    dispute: Dispute | None = by_id()
    """A disagreement about a milestone."""

    disputes: Connection[Dispute] | None = pages(where=DisputeFilter)
    """The disagreements about the viewer's contracts, newest first."""

    skill_profile: SkillProfile | None = by_id()
    """A person as a freelancer."""

    skill_profiles: Connection[SkillProfile] | None = pages(
        orders=SkillProfileOrder, where=SkillProfileFilter
    )
    """The freelancers whom the viewer may see: all of them for an employer, else themselves."""

    job_stats: list[JobStats] | None = stats_of(by=JobGrouping, where=JobFilter)
    """The jobs that the viewer may see, counted in groups; none where no job is."""

    @strawberry.field
    async def job_matches(self, info: Info, first: First = MOST_MATCHES) -> list[JobMatch] | None:
        """The open jobs that go best with the viewer's skill profile; null if they have none.

        Of the newest 1,000 that ask for any of their skills; none of their own, none for which they
        have applied, none whose deadline has passed. Where scores are equal, the older comes first.
        """
        found = await info.context.transaction(matching.jobs_for, _bounded(first))
        if found is None:
            return None
        return [JobMatch(job=keyed("Job", id), **shown(each)) for id, each in found]

    @strawberry.field
    async def candidate_matches(
        self,
        info: Info,
        job_id: Annotated[strawberry.ID, strawberry.argument(description="The job's id.")],
        first: First = MOST_MATCHES,
    ) -> list[CandidateMatch] | None:
        """The freelancers who go best with a job; null unless it is the viewer's.

        Of the 1,000 best rated who have any of the skills that it asks for. An admin may ask for
        every job. Where scores are equal, the older profile comes first.
        """
        found = await info.context.transaction(
            matching.candidates_for, key_of("Job", job_id), _bounded(first)
        )
        if found is None:
            return None
        return [
            CandidateMatch(skill_profile=keyed("SkillProfile", id), **shown(each))
            for id, each in found
        ]


def _bounded(first: int) -> int:
    if not 1 <= first <= MOST_MATCHES:
        raise BadInput(f"`first` is from 1 to {MOST_MATCHES}.")
    return first
