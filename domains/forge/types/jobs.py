"""What the mutations of jobs and applications take and answer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import strawberry

from domains.forge.errors.jobs import AlreadyApplied
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.node import keyed
from domains.kernel.scalars import Currency

from .nodes import Job, JobApplication


@prose.extends(AlreadyApplied)
class AlreadyAppliedWith:
    """What stands in the way."""

    @strawberry.field
    def application(self, root: strawberry.Parent[AlreadyApplied]) -> JobApplication | None:
        """The application that there is."""
        return keyed("JobApplication", root.application_id)  # type: ignore[no-any-return]


@prose.input
class JobCreateInput:
    """Work to give."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it makes no second
    job."""

    title: str
    """What is to be done, in 3 to 200 characters."""

    description: str
    """What is to be done, and how; 3 to 10,000 characters, in lines."""

    category: str
    """The field that it belongs to; 2 to 100 characters."""

    skills: list[str] = strawberry.field(default_factory=list)
    """What it takes: at most 50 skills of at most 50 characters each. Upper and lower case are one,
    and what is named twice counts once."""

    budget: Decimal
    """What it is worth, more than 0."""

    currency: Currency = Currency.AZR
    """What it is paid in."""

    deadline: datetime | None = None
    """By when it must be done, in the future; null if it may take its time."""


@prose.output
class JobCreatePayload(Payload):
    """What `jobCreate` answers."""

    job: Job | None = None
    """The job, which is open."""


@prose.input
class JobUpdateInput:
    """What to change of a job. What is left out stays, and only the deadline can be null."""

    job_id: strawberry.ID
    """An open job of the viewer's."""

    title: strawberry.Maybe[str | None] = None
    """What is to be done, in 3 to 200 characters."""

    description: strawberry.Maybe[str | None] = None
    """What is to be done, and how; 3 to 10,000 characters, in lines."""

    category: strawberry.Maybe[str | None] = None
    """The field that it belongs to; 2 to 100 characters."""

    skills: strawberry.Maybe[list[str] | None] = None
    """What it takes, in place of what was asked for before: at most 50 skills of at most 50
    characters each."""

    budget: strawberry.Maybe[Decimal | None] = None
    """What it is worth, more than 0; as it is once somebody has applied."""

    currency: strawberry.Maybe[Currency | None] = None
    """What it is paid in; as it is once somebody has applied."""

    deadline: strawberry.Maybe[datetime | None] = None
    """By when it must be done, in the future; null if it may take its time."""


@prose.output
class JobUpdatePayload(Payload):
    """What `jobUpdate` answers."""

    job: Job | None = None
    """The job as it is now."""


@prose.input
class JobCancelInput:
    """Work that nobody is to do any more."""

    job_id: strawberry.ID
    """An open job of the viewer's."""


@prose.output
class JobCancelPayload(Payload):
    """What `jobCancel` answers."""

    job: Job | None = None
    """The job, which is cancelled."""


@prose.input
class JobApplyInput:
    """An offer to do a job."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it is the same
    offer."""

    job_id: strawberry.ID
    """An open job whose deadline has not passed."""

    proposal: str
    """Why it should be the viewer, and how they would do it; 3 to 5,000 characters, in lines."""

    bid: Decimal
    """What they would do it for, more than 0, in the job's currency."""


@prose.output
class JobApplyPayload(Payload):
    """What `jobApply` answers."""

    application: JobApplication | None = None
    """The application, which is pending."""


@prose.input
class ApplicationWithdrawInput:
    """An offer to take back."""

    application_id: strawberry.ID
    """A pending application of the viewer's."""


@prose.output
class ApplicationWithdrawPayload(Payload):
    """What `applicationWithdraw` answers."""

    application: JobApplication | None = None
    """The application, which is withdrawn."""


@prose.input
class ApplicationRejectInput:
    """An offer to turn down."""

    application_id: strawberry.ID
    """A pending application for a job of the viewer's."""


@prose.output
class ApplicationRejectPayload(Payload):
    """What `applicationReject` answers."""

    application: JobApplication | None = None
    """The application, which is rejected."""
