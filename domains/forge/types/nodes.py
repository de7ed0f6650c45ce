"""Jobs, those who do them, and what the two agree on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement

from domains.auth.types import User
from domains.forge import models
from domains.forge.models import (
    ApplicationStatus,
    ContractStatus,
    DisputeOutcome,
    DisputeStatus,
    JobStatus,
    MilestoneStatus,
)
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import ascending, embedded, many, node, one, pages
from domains.kernel.read.totals import total
from domains.kernel.scalars import Money
from domains.mint.types import Transaction, Wallet

from .filters import (
    ContractFilter,
    DisputeFilter,
    JobApplicationFilter,
    JobApplicationOrder,
)


def released_of(contract: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    """What was paid for the work of a contract's milestones."""
    part = models.Milestone.__table__.alias("part")  # type: ignore[attr-defined]
    return total(part.c.released, part.c.contract_id == contract.id)


@node(models.Job)
@prose.output
class Job(Node):
    """Work that an employer has to give."""

    title: str
    """What is to be done, in a few words."""

    description: str
    """What is to be done, and how."""

    category: str
    """The field that it belongs to."""

    skills: list[str]
    """What it takes, as the employer wrote it."""

    budget: Money = embedded(amount="budget", currency="currency")
    """What it is worth to the employer."""

    status: JobStatus
    """How far it is."""

    deadline: datetime | None
    """By when it must be done; null if it may take its time."""

    created_at: datetime
    """When it was offered."""

    updated_at: datetime
    """When it last changed."""

    employer: User | None = one(here="employer_id")
    """Who pays for it."""

    applications: Connection[JobApplication] = pages(
        there="job_id", orders=JobApplicationOrder, where=JobApplicationFilter
    )
    """Who wants it: everybody for its employer, oneself for a freelancer."""

    contracts: Connection[Contract] = pages(there="job_id", where=ContractFilter)
    """What was agreed on with those who got it, newest first; at most one of them is running."""


@node(models.Application)
@prose.output
class JobApplication(Node):
    """A freelancer's offer to do a job."""

    proposal: str
    """Why it should be them, and how they would do it."""

    bid: Money = embedded(amount="bid_amount", currency="currency")
    """What they would do it for, in the job's currency."""

    status: ApplicationStatus
    """What became of it."""

    created_at: datetime
    """When it was made."""

    updated_at: datetime
    """When it last changed."""

    job: Job | None = one(here="job_id")
    """The job that they apply for."""

    freelancer: User | None = one(here="freelancer_id")
    """Who applies; null for an employer, who knows them by their skill profile, unless they are
    public."""

    skill_profile: SkillProfile | None = one(here="freelancer_id", there="user_id")
    """What they can do; null if they do not say."""

    contract: Contract | None = one(here="id", there="application_id")
    """What it led to; null unless it was accepted."""


@node(models.Contract)
@prose.output
class Contract(Node):
    """What an employer and a freelancer have agreed on."""

    amount: Money = embedded(amount="amount", currency="currency")
    """What all of the work costs; its milestones come to no more."""

    released: Money = embedded(amount=released_of, currency="currency")
    """What was paid for the work so far; the platform's fees are a part of that."""

    fee_bps: int
    """What part of the freelancer's money is the platform's, in basis points."""

    status: ContractStatus
    """Where it stands."""

    rating: int | None
    """What the employer thought of the work, from 1 to 5; null if they did not say."""

    started_at: datetime
    """When work could begin."""

    ended_at: datetime | None
    """When it was completed or cancelled; null until then."""

    updated_at: datetime
    """When it last changed."""

    job: Job | None = one(here="job_id")
    """The job that it is about."""

    application: JobApplication | None = one(here="application_id")
    """The offer that was accepted."""

    employer: User | None = one(here="employer_id")
    """Who pays."""

    freelancer: User | None = one(here="freelancer_id")
    """Who works; null for the employer, who knows them by their skill profile, unless they are
    public."""

    skill_profile: SkillProfile | None = one(here="freelancer_id", there="user_id")
    """What the freelancer can do; null if they do not say."""

    escrow: Wallet | None = one(here="escrow_wallet_id")
    """Where its money waits; null until a milestone was funded."""

    milestones: list[Milestone] = many(
        there="contract_id", order=ascending("position", unique=True), size=50
    )
    """The parts of the work, in order."""

    disputes: Connection[Dispute] = pages(there="contract_id", where=DisputeFilter)
    """Where the two disagreed, newest first."""


