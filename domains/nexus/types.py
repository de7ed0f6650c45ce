"""What nexus shows: what is known of a person, what is recommended to them, and what they did."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

import strawberry

from domains.auth.types import User
from domains.education.types import Course, CourseFilter
from domains.forge.types import Job, JobFilter
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.read.declarations import (
    NEWEST,
    ascending,
    descending,
    embedded,
    expression,
    matching,
    node,
    one,
    pages,
    related,
)
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import Period, within
from domains.kernel.scalars import OpenJSON

from . import models
from .models import InteractionType, RecommendationStatus, RecommendationType

prose.enum(InteractionType)
prose.enum(RecommendationStatus)
prose.enum(RecommendationType)


@filters
class RecommendationFilter:
    """Which recommendations."""

    status: RecommendationStatus | None = matching(lambda row, status: row.status == status)
    """Those of which this became."""

    statuses: list[RecommendationStatus] | None = matching(
        lambda row, statuses: one_of(row.status, statuses)
    )
    """Those of which one of these became."""

    type: RecommendationType | None = matching(lambda row, type: row.type == type)
    """Those of this kind of thing."""

    types: list[RecommendationType] | None = matching(lambda row, types: one_of(row.type, types))
    """Those of one of these kinds of things."""

    course: CourseFilter | None = related(here="course_id")
    """Those of such a course."""

    job: JobFilter | None = related(here="job_id")
    """Those of such a job."""

    user_id: strawberry.ID | None = matching(lambda row, id: row.user_id == id, id_of="User")
    """Those made to this person."""


@prose.enum
class RecommendationOrder(Enum):
    """How recommendations are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    SCORE_DESC = descending("score")
    """The most fitting first."""


@filters
class InteractionFilter:
    """Which interactions."""

    type: InteractionType | None = matching(lambda row, type: row.type == type)
    """Those of this kind."""

    types: list[InteractionType] | None = matching(lambda row, types: one_of(row.type, types))
    """Those of one of these kinds."""

    occurred_at: Period | None = matching(lambda row, period: within(row.occurred_at, period))
    """Those that happened in this time."""

    user_id: strawberry.ID | None = matching(lambda row, id: row.user_id == id, id_of="User")
    """Those of this person."""


@prose.enum
class InteractionOrder(Enum):
    """How interactions are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    OLDEST = ascending("id")
    """The earliest first."""


@filters
class ActivityLogFilter:
    """Which activities."""

    action: str | None = matching(lambda log, action: log.action == action)
    """Those of this name."""

    entity_type: str | None = matching(lambda log, type: log.entity_type == type)
    """Those done to things of this kind."""

    entity_reference: str | None = matching(lambda log, reference: log.entity_id == reference)
    """Those done to the thing of this reference."""

    created_at: Period | None = matching(lambda log, period: within(log.created_at, period))
    """Those done in this time."""

    user_id: strawberry.ID | None = matching(lambda log, id: log.user_id == id, id_of="User")
    """Those done by this person."""


@prose.enum
class ActivityLogOrder(Enum):
    """How activities are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    OLDEST = ascending("id")
    """The earliest first."""


@node(models.UserProfile)
@prose.output
class BehaviorProfile(Node):
    """What the platform has learned of a person's likings and habits."""

    preferences: OpenJSON
    """What they like, by their own word."""

    behavior: OpenJSON
    """What they do, as it was observed."""

    demographics: OpenJSON | None
    """Who they are, as far as they told; null if nothing."""

    created_at: datetime
    """When it was begun."""

    updated_at: datetime
    """When it last changed."""

    user: User | None = one(here="user_id")
    """Whom it describes."""

    recommendations: Connection[Recommendation] = pages(
        here="user_id", there="user_id", orders=RecommendationOrder, where=RecommendationFilter
    )
    """What was recommended to them."""

    interactions: Connection[Interaction] = pages(
        here="user_id", there="user_id", orders=InteractionOrder, where=InteractionFilter
    )
    """What they did."""


@node(models.Recommendation)
@prose.output
class Recommendation(Node):
    """A thing that may suit a person."""

    type: RecommendationType
    """What kind of thing it is."""

    item_name: str
    """What the thing was called when it was recommended."""

    item_reference: str | None = expression(lambda row, _viewer: row.item_id)
    """The thing, as those who offer it refer to it; null for a course or a job."""

    score: Decimal
    """How well it fits, from 0 to 1."""

    context: OpenJSON
    """What it was concluded from."""

    status: RecommendationStatus
    """What became of it."""

    expires_at: datetime | None
    """Until when it holds; null for no end."""

    created_at: datetime
    """When it was made."""

    updated_at: datetime
    """When it last changed."""

    user: User | None = one(here="user_id")
    """To whom it was made."""

    course: Course | None = one(here="course_id")
    """The course that is recommended; null for other things."""

    job: Job | None = one(here="job_id")
    """The job that is recommended; null for other things."""

    interactions: Connection[Interaction] = pages(
        there="recommendation_id", orders=InteractionOrder, where=InteractionFilter
    )
    """What the person did with it."""


@node(models.Interaction)
@prose.output
class Interaction(Node):
    """Something that a person did with a thing."""

    type: InteractionType
    """What they did."""

    item_reference: str | None = expression(lambda row, _viewer: row.item_id)
    """The thing, as those who offer it refer to it; null for a course or a job."""

    details: OpenJSON
    """More of it, in the form of the part that noted it."""

    occurred_at: datetime
    """When it happened."""

    user: User | None = one(here="user_id")
    """Who did it."""

    recommendation: Recommendation | None = one(here="recommendation_id")
    """The recommendation that led to it; null if none did."""

    course: Course | None = one(here="course_id")
    """The course that it was done with; null for other things."""

    job: Job | None = one(here="job_id")
    """The job that it was done with; null for other things."""


@prose.output
class ActivityEntity:
    """A thing that something was done to."""

    type: str
    """What kind of thing it is."""

    reference: str
    """Which one, as its kind is referred to."""


@node(models.AuditLog)
@prose.output
class ActivityLog(Node):
    """Something that was done to a thing; it is never changed."""

    action: str
    """What was done."""

    entity: ActivityEntity = embedded(type="entity_type", reference="entity_id")
    """What it was done to."""

    details: OpenJSON
    """More of it, in the form of the part that noted it."""

    created_at: datetime
    """When it was done."""

    user: User | None = one(here="user_id")
    """Who did it; null for the platform itself, and for those who are gone."""
