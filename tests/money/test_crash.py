"""Whatever is killed, and whenever: no money is lost, none is made, and nobody pays twice."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from domains.kernel.database import Database
from gateway.migrate import migrate
from tests.postgres import SPEED, Urls, beside_the_loop, copy, remove, run
from tests.stoppable import Server, stoppable

from .crash import Auditor, Crowd, Killer, beside, crowd
from .journals import Journals, settle
from .sender import Person

SECONDS = float(os.environ.get("AZORA_CRASH_SECONDS", "3"))
"""For which each of the tests has things killed."""

DURABLE = SPEED | {"synchronous_commit": "on"}
"""A commit that was told is in the hands of the kernel, and so outlives any process."""

Disaster = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """No disaster."""


@pytest.fixture
async def town(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A database of its own, for others' connections must live."""
    name = f"azora_town_{worker_id}"
    yield await copy(server, name)
    await remove(server, name)


@pytest.fixture
def postgres() -> Iterator[Server]:
    with stoppable(DURABLE) as server:
        yield server


@asynccontextmanager
async def opened(urls: Urls) -> AsyncIterator[Database]:
    database = Database(urls.app)
    await database.open()
    yield database
    await database.close()


async def settled(urls: Urls) -> list[Person]:
    async with opened(urls) as database:
        return await settle(database)


async def transfers_while_things_die(
    urls: Urls, people: list[Person], folder: Path, disaster: Disaster = nothing, *, hot: bool
) -> Crowd:
    """Connections are killed all the time, and half way a client process, and all in the end."""
    auditor, killer = Auditor(urls.owner), Killer(urls.superuser)
    async with crowd(urls, people, folder, hot=hot) as town, beside(auditor, killer):
        await asyncio.sleep(SECONDS / 3)
        await town.clients[0].kill()
        await town.join()
        await asyncio.sleep(SECONDS / 3)
        await disaster()
        await asyncio.sleep(SECONDS / 3)
    assert auditor.complaints == []
    assert auditor.count > 10 * SECONDS
    assert killer.count > 5 * SECONDS
    return town


async def complaints_after_replay(
    urls: Urls, people: list[Person], journals: Journals
) -> list[str]:
    """Everybody who was not answered asks once more."""
    assert journals.in_doubt
    async with opened(urls) as database:
        await journals.replay(database, people)
    owner = await asyncpg.connect(urls.owner)
    try:
        return await journals.complaints(owner, people)
    finally:
        await owner.close()


async def test_killed_connections_and_clients_neither_lose_nor_make_nor_repeat_a_transfer(
    town: Urls, tmp_path: Path
) -> None:
    people = await settled(town)

    ended = await transfers_while_things_die(town, people, tmp_path, hot=False)

    journals = ended.journals()
    assert len(journals.done) > 100
    assert journals.refused
    assert await complaints_after_replay(town, people, journals) == []


async def test_nor_does_a_killed_postgres_while_most_transfers_touch_one_wallet(
    postgres: Server, tmp_path: Path
) -> None:
    cluster = postgres.start()
    urls = Urls(cluster.owner_url, cluster.app_url, cluster.superuser_url)
    beside_the_loop(migrate, urls.owner)
    people = await settled(urls)

    async def disaster() -> None:
        await asyncio.to_thread(postgres.kill)
        await asyncio.to_thread(postgres.start)

    ended = await transfers_while_things_die(urls, people, tmp_path, disaster, hot=True)

    assert await complaints_after_replay(urls, people, ended.journals()) == []


async def test_transfers_without_locks_would_be_found_out(town: Urls, tmp_path: Path) -> None:
    people = await settled(town)
    await take_the_locks_out(town)

    auditor = Auditor(town.owner)
    async with crowd(town, people, tmp_path, hot=True) as careless, beside(auditor):
        await asyncio.sleep(SECONDS / 3)

    found = await complaints_after_replay(town, people, careless.journals())
    assert any(" holds " in each for each in found)
    assert auditor.complaints


async def take_the_locks_out(urls: Urls) -> None:
    owner = await asyncpg.connect(urls.owner)
    try:
        post = await owner.fetchval("select pg_get_functiondef('mint.post'::regproc)")
    finally:
        await owner.close()
    assert " for no key update" in post
    await run(urls.owner, post.replace(" for no key update", ""))
