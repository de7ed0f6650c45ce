"""The forge's fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages
from domains.kernel.stats import stats_of

from .types import (
    Contract,
    ContractFilter,
    Dispute,
    DisputeFilter,
    Job,
    JobApplication,
    JobApplicationFilter,
    JobFilter,
    JobGrouping,
    JobOrder,
    JobStats,
    Milestone,
    MilestoneFilter,
    SkillProfile,
    SkillProfileFilter,
    SkillProfileOrder,
)


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
