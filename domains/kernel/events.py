"""Facts that one domain tells the others, kept in the same transaction as the change itself."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from .policy import anybody, nobody, protect
from .row import CreatedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that has happened. Its name is in the past tense, and it carries ids, not rows."""

    topic: ClassVar[str]
    """`domain.thing.happened`."""

    aggregate: ClassVar[str]
    """The field that names the thing it happened to; a thing's events are delivered in order."""


class OutboxEntry(CreatedRow, table=True):
    """An event waiting for its subscribers. Delivered at least once."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_undelivered_idx", "position", postgresql_where=text("delivered_at is null")),
        Index(
            "outbox_undelivered_aggregate_idx",
            "aggregate_id",
            "position",
            postgresql_where=text("delivered_at is null"),
        ),
        {"schema": "kernel"},
    )
    # Whoever adds an entry may not see it, so nothing of it may be read back.
    __mapper_args__ = {"eager_defaults": False}

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False)
    )
    """The order of delivery."""

    topic: str
    aggregate_id: UUID
    body: dict[str, Any] = Field(sa_type=JSONB)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    last_error: str | None = Field(default=None, sa_type=Text)
    """The class of what failed the last attempt, never its words."""

    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None


protect(OutboxEntry, visible=nobody, changeable=nobody, addable=anybody)


def emit(session: AsyncSession, event: Event) -> None:
    """Tell it when, and only if, the transaction commits."""
    session.add(
        OutboxEntry(
            topic=event.topic,
            aggregate_id=getattr(event, event.aggregate),
            body={name: str(value) for name, value in asdict(event).items()},
        )
    )


E = TypeVar("E", bound=Event)
Subscriber = Callable[[AsyncSession, E, UUID], Awaitable[None]]
"""Takes the session of the delivery, the event, and the entry's id: the same at every attempt."""

_subscribers: dict[str, list[tuple[type[Event], Subscriber[Any]]]] = defaultdict(list)


def subscribe(event: type[E]) -> Callable[[Subscriber[E]], Subscriber[E]]:
    """Call a function with each such event, in the transaction that marks it delivered."""

    def register(subscriber: Subscriber[E]) -> Subscriber[E]:
        _subscribers[event.topic].append((event, subscriber))
        return subscriber

    return register


def subscribers() -> Iterator[tuple[type[Event], Subscriber[Any]]]:
    """Who listens to what."""
    return chain.from_iterable(_subscribers.values())


async def deliver(session: AsyncSession, entry: OutboxEntry) -> None:
    """Tell an event to all its subscribers; none is told if one of them fails."""
    for event, subscriber in _subscribers.get(entry.topic, ()):
        await subscriber(session, TypeAdapter(event).validate_python(entry.body), entry.id)
