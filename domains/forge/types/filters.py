"""How jobs, those who do them and what they agree on are narrowed and sorted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT

from domains.auth.types import UserFilter
from domains.forge.models import (
    ApplicationStatus,
    ContractStatus,
    DisputeOutcome,
    DisputeStatus,
    JobStatus,
    MilestoneStatus,
)
from domains.kernel import prose
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import NEWEST, ascending, descending, matching, related
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import DecimalRange, Period, between, within
from domains.kernel.read.words import LONGEST_SEARCH, has_words
from domains.kernel.scalars import Currency

for states in (JobStatus, ContractStatus, MilestoneStatus, DisputeStatus, DisputeOutcome):
    prose.enum(states)
prose.enum(ApplicationStatus, name="JobApplicationStatus")


def _has_any(row: Columns, skills: ColumnElement[Any]) -> ColumnElement[bool]:
    return row.skills.overlap(type_coerce(skills, ARRAY(CITEXT)))  # type: ignore[no-any-return]


def _has_all(row: Columns, skills: ColumnElement[Any]) -> ColumnElement[bool]:
    return row.skills.contains(type_coerce(skills, ARRAY(CITEXT)))  # type: ignore[no-any-return]


def _is_due(job: Columns, period: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(within(job.deadline_or_never, period), job.deadline.is_not(None))


@prose.enum
class ContractRole(Enum):
    """On which side of a contract somebody is."""

    EMPLOYER = "employer"
    """The one who pays."""

    FREELANCER = "freelancer"
    """The one who works."""


def _has_role(contract: Columns, role: ContractRole, viewer: ViewerTerms) -> ColumnElement[bool]:
    side = contract.employer_id if role is ContractRole.EMPLOYER else contract.freelancer_id
    return side == viewer.user_id  # type: ignore[no-any-return]


@filters
class JobFilter:
    """Which jobs."""

    search: str | None = matching(
        lambda job, text: has_words(job.search, text), longest=LONGEST_SEARCH
    )
    """Those that have these words, in their skills or elsewhere; also `"a phrase"`, `or`, and `-`
    before a word to leave out."""

    any_skills: list[str] | None = matching(_has_any)
    """Those that ask for at least one of these skills, in whatever case."""

    all_skills: list[str] | None = matching(_has_all)
    """Those that ask for all of these skills, in whatever case."""

    category: str | None = matching(lambda job, category: job.category == category)
    """Those of this field."""

    status: JobStatus | None = matching(lambda job, status: job.status == status)
    """Those in this state."""

    statuses: list[JobStatus] | None = matching(lambda job, states: one_of(job.status, states))
    """Those in one of these states."""

    budget: DecimalRange | None = matching(lambda job, ends: between(job.budget, ends))
    """Those that pay so much, in whatever currency."""

    currency: Currency | None = matching(lambda job, currency: job.currency == currency)
    """Those that pay in this currency."""

    deadline: Period | None = matching(_is_due)
    """Those that must be done by such a time; none that have no deadline."""

    employer_id: strawberry.ID | None = matching(
        lambda job, id: job.employer_id == id, id_of="User"
    )
    """Those of this employer."""

    employer: UserFilter | None = related(here="employer_id")
    """Those of such an employer."""

    applications: JobApplicationFilter | None = related(there="job_id")
    """Those for which there is such an application, among those that the viewer may see."""

    contracts: ContractFilter | None = related(there="job_id")
    """Those for which there is such a contract, among those that the viewer may see."""


@filters
class JobApplicationFilter:
    """Which applications."""

    status: ApplicationStatus | None = matching(lambda offer, status: offer.status == status)
    """Those in this state."""

    statuses: list[ApplicationStatus] | None = matching(
        lambda offer, states: one_of(offer.status, states)
    )
    """Those in one of these states."""

    job: JobFilter | None = related(here="job_id")
    """Those for such a job, among the jobs that the viewer may see."""

    skill_profile: SkillProfileFilter | None = related(here="freelancer_id", there="user_id")
    """Those of such a freelancer, among the profiles that the viewer may see."""


@filters
class ContractFilter:
    """Which contracts."""

    status: ContractStatus | None = matching(lambda contract, status: contract.status == status)
    """Those in this state."""

    statuses: list[ContractStatus] | None = matching(
        lambda contract, states: one_of(contract.status, states)
    )
    """Those in one of these states."""

    role: ContractRole | None = matching(_has_role)
    """Those in which the viewer is on this side."""

    job: JobFilter | None = related(here="job_id")
    """Those about such a job, among the jobs that the viewer may see."""

    milestones: MilestoneFilter | None = related(there="contract_id")
    """Those with such a milestone."""

    disputes: DisputeFilter | None = related(there="contract_id")
    """Those with such a dispute."""


@filters
class MilestoneFilter:
    """Which milestones."""

    status: MilestoneStatus | None = matching(lambda part, status: part.status == status)
    """Those in this state."""

    statuses: list[MilestoneStatus] | None = matching(
        lambda part, states: one_of(part.status, states)
    )
    """Those in one of these states."""

    due_at: Period | None = matching(lambda part, period: within(part.due_at, period))
    """Those that are due at such a time."""

    contract: ContractFilter | None = related(here="contract_id")
    """Those of such a contract."""


@filters
class DisputeFilter:
    """Which disputes."""

    status: DisputeStatus | None = matching(lambda dispute, status: dispute.status == status)
    """Those in this state."""

    statuses: list[DisputeStatus] | None = matching(
        lambda dispute, states: one_of(dispute.status, states)
    )
    """Those in one of these states."""

    contract: ContractFilter | None = related(here="contract_id")
    """Those about such a contract."""


@filters
class SkillProfileFilter:
    """Which freelancers."""

    any_skills: list[str] | None = matching(_has_any)
    """Those who have at least one of these skills, in whatever case."""

    all_skills: list[str] | None = matching(_has_all)
    """Those who have all of these skills, in whatever case."""

    rating: DecimalRange | None = matching(lambda profile, ends: between(profile.rating, ends))
    """Those whose work was rated so well; it is 0 before the first rating."""


@prose.enum
class JobOrder(Enum):
    """How jobs are sorted."""

    NEWEST = NEWEST
    """The latest offered first."""

    BUDGET = ascending("budget")
    """The least paid first; amounts of all currencies are compared as they are."""

    BUDGET_DESC = descending("budget")
    """The best paid first; amounts of all currencies are compared as they are."""

    DEADLINE = ascending("deadline_or_never")
    """The most urgent first; those without a deadline come last."""


@prose.enum
class JobApplicationOrder(Enum):
    """How the applications for a job are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    OLDEST = ascending("id")
    """The earliest first."""

    BID = ascending("bid_amount")
    """The cheapest first."""


@prose.enum
class SkillProfileOrder(Enum):
    """How freelancers are sorted."""

    NEWEST = NEWEST
    """Those who registered last first."""

    RATING = descending("rating")
    """The best rated first."""

    JOBS_COMPLETED = descending("jobs_completed")
    """Those who have done most first."""
