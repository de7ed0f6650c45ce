"""Things that somebody watches, looked at again and again; who changes them need not know of it.

Telling of each change would make the commits that change money wait for each other. So the process
looks, a few times a second and at all things together, at those that somebody there watches, and at
nothing while nobody does. It compares states: what changes while the database is away is noticed
once it is back, and changes that nobody took yet are one.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database
from .viewer import SYSTEM, Viewer

T = TypeVar("T")

logger = logging.getLogger("azora.watching")

EVERY_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 5.0
"""How long one waits for a database that does not answer."""

States = Callable[[AsyncSession, Viewer, Sequence[UUID]], Awaitable[Mapping[UUID, str]]]


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind of thing that can be watched."""

    name: str
    states: States
    """Of each thing a text that is another one once it has changed."""


class Watch(Generic[T]):
    """Shows one thing whenever it has changed since it was last taken, until it is closed."""

    def __init__(self, shown: T, leave: Callable[["Watch[T]"], None]) -> None:
        self._shown = shown
        self._leave = leave
        self._changed = asyncio.Event()

    def notice(self) -> None:
        """It has changed."""
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        await self._changed.wait()
        self._changed.clear()
        return self._shown

    async def aclose(self) -> None:
        """Watch no more."""
        self._leave(self)


@dataclass(slots=True)
class Known:
    """A thing as it was when it was last looked at, and who watches it."""

    watches: list[Watch[Any]]
    state: str | None = None


class Watching:
    """Looks at what is watched for as long as `run` runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Watched, dict[UUID, Known]] = defaultdict(dict)

    def __len__(self) -> int:
        """How many things are watched."""
        return sum(map(len, self._known.values()))

    async def watch(self, kind: Watched, id: UUID, shown: T) -> Watch[T]:
        """Have something shown whenever a thing changes from now on."""
        watch = Watch(shown, lambda watch: self._forget(kind, id, watch))
        known = self._known[kind].setdefault(id, Known([]))
        known.watches.append(watch)
        try:
            # What changes from here on differs from this, or from what was seen before it.
            if known.state is None:
                known.state = (await self._states(kind, [id])).get(id)
        except BaseException:
            await watch.aclose()
            raise
        return watch

    async def run(self) -> None:
        """Look, for ever."""
        wait = EVERY_SECONDS
        while True:
            await asyncio.sleep(wait)
            try:
                await self._look()
                wait = EVERY_SECONDS
            except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as why:
                logger.warning("changes are not seen: %s", type(why).__name__)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            except Exception:
                logger.exception("changes are not seen")
                wait = LONGEST_WAIT_SECONDS

    async def _look(self) -> None:
        for kind, things in tuple(self._known.items()):
            if not things:
                continue
            for id, state in (await self._states(kind, tuple(things))).items():
                if (known := things.get(id)) is not None:
                    _compare(known, state)

    async def _states(self, kind: Watched, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return await self._database.transaction(SYSTEM, kind.states, ids)

    def _forget(self, kind: Watched, id: UUID, watch: Watch[T]) -> None:
        known = self._known[kind].get(id)
        if known is None or watch not in known.watches:
            return
        known.watches.remove(watch)
        if not known.watches:
            del self._known[kind][id]


def _compare(known: Known, state: str) -> None:
    before, known.state = known.state, state
    if before is not None and before != state:
        for watch in tuple(known.watches):
            watch.notice()
