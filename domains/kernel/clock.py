"""The one clock of the program. Tests can move it; nothing else can."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Self


class ClockFixed(RuntimeError):
    """Somebody tried to move time outside the test profile."""


class _Clock:
    def __init__(self) -> None:
        self.movable = False
        self.ahead = timedelta(0)


_clock = _Clock()


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC) + _clock.ahead


def allow_moving(*, allowed: bool) -> None:
    """Say whether time can be moved: in the test profile alone."""
    _clock.movable = allowed
    _clock.ahead = timedelta(0)


class MovedClock(AbstractContextManager["MovedClock"]):
    """Time as a test wants it, until the end of the context."""

    def __enter__(self) -> Self:
        if not _clock.movable:
            raise ClockFixed("time can be moved in the test profile only")
        return self

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        _clock.ahead += by

    def __exit__(self, *_: object) -> None:
        _clock.ahead = timedelta(0)
