"""Connections of the driver's own, each for one statement at a time.

asyncpg's pool makes a task and a wrapper each time it lends a connection, which costs more than a
small read. Single statements leave nothing behind on a connection, so none of that is needed.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, NamedTuple, TypeVar

import asyncpg

from .outcome import Unsent, is_lost
from .statements import Line, Seen

T = TypeVar("T")
Send = Callable[[Line, str, Sequence[Any]], Awaitable[T]]

IDLE_SECONDS = 300.0
"""What has not been used for so long is closed: whatever stands between us and the database may
have forgotten it."""

KEEP_MEMORY = "select octet_length(repeat(repeat(' ', 1024), 1024))"
"""Has the backend keep up to 2 MiB of what its statements have freed, twice as much as is freed
here. Otherwise glibc gives it back to the system, and an answer of 20 kB costs some fifty page
faults, a fifth of its time, again and again. See `M_MMAP_THRESHOLD` in mallopt(3)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How to connect, and how many may do so."""

    url: str
    most: int
    wait_ms: int
    settings: Mapping[str, str]


class Waiter(NamedTuple):
    """Somebody in the line for a connection."""

    future: asyncio.Future[Line | None]
    until: float


class Connections:
    """Connects when first asked, and never more often than agreed.

    Whoever comes while all are in use waits, in order, and is refused with `TimeoutError` after
    the time agreed on.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        # To ask for it costs a system call, each time.
        self._loop = asyncio.get_running_loop()
        self._open = 0
        self._seen = Seen()
        self._living: set[Line] = set()
        self._idle: list[tuple[Line, float]] = []
        self._waiting: deque[Waiter] = deque()
        self._impatience: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._ended = False

    async def value(self, sql: str, arguments: Sequence[Any]) -> Any:
        """The single value of a statement that only reads, asked again if its connection is lost.

        Once: a statement that the server does not survive must not end it again and again.
        """
        try:
            return await self._sent(Line.value, sql, arguments)
        except Exception as error:
            # A timeout passes for a loss too, but who waited so long does not wait once more.
            if isinstance(error, TimeoutError) or not is_lost(error):
                raise
        return await self._sent(Line.value, sql, arguments)

    async def rows(self, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """All rows of a statement that may write; `OutcomeUnknown` if its connection is lost."""
        return await self._sent(Line.rows, sql, arguments)

    async def _sent(self, send: Send[T], sql: str, arguments: Sequence[Any]) -> T:
        """Pass over connections that are at their end."""
        for _ in range(self.terms.most):
            try:
                return await self._once(send, sql, arguments)
            except Unsent:
                continue
        return await self._once(send, sql, arguments)

    async def _once(self, send: Send[T], sql: str, arguments: Sequence[Any]) -> T:
        line = self._taken() or await self._obtained()
        try:
            answer = await send(line, sql, arguments)
        except BaseException as error:
            self._give_back_after(error, line)
            raise
        self._give_back(line)
        return answer

    def close(self) -> None:
        """End all connections at once, whatever they do."""
        self._ended = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        for task in self._closing:
            task.cancel()
        for line in [*self._living]:
            line.connection.terminate()
        self._idle.clear()
        while self._waiting:
            _refused(self._waiting.popleft(), ConnectionError("the database was closed"))

    def _taken(self) -> Line | None:
        """The connection that was used last, if one is free: it knows most statements."""
        while self._idle:
            line, _ = self._idle.pop()
            if not line.connection.is_closed():
                return line
            self._lost(line)
        return None

    async def _obtained(self) -> Line:
        """A new connection, or the first that somebody gives back."""
        waiter: Waiter | None = None
        while self._open >= self.terms.most and not self._ended:
            waiter = self._waiter(waiter)
            if (given := await self._given(waiter)) is not None:
                return given
        return await self._connected()

    def _waiter(self, before: Waiter | None) -> Waiter:
        """A place at the end of the line; whose turn came to nothing, is the first again."""
        loop = self._loop
        until = loop.time() + self.terms.wait_ms / 1000 if before is None else before.until
        waiter = Waiter(loop.create_future(), until)
        (self._waiting.append if before is None else self._waiting.appendleft)(waiter)
        if self._impatience is None:
            self._impatience = loop.call_at(until, self._refuse)
        return waiter

    def _refuse(self) -> None:
        """Those who have waited long enough, of whom the first came first."""
        while self._waiting and self._waiting[0].until <= self._loop.time():
            _refused(self._waiting.popleft(), TimeoutError("no connection in time"))
        next_one = self._waiting[0].until if self._waiting else None
        self._impatience = self._loop.call_at(next_one, self._refuse) if next_one else None

    async def _given(self, waiter: Waiter) -> Line | None:
        """What somebody gives back; None where they have lost it."""
        future = waiter.future
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._pass_on(future.result())
            raise

    async def _connected(self) -> Line:
        if self._ended:
            raise ConnectionError("the database was closed")
        self._open += 1
        try:
            line = Line(await connect(self.terms), self._seen)
        except BaseException:
            self._lost(None)
            raise
        self._living.add(line)
        return line

    def _give_back_after(self, error: BaseException, line: Line) -> None:
        """What the database has refused is over; else the statement may still be running."""
        if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
            self._give_back(line)
            return
        task = self._loop.create_task(self._closed(line))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _give_back(self, line: Line) -> None:
        if line.connection.is_closed() or self._ended:
            line.connection.terminate()
            self._lost(line)
        else:
            self._pass_on(line)

    def _pass_on(self, line: Line | None) -> None:
        """To the first who waits; else it is kept."""
        while self._waiting:
            if _tell(self._waiting.popleft().future, line):
                return
        if line is not None:
            self._idle.append((line, monotonic()))
            self._sweep_later()

    def _lost(self, line: Line | None) -> None:
        self._open -= 1
        if line is not None:
            self._living.discard(line)
        self._pass_on(None)

    async def _closed(self, line: Line) -> None:
        """Have the database drop the statement, and then end the connection."""
        try:
            await line.connection.close(timeout=self.terms.wait_ms / 1000)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            line.connection.terminate()
        finally:
            self._lost(line)

    def _sweep_later(self) -> None:
        if self._sweeper is None:
            self._sweeper = self._loop.call_later(IDLE_SECONDS, self._sweep)

    def _sweep(self) -> None:
        self._sweeper = None
        stale = [each for each in self._idle if each[1] < monotonic() - IDLE_SECONDS]
        # The last ones used stand at the end.
        del self._idle[: len(stale)]
        for line, _ in stale:
            line.connection.terminate()
            self._lost(line)
        if self._idle:
            self._sweep_later()


async def connect(terms: Terms) -> asyncpg.Connection:
    async with asyncio.timeout(terms.wait_ms / 1000):
        connection = await asyncpg.connect(terms.url, server_settings=dict(terms.settings))
        try:
            await connection.execute(KEEP_MEMORY)
        except BaseException:
            connection.terminate()
            raise
    return connection


def _tell(future: asyncio.Future[Any], result: Any) -> bool:
    """Whether whoever waits still does, and has it now."""
    if future.done():
        return False
    future.set_result(result)
    return True


def _refused(waiter: Waiter, error: Exception) -> None:
    if not waiter.future.done():
        waiter.future.set_exception(error)
