"""Things with a global id, and pages of them."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry

from . import prose
from .read.declarations import global_id
from .read.ids import decode_id, encode_id, key_of
from .viewer import Viewer

__all__ = [
    "Connection",
    "Edge",
    "Key",
    "Node",
    "PageInfo",
    "decode_id",
    "encode_id",
    "key_of",
    "keyed",
]


@prose.interface
class Node:
    """A thing that can be fetched again by its id."""

    id: strawberry.ID = global_id()
    """Opaque, and the same for ever."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a resolver answers instead of a row: the client's selection of it is then read.

    A sign-in answers with things that only the new viewer may see, hence `viewer`.
    """

    type_name: str
    id: UUID
    viewer: Viewer | None = None


def keyed(type_name: str, id: UUID | None, viewer: Viewer | None = None) -> Any:
    """A key where a type is promised: the client never sees the difference."""
    return None if id is None else Key(type_name, id, viewer)


N = TypeVar("N")


@prose.output
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool
    """Whether items follow. With `last`, whether a `before` was given."""

    has_previous_page: bool
    """Whether items precede. With `first`, whether an `after` was given."""

    start_cursor: str | None
    """The first item's cursor, for `before`."""

    end_cursor: str | None
    """The last item's cursor, for `after`."""


@prose.output
class Edge(Generic[N]):
    """One item of a page."""

    cursor: str
    """Its place in the list, for `after` and `before`."""

    node: N
    """The item itself."""


@prose.output
class Connection(Generic[N]):
    """A page of a list."""

    edges: list[Edge[N]]
    """The items, each with its cursor."""

    nodes: list[N]
    """The items alone."""

    page_info: PageInfo
    """Whether there is more, and from where."""

    total_count: int
    """How many items all pages hold together; counted only if asked for."""
