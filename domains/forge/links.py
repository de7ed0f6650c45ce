"""What the forge adds to the types of the domains below it."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import one, pages

from .types import (
    Contract,
    ContractFilter,
    Job,
    JobApplication,
    JobApplicationFilter,
    JobFilter,
    JobOrder,
    SkillProfile,
)


@prose.extends(User)
class UserInForge:
    """A person who gives or does work."""

    skill_profile: SkillProfile | None = one(here="id", there="user_id")
    """The person as a freelancer; null if they are none."""

    jobs: Connection[Job] = pages(there="employer_id", orders=JobOrder, where=JobFilter)
    """The jobs that they offer."""

    job_applications: Connection[JobApplication] = pages(
        there="freelancer_id", where=JobApplicationFilter
    )
    """The jobs that they want, newest first; for an employer, of their own jobs."""

    contracts: Connection[Contract] = pages(
        there=("employer_id", "freelancer_id"), where=ContractFilter
    )
    """What they have agreed on, on either side, newest first; with the viewer, unless that is
    themselves."""