@node(models.Milestone)
@prose.output
class Milestone(Node):
    """A part of a contract's work, paid for when it is good."""

    position: int
    """Its place in the contract, from 1."""

    description: str
    """What is to be handed in."""

    amount: Money = embedded(amount="amount", currency="currency")
    """What it costs."""

    released: Money = embedded(amount="released", currency="currency")
    """What was paid for the work of that; 0 until it is settled."""

    fee: Money = embedded(amount="fee", currency="currency")
    """What of that was the platform's fee; the rest came to the freelancer."""

    refunded: Money = embedded(amount="refunded", currency="currency")
    """What the employer got back of that; 0 until it is settled."""

    status: MilestoneStatus
    """Where it stands, and its money with it."""

    due_at: datetime | None
    """By when it should be handed in; null if nothing was said."""

    submitted_at: datetime | None
    """When it was last handed in; null until then."""

    auto_release_at: datetime | None
    """When the employer's silence counts as approval; null unless it waits for them. In a dispute
    that time stands still."""

    created_at: datetime
    """When it was agreed on."""

    updated_at: datetime
    """When it last changed."""

    contract: Contract | None = one(here="contract_id")
    """The contract that it is a part of."""

    settlement: Transaction | None = one(here="settlement_transaction_id")
    """The movement that took its money out of escrow, the first if there were several; null until
    then."""

    disputes: Connection[Dispute] = pages(there="milestone_id", where=DisputeFilter)
    """Where the two disagreed about it, newest first; at most one of them is open."""


@node(models.Dispute)
@prose.output
class Dispute(Node):
    """A disagreement about a milestone, whose money stays where it is until it ends."""

    reason: str
    """What is wrong, in the words of the one who raised it."""

    status: DisputeStatus
    """What became of it."""

    outcome: DisputeOutcome | None
    """How it was decided; null unless it is resolved."""

    resolution: str | None
    """What was decided, and why; null unless it is resolved."""

    award_bps: int | None
    """What part of the money is for the work, from 0 to 10000 for all; null unless it is resolved
    and something moved."""

    created_at: datetime
    """When it was raised."""

    escalated_at: datetime | None
    """When it had been open for too long; null if it was not."""

    resolved_at: datetime | None
    """When it was decided; null if it was not."""

    withdrawn_at: datetime | None
    """When it was taken back; null if it was not."""

    updated_at: datetime
    """When it last changed."""

    milestone: Milestone | None = one(here="milestone_id")
    """The work that it is about."""

    contract: Contract | None = one(here="contract_id")
    """The contract that the work is a part of."""

    raised_by: User | None = one(here="raised_by_id")
    """Who is not content: the employer or the freelancer; null for an employer if it is the
    freelancer."""

    resolved_by: User | None = one(here="resolved_by_id")
    """Who decided it; shown to admins only."""


@node(models.SkillProfile)
@prose.output
class SkillProfile(Node):
    """A person as a freelancer; shown to employers."""

    name: str
    """The name under which they offer work."""

    headline: str | None
    """What they do, in a few words."""

    skills: list[str]
    """What they can do, as they wrote it."""

    rating: Decimal
    """The mean of the ratings of their work, from 1 to 5 with two decimals; 0 before the first."""

    rating_count: int
    """How many ratings there are."""

    jobs_completed: int
    """How many jobs they have done that brought them money."""

    total_earned: Money = embedded(amount="total_earned", currency="currency")
    """What they have earned with jobs in this currency; what they got in others is no part of
    it."""

    created_at: datetime
    """When they began to offer work."""

    updated_at: datetime
    """When it last changed."""

    user: User | None = one(here="user_id")
    """Their account; null for an employer unless they are public, as other employers are."""

    applications: Connection[JobApplication] = pages(
        here="user_id", there="freelancer_id", where=JobApplicationFilter
    )
    """The jobs that they want, newest first; for an employer, of their own jobs."""

    contracts: Connection[Contract] = pages(
        here="user_id", there="freelancer_id", where=ContractFilter
    )
    """What they have agreed on, newest first; for an employer, with themselves."""
