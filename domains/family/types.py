"""What family shows: its members, and what people talk about with them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

import strawberry

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.read.declarations import (
    NEWEST,
    ascending,
    descending,
    matching,
    node,
    one,
    pages,
    related,
)
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import Period, within
from domains.kernel.read.words import LONGEST_SEARCH, has_words
from domains.kernel.scalars import OpenJSON

from . import models
from .models import ChatRole, InteractionKind, Mood, Sentiment

prose.enum(Mood)
prose.enum(ChatRole, name="FamilyChatRole")
prose.enum(Sentiment)
prose.enum(InteractionKind, name="FamilyInteractionKind")


@filters
class ConversationFilter:
    """Which conversations."""

    member_id: strawberry.ID | None = matching(
        lambda talk, id: talk.member_id == id, id_of="FamilyMember"
    )
    """Those with this member of the family."""

    updated_at: Period | None = matching(lambda talk, period: within(talk.updated_at, period))
    """Those in which something was last said at such a time."""

    messages: FamilyMessageFilter | None = related(there="conversation_id")
    """Those in which such a thing was said."""


@filters
class FamilyMessageFilter:
    """Which messages."""

    search: str | None = matching(
        lambda message, text: has_words(message.content, text), longest=LONGEST_SEARCH
    )
    """Those that have these words; also `"a phrase"`, `or`, and `-` before a word to leave out."""

    member_id: strawberry.ID | None = matching(
        lambda message, id: message.member_id == id, id_of="FamilyMember"
    )
    """Those of the conversation with this member of the family."""

    role: ChatRole | None = matching(lambda message, role: message.role == role)
    """Those that were said by such a one."""

    created_at: Period | None = matching(lambda message, period: within(message.created_at, period))
    """Those that were said at such a time."""

    conversation: ConversationFilter | None = related(here="conversation_id")
    """Those of such a conversation."""


@filters
class FamilyInteractionFilter:
    """Which moments."""

    interaction: InteractionKind | None = matching(lambda row, kind: row.interaction == kind)
    """Those of this kind."""

    interactions: list[InteractionKind] | None = matching(
        lambda row, kinds: one_of(row.interaction, kinds)
    )
    """Those of one of these kinds."""

    sentiment: Sentiment | None = matching(lambda row, sentiment: row.sentiment == sentiment)
    """Those in which the person felt so."""

    member_id: strawberry.ID | None = matching(
        lambda row, id: row.member_id == id, id_of="FamilyMember"
    )
    """Those with this member of the family."""

    created_at: Period | None = matching(lambda row, period: within(row.created_at, period))
    """Those at such a time."""


@prose.enum
class ConversationOrder(Enum):
    """How conversations are sorted."""

    RECENT = descending("updated_at")
    """Those in which something was said last first."""

    NEWEST = NEWEST
    """The latest begun first."""


@prose.enum
class FamilyMessageOrder(Enum):
    """How the messages of a conversation are sorted."""

    SPOKEN = ascending("seq", unique=True)
    """As they were said; `last` gives the latest of them."""

    LATEST = descending("seq")
    """The last one first."""


@node(models.FamilyMember)
@prose.output
class FamilyMember(Node):
    """A character to talk with."""

    name: str
    """What they are called."""

    role: str
    """What they are in the family, and what they help with."""

    position: int
    """Their place in the family, from 1."""

    traits: list[str]
    """What they are like, in single words."""

    background: str
    """Who they are, in a few sentences."""

    relationships: OpenJSON
    """Lists of names by what those people are to them, such as `{"mother": ["Elara"]}`."""

    temperature: Decimal
    """How freely a model speaks for them: from 0, always the same, to 2."""

    avatar: str | None
    """The address of a picture."""

    conversations: Connection[Conversation] = pages(there="member_id", where=ConversationFilter)
    """The viewer's conversation with them, newest first; everybody's for an admin."""

    interactions: Connection[FamilyInteraction] = pages(
        there="member_id", where=FamilyInteractionFilter
    )
    """The moments that the viewer had with them, newest first; everybody's for an admin."""


@node(models.Conversation)
@prose.output
class Conversation(Node):
    """The one conversation that a person has with a member of the family."""

    context: OpenJSON
    """What the member keeps in mind of the person."""

    started_at: datetime
    """When it began."""

    updated_at: datetime
    """When something was last said."""

    user: User | None = one(here="user_id")
    """Whose it is."""

    member: FamilyMember | None = one(here="member_id")
    """With whom."""

    messages: Connection[FamilyMessage] = pages(
        there="conversation_id", orders=FamilyMessageOrder, where=FamilyMessageFilter
    )
    """What was said in it."""


@node(models.Message)
@prose.output
class FamilyMessage(Node):
    """Something said in a conversation with a member of the family."""

    seq: int
    """Its place in the conversation, from 1."""

    role: ChatRole
    """Who said it."""

    content: str
    """What was said."""

    mood: Mood
    """How it was said."""

    details: OpenJSON
    """What else is known of how it came about."""

    created_at: datetime
    """When it was said."""

    conversation: Conversation | None = one(here="conversation_id")
    """Where it was said."""

    member: FamilyMember | None = one(here="member_id")
    """With whom the conversation is."""

    user: User | None = one(here="user_id")
    """Whose conversation it is."""


@node(models.FamilyInteraction)
@prose.output
class FamilyInteraction(Node):
    """A moment that a person and a member of the family had together."""

    interaction: InteractionKind
    """How they met."""

    sentiment: Sentiment | None
    """How the person felt about it, where that is known."""

    details: OpenJSON
    """What else is known of it."""

    created_at: datetime
    """When it was."""

    user: User | None = one(here="user_id")
    """Whose it is."""

    member: FamilyMember | None = one(here="member_id")
    """With whom."""
