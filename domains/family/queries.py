"""Family's fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import ascending, by_id, pages, rows

from .types import (
    Conversation,
    ConversationFilter,
    ConversationOrder,
    FamilyInteraction,
    FamilyInteractionFilter,
    FamilyMember,
    FamilyMessage,
    FamilyMessageFilter,
)


@prose.output
class FamilyQuery:
    """The family, and the talks with it."""

    family_member: FamilyMember | None = by_id()
    """A member of the family."""

    family_members: list[FamilyMember] | None = rows(
        order=ascending("position", unique=True), size=20
    )
    """The family, in its order."""

    conversation: Conversation | None = by_id()
    """A conversation of the viewer's."""

    conversations: Connection[Conversation] | None = pages(
        orders=ConversationOrder, where=ConversationFilter
    )
    """The viewer's conversations with the family; everybody's for an admin."""

    family_message: FamilyMessage | None = by_id()
    """Something said in one of the viewer's conversations."""

    family_messages: Connection[FamilyMessage] | None = pages(where=FamilyMessageFilter)
    """What was said in all of the viewer's conversations, newest first; everybody's for an admin.
    """

    family_interaction: FamilyInteraction | None = by_id()
    """A moment that the viewer had with a member of the family."""

    family_interactions: Connection[FamilyInteraction] | None = pages(where=FamilyInteractionFilter)
    """The viewer's moments with the family, newest first; everybody's for an admin."""
