"""What is watched is looked at, together and again and again; what is not is left alone."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel import watching
from domains.kernel.database import Database
from domains.kernel.row import uuid7
from domains.kernel.viewer import Viewer
from domains.kernel.watching import Watch, Watched, Watching

ONE, OTHER = uuid7(), uuid7()


class Things:
    """Things that change, and how they were asked for."""

    def __init__(self) -> None:
        self.states = {ONE: "1", OTHER: "1"}
        self.asked: list[set[UUID]] = []
        self.broken = False
        self.kind = Watched("things", self.look)

    async def look(
        self, _session: AsyncSession, _viewer: Viewer, ids: Sequence[UUID]
    ) -> Mapping[UUID, str]:
        self.asked.append(set(ids))
        if self.broken:
            raise ConnectionResetError("gone")
        return {id: self.states[id] for id in ids if id in self.states}

    async def looked_at(self, times: int = 2) -> None:
        """Wait until they have been looked at again."""
        before = len(self.asked)
        async with asyncio.timeout(5):
            while len(self.asked) < before + times:  # noqa: ASYNC110 (a list sets no event)
                await asyncio.sleep(0.005)


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(watching, "LONGEST_WAIT_SECONDS", 0.02)
    return Things()


@asynccontextmanager
async def running(database: Database) -> AsyncIterator[Watching]:
    watching = Watching(database)
    run = asyncio.create_task(watching.run())
    yield watching
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def shown(watch: Watch[str]) -> str:
    async with asyncio.timeout(5):
        return await anext(watch)


async def quiet(watch: Watch[str]) -> bool:
    """Whether nothing is waiting to be taken."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await anext(watch)
    return True


async def test_what_changes_is_shown_to_all_who_watch_it_and_to_no_others(
    database: Database, things: Things
) -> None:
    async with running(database) as watching:
        first = await watching.watch(things.kind, ONE, "one")
        second = await watching.watch(things.kind, ONE, "the same")
        other = await watching.watch(things.kind, OTHER, "other")
        things.states[ONE] = "2"

        assert [await shown(first), await shown(second)] == ["one", "the same"]
        assert await quiet(other)
        assert await quiet(first)
        assert {ONE, OTHER} in things.asked


async def test_changes_that_nobody_took_are_one(database: Database, things: Things) -> None:
    async with running(database) as watching:
        watch = await watching.watch(things.kind, ONE, "one")
        for state in ("2", "3"):
            things.states[ONE] = state
            await things.looked_at()
        assert await shown(watch) == "one"
        assert await quiet(watch)


async def test_what_is_watched_by_nobody_is_not_asked_for(
    database: Database, things: Things
) -> None:
    async with running(database) as watching:
        watch = await watching.watch(things.kind, ONE, "one")
        again = await watching.watch(things.kind, ONE, "one")
        await watch.aclose()
        assert len(watching) == 1
        await again.aclose()
        await again.aclose()
        assert len(watching) == 0
        await asyncio.sleep(0.05)
        things.asked.clear()
        await asyncio.sleep(0.05)
        assert things.asked == []


async def test_what_changes_while_the_database_is_away_is_shown_once_it_is_back(
    database: Database, things: Things, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "azora.watching")
    async with running(database) as watching:
        watch = await watching.watch(things.kind, ONE, "one")
        things.broken = True
        await things.looked_at()
        things.states[ONE] = "2"
        assert await quiet(watch)
        things.broken = False
        assert await shown(watch) == "one"
    assert {record.getMessage() for record in caplog.records} == {
        "changes are not seen: ConnectionResetError"
    }


async def test_who_cannot_begin_to_watch_leaves_nothing_behind(
    database: Database, things: Things
) -> None:
    async with running(database) as watching:
        things.broken = True
        with pytest.raises(ConnectionResetError, match="gone"):
            await watching.watch(things.kind, ONE, "one")
        assert len(watching) == 0


async def test_what_is_not_there_is_never_shown_until_it_changes(
    database: Database, things: Things
) -> None:
    async with running(database) as watching:
        del things.states[ONE]
        watch = await watching.watch(things.kind, ONE, "one")
        assert await quiet(watch)
        things.states[ONE] = "1"
        await things.looked_at()
        things.states[ONE] = "2"
        assert await shown(watch) == "one"
