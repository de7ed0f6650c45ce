"""Time that stands still between steps, so that a run can be repeated to the microsecond."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import pytest

from domains.kernel import clock

START = datetime(2030, 1, 1, 12, tzinfo=UTC)


class StoppedClock:
    """The program's clock while the machine runs; `pass_` alone moves it."""

    def __init__(self) -> None:
        self.moment = START
        self._changes = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        stopped = self

        class Stopped(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return stopped.moment.astimezone(tz)

        self._changes.setattr(clock, "datetime", Stopped)
        return self

    def __exit__(self, *_: object) -> None:
        self._changes.undo()

    def begin_again(self) -> None:
        """Go back to where it stood at first."""
        self.moment = START

    def pass_(self, time: timedelta) -> None:
        """Let time pass."""
        self.moment += time
