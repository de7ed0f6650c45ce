"""Places for connections that stay open: so many in a process, and so many of one viewer."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from .endings import Ending


class Full(Exception):
    """There are as many connections as may be."""

    code = "SERVER_BUSY"


class Seat:
    """One connection's place, until somebody ends it."""

    def __init__(self, viewers: Counter[UUID], most_per_viewer: int) -> None:
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._viewers = viewers
        self._most = most_per_viewer
        self._viewer: UUID | None = None

    def claim(self, viewer: UUID) -> None:
        """Say who sits here."""
        if self._viewers[viewer] >= self._most:
            raise Full
        self._viewers[viewer] += 1
        self._viewer = viewer

    def end(self, ending: "Ending") -> None:
        """Have the connection closed; the first to say so says why."""
        if not self.ended.done():
            self.ended.set_result(ending)

    def leave(self) -> None:
        """Make room for another connection of the viewer."""
        if self._viewer is None:
            return
        self._viewers[self._viewer] -= 1
        if not self._viewers[self._viewer]:
            del self._viewers[self._viewer]


class Seats:
    """All places of the process."""

    def __init__(self, most: int, most_per_viewer: int) -> None:
        self._most = most
        self._most_per_viewer = most_per_viewer
        self._taken: set[Seat] = set()
        self._viewers: Counter[UUID] = Counter()
        self._closing: Ending | None = None

    def __len__(self) -> int:
        return len(self._taken)

    @contextmanager
    def take(self) -> Iterator[Seat]:
        """A place for as long as the context lasts."""
        if len(self._taken) >= self._most or self._closing is not None:
            raise Full
        seat = Seat(self._viewers, self._most_per_viewer)
        self._taken.add(seat)
        try:
            yield seat
        finally:
            self._taken.remove(seat)
            seat.leave()

    def close(self, ending: "Ending") -> None:
        """End all connections, and take no more."""
        self._closing = ending
        for seat in tuple(self._taken):
            seat.end(ending)
