"""A world in a database of its own, and the two implementations over it."""

from collections.abc import AsyncIterator, Sequence

import pytest
from sqlmodel import SQLModel

from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from gateway.schema import schema
from tests import postgres
from tests.postgres import Urls

from .comparison import Comparison, CountingDatabase, WatchedGateway
from .oracle import Oracle
from .supply import WorldSupply
from .visible import Visible
from .world import World, make_world

Knowledge = tuple[Oracle, dict[str, Visible]]
"""The oracle, and what it knows that each viewer sees."""


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()


@pytest.fixture(scope="session")
async def world_urls(server: Urls, worker_id: str, world: World) -> AsyncIterator[Urls]:
    """A database that keeps the world's rows until the end."""
    name = f"azora_world_{worker_id}"
    urls = await postgres.copy(server, name)
    await _fill(Database(urls.owner), world.rows)
    yield urls
    await postgres.remove(server, name)


async def _fill(database: Database, rows: Sequence[SQLModel]) -> None:
    async with database.session(SYSTEM) as session:
        for row in rows:
            session.add(row)
            await session.flush()
        session.expunge_all()
    await database.engine.dispose()


@pytest.fixture(scope="session")
async def filled(world_urls: Urls) -> AsyncIterator[CountingDatabase]:
    """The world as the application sees it."""
    database = CountingDatabase(world_urls.app)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def unsecured(world_urls: Urls) -> AsyncIterator[CountingDatabase]:
    """The world as its owner sees it, past all row policies."""
    database = CountingDatabase(world_urls.owner)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def oracle(filled: CountingDatabase, world: World) -> Knowledge:
    oracle = Oracle(WatchedGateway(schema).schema)
    visible = {name: Visible(filled, viewer) for name, viewer in world.viewers.items()}
    for each in visible.values():
        await oracle.load(each)
    return oracle, visible


@pytest.fixture
def elsewhere() -> frozenset[str]:
    """The namespaces that the planner takes to be on clusters of their own."""
    return frozenset()


@pytest.fixture
def comparison(
    filled: CountingDatabase, oracle: Knowledge, world: World, elsewhere: frozenset[str]
) -> Comparison:
    """A fresh gateway beside the oracle."""
    supply = WorldSupply(oracle[0].declared, world.rows, elsewhere)
    return Comparison(filled, WatchedGateway(schema, elsewhere=elsewhere), *oracle, supply)
