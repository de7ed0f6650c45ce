"""Nexus' fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages

from .types import (
    ActivityLog,
    ActivityLogFilter,
    ActivityLogOrder,
    BehaviorProfile,
    Interaction,
    InteractionFilter,
    InteractionOrder,
    Recommendation,
    RecommendationFilter,
    RecommendationOrder,
)


@prose.output
class NexusQuery:
    """What is known of people, what is recommended to them, and what they did."""

    behavior_profile: BehaviorProfile | None = by_id()
    """What was learned of a person."""

    behavior_profiles: Connection[BehaviorProfile] | None = pages()
    """The viewer's own; everybody's for an admin, newest first."""

    recommendation: Recommendation | None = by_id()
    """A thing that may suit a person."""

    recommendations: Connection[Recommendation] | None = pages(
        orders=RecommendationOrder, where=RecommendationFilter
    )
    """What is recommended to the viewer; to everybody for an admin."""

    interaction: Interaction | None = by_id()
    """Something that a person did."""

    interactions: Connection[Interaction] | None = pages(
        orders=InteractionOrder, where=InteractionFilter
    )
    """What the viewer did; what everybody did for an admin."""

    activity_log: ActivityLog | None = by_id()
    """Something that was done to a thing."""

    activity_logs: Connection[ActivityLog] | None = pages(
        orders=ActivityLogOrder, where=ActivityLogFilter
    )
    """What the viewer did to things; what everybody did for an admin."""
