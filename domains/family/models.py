"""The tables of the namespace `family`."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT, JSONB
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, CreatedRow, Row, enum_type

NAMESPACE = "family"


class Mood(StrEnum):
    """How something is said."""

    NEUTRAL = "neutral"
    """Calmly."""

    HAPPY = "happy"
    """Warmly."""

    EXCITED = "excited"
    """With enthusiasm."""

    THOUGHTFUL = "thoughtful"
    """After some thought."""

    CONCERNED = "concerned"
    """With care, because something is wrong."""


class ChatRole(StrEnum):
    """Who says something in a conversation."""

    USER = "user"
    """The person."""

    ASSISTANT = "assistant"
    """The member of the family."""

    SYSTEM = "system"
    """The platform."""


class Sentiment(StrEnum):
    """How a person felt about something."""

    POSITIVE = "positive"
    """Well."""

    NEUTRAL = "neutral"
    """Neither well nor badly."""

    NEGATIVE = "negative"
    """Badly."""


class InteractionKind(StrEnum):
    """How a person and a member of the family met."""

    CHAT = "chat"
    """They talked."""

    GREETING = "greeting"
    """One said hello."""

    CONSULTATION = "consultation"
    """The member was asked for their opinion."""

    MENTION = "mention"
    """The member came up in a talk with another."""

    CELEBRATION = "celebration"
    """They were glad together about something achieved."""


class FamilyMember(ChangingRow, table=True):
    """A character to talk with."""

    __tablename__ = "family_members"
    __table_args__ = (
        CheckConstraint("length(name) between 2 and 50", name="name"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("temperature between 0 and 2", name="temperature"),
        CheckConstraint("jsonb_typeof(relationships) = 'object'", name="relationships"),
        {"schema": NAMESPACE},
    )

    name: str = Field(sa_type=CITEXT, unique=True)
    role: str
    position: int = Field(sa_type=SmallInteger, unique=True)
    """The place in the family, in which it is always shown."""

    traits: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )
    background: str
    relationships: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """Names by what they are to the member: `{"mother": ["Elara"]}`."""

    temperature: Decimal = Field(
        default=Decimal("0.8"),
        sa_type=Numeric(3, 2),
        sa_column_kwargs={"server_default": text("0.8")},
    )
    """How freely a model speaks for the member."""

    avatar: str | None = None


class Conversation(Row, table=True):
    """The one conversation that a person has with a member of the family."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("user_id", "member_id"),
        UniqueConstraint("id", "user_id", "member_id"),
        Index(None, "user_id", "id"),
        Index(None, "user_id", "updated_at", "id"),
        Index(None, "member_id", "id"),
        Index(None, "member_id", "updated_at", "id"),
        Index(None, "updated_at", "id"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    member_id: UUID = Field(foreign_key="family.family_members.id", ondelete="RESTRICT")
    context: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    """What the member keeps in mind of the person."""

    started_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    updated_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )


class Message(CreatedRow, table=True):
    """Something said in a conversation."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq"),
        # Several are written at one moment, so that their times do not tell their order.
        UniqueConstraint("conversation_id", "seq"),
        ForeignKeyConstraint(
            ["conversation_id", "user_id", "member_id"],
            [
                "family.conversations.id",
                "family.conversations.user_id",
                "family.conversations.member_id",
            ],
            ondelete="CASCADE",
        ),
        Index(None, "user_id", "id"),
        Index(None, "user_id", "created_at"),
        Index(None, "member_id", "id"),
        Index(
            "messages_content_words_idx",
            text("to_tsvector('english', content)"),
            postgresql_using="gin",
        ),
        {"schema": NAMESPACE},
    )

    conversation_id: UUID
    user_id: UUID
    """The conversation's, so that seeing a message needs no look at its conversation."""

    member_id: UUID
    """The conversation's as well."""

    seq: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    role: ChatRole = Field(sa_type=enum_type(ChatRole, "chat_role", NAMESPACE))
    content: str
    mood: Mood = Field(
        default=Mood.NEUTRAL,
        sa_type=enum_type(Mood, "mood", NAMESPACE),
        sa_column_kwargs={"server_default": text("'neutral'")},
    )
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )


class FamilyInteraction(CreatedRow, table=True):
    """A moment that a person and a member of the family had together."""

    __tablename__ = "family_interactions"
    __table_args__ = (
        Index(None, "user_id", "id"),
        Index(None, "user_id", "created_at"),
        Index(None, "member_id", "id"),
        Index(None, "interaction", "id"),
        Index(None, "created_at"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    member_id: UUID = Field(foreign_key="family.family_members.id", ondelete="RESTRICT")
    interaction: InteractionKind = Field(
        sa_type=enum_type(InteractionKind, "interaction_kind", NAMESPACE)
    )
    sentiment: Sentiment | None = Field(
        default=None, sa_type=enum_type(Sentiment, "sentiment", NAMESPACE)
    )
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
