"""What family adds to the types of the domains below it."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import pages

from .types import (
    Conversation,
    ConversationFilter,
    ConversationOrder,
    FamilyInteraction,
    FamilyInteractionFilter,
)


@prose.extends(User)
class UserInFamily:
    """A person who talks with the family."""

    conversations: Connection[Conversation] = pages(
        there="user_id", orders=ConversationOrder, where=ConversationFilter
    )
    """Their conversations with the family; empty for anybody but themselves and admins."""

    family_interactions: Connection[FamilyInteraction] = pages(
        there="user_id", where=FamilyInteractionFilter
    )
    """Their moments with the family, newest first; empty for anybody but themselves and admins."""
