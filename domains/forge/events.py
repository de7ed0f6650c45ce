"""What the forge tells the other domains."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domains.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPosted(Event):
    """Somebody offers work."""

    topic: ClassVar[str] = "forge.job.posted"
    aggregate: ClassVar[str] = "job_id"

    job_id: UUID
    employer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelled(Event):
    """An employer has given up a job that nobody had got; who had applied is told one by one."""

    topic: ClassVar[str] = "forge.job.cancelled"
    aggregate: ClassVar[str] = "job_id"

    job_id: UUID
    employer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    """Something happened to an application."""

    aggregate: ClassVar[str] = "application_id"

    application_id: UUID
    job_id: UUID
    employer_id: UUID
    freelancer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSubmitted(Offered):
    """A freelancer wants a job."""

    topic: ClassVar[str] = "forge.application.submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(Offered):
    """A freelancer wants a job no more."""

    topic: ClassVar[str] = "forge.application.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRejected(Offered):
    """A freelancer does not get a job: it went to another, was given up, or they will not do."""

    topic: ClassVar[str] = "forge.application.rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Event):
    """Something happened to a contract."""

    aggregate: ClassVar[str] = "contract_id"

    contract_id: UUID
    job_id: UUID
    employer_id: UUID
    freelancer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractStarted(Agreed):
    """An application was accepted."""

    topic: ClassVar[str] = "forge.contract.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCompleted(Agreed):
    """Every milestone is settled, and the job is done."""

    topic: ClassVar[str] = "forge.contract.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCancelled(Agreed):
    """A contract ended before any of its money had moved, and its job with it."""

    topic: ClassVar[str] = "forge.contract.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRated(Agreed):
    """The employer has said what they thought of the work."""

    topic: ClassVar[str] = "forge.contract.rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked(Event):
    """Something happened to a milestone; what happens to those of one contract is told in order."""

    aggregate: ClassVar[str] = "contract_id"

    milestone_id: UUID
    contract_id: UUID
    employer_id: UUID
    freelancer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneFunded(Worked):
    """Its money is in escrow, and the work can begin."""

    topic: ClassVar[str] = "forge.milestone.funded"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneSubmitted(Worked):
    """The freelancer has handed it in."""

    topic: ClassVar[str] = "forge.milestone.submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesRequested(Worked):
    """The employer has handed it back."""

    topic: ClassVar[str] = "forge.milestone.changes_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneReleased(Worked):
    """Its money is the freelancer's: the employer approved, or was silent for too long."""

    topic: ClassVar[str] = "forge.milestone.released"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRefunded(Worked):
    """Its money is the employer's again, as the freelancer agreed."""

    topic: ClassVar[str] = "forge.milestone.refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed(Worked):
    """Something happened to a dispute."""

    dispute_id: UUID
    raised_by_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRaised(Disputed):
    """One of the two is not content, and the money stays where it is."""

    topic: ClassVar[str] = "forge.dispute.raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWithdrawn(Disputed):
    """Who raised a dispute has taken it back."""

    topic: ClassVar[str] = "forge.dispute.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeEscalated(Disputed):
    """A dispute has been open for too long, and an admin must look at it now."""

    topic: ClassVar[str] = "forge.dispute.escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeResolved(Disputed):
    """An admin has decided a dispute."""

    topic: ClassVar[str] = "forge.dispute.resolved"
