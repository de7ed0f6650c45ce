"""Why the forge refuses what concerns jobs and those who want them."""

from uuid import UUID

import strawberry

from domains.forge.models import ApplicationStatus, JobStatus
from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class JobNotFound(UserError):
    """There is no such job, or the viewer may not see it."""

    message: str = "Job not found."


@prose.output
class JobNotOpen(UserError):
    """Only an open job can be changed, given up, applied for or given to somebody."""

    message: str = "This job is not open any more."

    status: JobStatus
    """How far it is."""


@prose.output
class JobTermsFixed(UserError):
    """Somebody has applied for the job, and what it pays is what they made their offer for."""

    message: str = "What this job pays cannot change once somebody has applied for it."


@prose.output
class DeadlinePassed(UserError):
    """The job should have been done by now."""

    message: str = "The deadline of this job has passed."


@prose.output
class MomentPassed(UserError):
    """Something is to be done by a moment that is not in the future."""

    message: str = "This moment is not in the future."


@prose.output
class WordingInvalid(UserError):
    """The text is too short, too long, or holds characters that cannot be shown."""

    message: str = "This text cannot be used."

    minimum: int
    """How many characters it needs at least, spaces around it not counted."""

    maximum: int
    """How many characters it may have at most."""


@prose.output
class SkillsInvalid(UserError):
    """There are too many skills, or one of them is empty, too long or cannot be shown."""

    message: str = "These skills cannot be used."

    maximum: int
    """How many there may be."""

    longest: int
    """How many characters each may have."""


@prose.output
class OwnJob(UserError):
    """Nobody works for themselves."""

    message: str = "You cannot apply for your own job."


@prose.output
class AlreadyApplied(UserError):
    """A freelancer applies for a job once."""

    message: str = "You have applied for this job already."

    application_id: strawberry.Private[UUID]


@prose.output
class ApplicationNotFound(UserError):
    """There is no such application, or the viewer may not see it."""

    message: str = "Application not found."


@prose.output
class ApplicationNotPending(UserError):
    """The application was decided on or withdrawn."""

    message: str = "This application is not pending any more."

    status: ApplicationStatus
    """What became of it."""


@prose.output
class FreelancerUnavailable(UserError):
    """The account of the one who applied is closed."""

    message: str = "This freelancer is not available any more."
