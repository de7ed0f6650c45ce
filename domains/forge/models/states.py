"""The states of work and of its money."""

from enum import StrEnum


class JobStatus(StrEnum):
    """How far a job is."""

    OPEN = "open"
    """Whoever has the skills may apply."""

    IN_PROGRESS = "in_progress"
    """Somebody was chosen, and works on it."""

    COMPLETED = "completed"
    """Done."""

    CANCELLED = "cancelled"
    """Given up."""


class ApplicationStatus(StrEnum):
    """What became of an application."""

    PENDING = "pending"
    """The employer has not decided."""

    ACCEPTED = "accepted"
    """The job went to this freelancer."""

    REJECTED = "rejected"
    """The job did not go to this freelancer."""

    WITHDRAWN = "withdrawn"
    """The freelancer wants the job no more."""


class ContractStatus(StrEnum):
    """Where a contract stands."""

    ACTIVE = "active"
    """Work goes on."""

    COMPLETED = "completed"
    """Every milestone is settled, but for those that were given up before they were funded."""

    DISPUTED = "disputed"
    """At least one dispute is not settled."""

    CANCELLED = "cancelled"
    """Ended before any milestone was funded."""


class MilestoneStatus(StrEnum):
    """Where a part of the work stands, and its money with it."""

    PENDING = "pending"
    """Agreed; its money is still the employer's."""

    FUNDED = "funded"
    """Its money is in escrow, and the work can begin."""

    SUBMITTED = "submitted"
    """Handed in, and waiting for the employer."""

    CHANGES_REQUESTED = "changes_requested"
    """Handed back to the freelancer."""

    APPROVED = "approved"
    """Good; its money is on the way to the freelancer."""

    RELEASED = "released"
    """Its money is the freelancer's."""

    REFUNDED = "refunded"
    """Its money is the employer's again."""

    DISPUTED = "disputed"
    """The two disagree, and nothing moves until that is settled."""

    RESOLVED = "resolved"
    """An admin has divided its money."""

    CANCELLED = "cancelled"
    """Given up before it was funded."""


class DisputeStatus(StrEnum):
    """What became of a dispute."""

    OPEN = "open"
    """Nobody has decided it."""

    ESCALATED = "escalated"
    """It has been open for long, and an admin must look at it now."""

    RESOLVED = "resolved"
    """An admin has decided it."""

    WITHDRAWN = "withdrawn"
    """Whoever raised it has taken it back."""


class DisputeOutcome(StrEnum):
    """How an admin decides a dispute."""

    RELEASE = "release"
    """All of the money is the freelancer's."""

    REFUND = "refund"
    """All of it is the employer's again."""

    SPLIT = "split"
    """Both get a part."""

    REWORK = "rework"
    """Nothing moves: the freelancer works on."""
