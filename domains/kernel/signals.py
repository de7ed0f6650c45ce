"""News of the database, heard over one connection of the process and handed to those who wait.

A trigger tells `subject` or `subject id` on a channel when, and only if, its transaction commits.
Whatever was told while the connection was away is asked of the tables once it is back, so that
nothing is lost; what was heard just before it broke may then be told a second time, which a
listener leaves out.
"""

import asyncio
import logging
import random
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Self, TypeVar
from uuid import UUID, uuid4

import asyncpg

from .clock import now
from .database import Database

T = TypeVar("T")

logger = logging.getLogger("azora.signals")

PULSE_SECONDS = 10.0
"""How often the connection proves that it still hears."""

PATIENCE_SECONDS = 5.0
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 10.0

OVERLAP = timedelta(minutes=1)
"""How far behind the last pulse one looks for what was missed: a row's time is when its
transaction began, and it is told when that commits."""

MOST_WAITING = 100
"""What a listener may leave untaken."""

REMEMBERED = 256
"""So many are known again when they are told twice."""


class Overrun(Exception):
    """More was told than the listener took; it does not get what came after."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that was told about a subject."""

    subject: UUID
    id: UUID


Missed = Callable[[Database, Sequence[UUID], datetime], Awaitable[Sequence[Signal]]]
Hear = Callable[[UUID], None]


@dataclass(frozen=True, slots=True)
class Channel:
    """Something that triggers tell of."""

    name: str
    missed: Missed
    """What was told about these subjects since a moment, as the tables know it."""


class Listener(Generic[T]):
    """What is told about one subject, one by one and each once, until it is closed."""

    def __init__(self, show: Callable[[UUID], T], most: int) -> None:
        self._show = show
        self._most = most
        self._waiting: deque[UUID] = deque()
        self._known: deque[UUID] = deque(maxlen=REMEMBERED)
        self._news = asyncio.Event()
        self._overrun = False
        self.leave: Callable[[], None] = _nothing

    def hear(self, id: UUID) -> None:
        """Keep it until it is taken."""
        if id in self._known:
            return
        self._known.append(id)
        if len(self._waiting) < self._most and not self._overrun:
            self._waiting.append(id)
        else:
            self._overrun = True
        self._news.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self._waiting:
            if self._overrun:
                raise Overrun
            self._news.clear()
            await self._news.wait()
        return self._show(self._waiting.popleft())

    async def aclose(self) -> None:
        """Hear no more."""
        self.leave()


class Signals:
    """Hears the channels for as long as `run` runs."""

    def __init__(self, database: Database, *channels: Channel) -> None:
        self._database = database
        self._channels = {channel.name: channel for channel in channels}
        self._ears: dict[tuple[str, UUID], list[Hear]] = defaultdict(list)
        self._heard_until = now()
        self._wait = FIRST_WAIT_SECONDS
        self._pulse = asyncio.Event()
        self._pulse_channel = f"azora_pulse_{uuid4().hex}"
        self._hearing = asyncio.Event()

    async def hearing(self) -> None:
        """Wait until the connection hears."""
        await self._hearing.wait()

    def attach(self, channel: Channel, subjects: Sequence[UUID], hear: Hear) -> Callable[[], None]:
        """Have a function called with what is told about the subjects; gives what ends that."""
        keys = [(channel.name, subject) for subject in subjects]
        for key in keys:
            self._ears[key].append(hear)

        def leave() -> None:
            while keys:
                self._forget(keys.pop(), hear)

        return leave

    def listen(
        self,
        channel: Channel,
        subject: UUID,
        show: Callable[[UUID], T],
        most: int = MOST_WAITING,
    ) -> Listener[T]:
        """Keep what is told about the subject from now on, for somebody to take as it is shown."""
        listener = Listener(show, most)
        listener.leave = self.attach(channel, [subject], listener.hear)
        return listener

    async def run(self) -> None:
        """Hear, and connect again whenever the connection is lost."""
        while True:
            try:
                await self._hear()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("news are not heard: %s", type(error).__name__)
            except Exception:
                logger.exception("news are not heard")
            self._hearing.clear()
            await asyncio.sleep(self._wait * random.uniform(0.5, 1))  # noqa: S311 (jitter)
            self._wait = min(2 * self._wait, LONGEST_WAIT_SECONDS)

    async def _hear(self) -> None:
        settings = {"application_name": "azora signals"}
        connection = await asyncpg.connect(
            self._database.url, timeout=PATIENCE_SECONDS, server_settings=settings
        )
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await self._begin(connection)
            while not await _happens(lost, PULSE_SECONDS):
                self._heard_until = await self._felt(connection)
        finally:
            connection.terminate()
        logger.warning("the connection that hears news was lost")

    async def _begin(self, connection: asyncpg.Connection) -> None:
        await connection.add_listener(self._pulse_channel, self._feel)
        for name in self._channels:
            await connection.add_listener(name, self._tell)
        moment = await self._felt(connection)
        # What is told meanwhile is heard as well: first to hear and then to ask leaves no gap.
        await self._catch_up()
        self._heard_until = moment
        self._wait = FIRST_WAIT_SECONDS
        self._hearing.set()

    async def _felt(self, connection: asyncpg.Connection) -> datetime:
        """The moment up to which all has been heard.

        A connection can be open and hear nothing: where the other side is gone without a word, or
        where a pool gives each transaction another server. What it tells itself must come back.
        """
        self._pulse.clear()
        async with asyncio.timeout(PATIENCE_SECONDS):
            moment: datetime = await connection.fetchval(
                "select clock_timestamp() from pg_notify($1, '')", self._pulse_channel
            )
            await self._pulse.wait()
        return moment

    async def _catch_up(self) -> None:
        for name, channel in self._channels.items():
            subjects = [subject for known, subject in self._ears if known == name]
            if subjects:
                since = self._heard_until - OVERLAP
                for signal in await channel.missed(self._database, subjects, since):
                    self._hand_out(name, signal)

    def _tell(self, _connection: Any, _pid: int, name: str, payload: object) -> None:
        try:
            subject, *rest = map(UUID, str(payload).split())
        except ValueError:
            logger.warning("what was told on %s makes no sense", name)
            return
        self._hand_out(name, Signal(subject, rest[0] if rest else subject))

    def _feel(self, *_: object) -> None:
        self._pulse.set()

    def _hand_out(self, name: str, signal: Signal) -> None:
        for hear in tuple(self._ears.get((name, signal.subject), ())):
            hear(signal.id)

    def _forget(self, key: tuple[str, UUID], hear: Hear) -> None:
        self._ears[key].remove(hear)
        if not self._ears[key]:
            del self._ears[key]


def _nothing() -> None:
    return


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
