"""An end to requests that take too long, for less than a timer each."""

import asyncio
from time import monotonic
from types import TracebackType

LOOKS = 10
"""So many times within the time that a request has is looked for those that have had it."""


class Deadlines:
    """Ends whatever has been running for so long, at the latest a tenth of that time after."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.running: dict[Deadline, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> "Deadline":
        """The time of a request that came just now, and is served by the task at hand."""
        if self._timer is None:
            self._loop = asyncio.get_running_loop()
            self._look_later(self._loop)
        # To be told the loop costs a system call, each time.
        task = asyncio.current_task(self._loop)
        return Deadline(self, monotonic() + self.seconds, task)

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(self.seconds / LOOKS, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        moment = monotonic()
        for deadline in [*self.running]:
            # All have the same time, so those that came first are the first to have had it.
            if deadline.moment > moment:
                break
            deadline.expire()
        self._timer = None
        if self.running:
            self._look_later(loop)


class Deadline:
    """What is done within it raises `TimeoutError` when the time is up."""

    __slots__ = ("_cancelling", "_deadlines", "_expired", "_task", "moment")

    def __init__(
        self, deadlines: Deadlines, moment: float, task: asyncio.Task[object] | None
    ) -> None:
        self.moment = moment
        self._deadlines = deadlines
        self._expired = False
        self._task = task
        self._cancelling = task.cancelling() if task is not None else 0

    def __enter__(self) -> None:
        self._deadlines.running[self] = None

    def expire(self) -> None:
        """Cancel the task, which is told of it as of a timeout."""
        del self._deadlines.running[self]
        if self._task is not None:
            self._expired = True
            self._task.cancel()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._deadlines.running.pop(self, None)
        if not self._expired or self._task is None:
            return
        # As `asyncio.timeout` does: who is also cancelled by somebody else stays cancelled.
        if self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error
