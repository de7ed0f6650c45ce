"""What nexus adds to the types of the domains below it."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import one, pages

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


@prose.extends(User)
class UserInNexus:
    """A person whom the platform gets to know; shown to themselves and to admins only."""

    behavior_profile: BehaviorProfile | None = one(here="id", there="user_id")
    """What was learned of them; null for anybody but themselves and admins."""

    recommendations: Connection[Recommendation] = pages(
        there="user_id", orders=RecommendationOrder, where=RecommendationFilter
    )
    """What is recommended to them; empty for anybody but themselves and admins."""

    interactions: Connection[Interaction] = pages(
        there="user_id", orders=InteractionOrder, where=InteractionFilter
    )
    """What they did; empty for anybody but themselves and admins."""

    activity_logs: Connection[ActivityLog] = pages(
        there="user_id", orders=ActivityLogOrder, where=ActivityLogFilter
    )
    """What they did to things; empty for anybody but themselves and admins."""
