"""Whether a chain of the audit log is whole: every row what it was, in its place, none missing.

The hash of a row is that of the hash before it and of the row's own text. So a row that was
changed no longer fits its hash, and one that was changed along with its hash no longer fits the
next. Whoever can write all hashes anew is found out by an anchor: where the chains ended once, as
it was kept elsewhere.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domains.kernel.chains import NOTHING

DOUBTED = "the anchor knows another row here: all up to it is in doubt"


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the log."""

    chain: int
    position: int
    id: UUID
    hash: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain begins and ends, as the database knows it."""

    chain: int
    position: int = 0
    hash: bytes = NOTHING
    base_position: int = 0
    base_hash: bytes = NOTHING


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the chains ended at a moment."""

    taken_at: datetime
    ends: Mapping[int, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Break:
    """Something that is not as it was written."""

    chain: int
    position: int
    id: UUID | None
    what: str

    def __str__(self) -> str:
        row = f", id {self.id}" if self.id else ""
        return f"chain {self.chain}, position {self.position}{row}: {self.what}"


class ChainCheck:
    """Follows one chain from its base to its end."""

    def __init__(
        self, head: Head, anchored: tuple[int, bytes] | None = None, *, has_expired: bool = False
    ) -> None:
        """`has_expired` says that the anchor is so old that its rows may be gone."""
        self.head = head
        self.anchored = anchored
        self.has_expired = has_expired
        self.position = head.base_position
        self.hash = head.base_hash

    def follow(self, link: Link) -> Iterator[Break]:
        """Look at the next row; rows come in the order of their positions."""
        if link.position <= self.head.base_position:
            # It has expired and is still there; nothing is promised of it any more.
            return
        if link.position <= self.position:
            yield self._broken(link, "a second row has this position")
            return
        yield from self._missing(link.position - 1)
        if link.position == self.position + 1 and link.hash != _hash(self.hash, link.text):
            yield self._broken(link, "this row, or the hash before it, was changed")
        self.position, self.hash = link.position, link.hash
        yield from self._compared(link)

    def end(self) -> Iterator[Break]:
        """Compare where the rows end with where the chain does."""
        head = self.head
        yield from self._missing(head.position)
        if self.position > head.position:
            yield self._at(self.position, f"the chain ends at {head.position}, and rows go on")
        elif self.position == head.position and self.hash != head.hash:
            yield self._at(self.position, "the last row is not the one that was added last")
        yield from self._anchor_beyond()

    def _anchor_beyond(self) -> Iterator[Break]:
        """An anchor whose row is not among those that were followed."""
        if self.anchored is None:
            return
        position, hash = self.anchored
        if position > max(self.position, self.head.position):
            yield self._at(position, "the anchor's row is missing, and all after it")
        elif position < self.head.base_position and not self.has_expired:
            yield self._at(position, "the anchor's row has expired before its time")
        elif position == self.head.base_position and hash != self.head.base_hash:
            yield self._at(position, DOUBTED)

    def _missing(self, last: int) -> Iterator[Break]:
        first = self.position + 1
        if first < last:
            yield self._at(first, f"the rows up to {last} are missing")
        elif first == last:
            yield self._at(first, "the row is missing")

    def _compared(self, link: Link) -> Iterator[Break]:
        if self.anchored and self.anchored[0] == link.position and self.anchored[1] != link.hash:
            yield self._broken(link, DOUBTED)

    def _broken(self, link: Link, what: str) -> Break:
        return Break(link.chain, link.position, link.id, what)

    def _at(self, position: int, what: str) -> Break:
        return Break(self.head.chain, position, None, what)


def _hash(before: bytes, text: str) -> bytes:
    return hashlib.sha256(before + text.encode()).digest()
