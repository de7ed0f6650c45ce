"""A school, and a database that many can reach at once."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domains.kernel.database import Bounds, Database
from gateway.execution import Gateway
from tests.money import invariants
from tests.operations import Operations
from tests.postgres import Urls

from .school import Graph, School

CALLERS = 32


@pytest.fixture
async def school(database: Database) -> School:
    """Emmy teaches Algebra for 12.5 AZR, and Ada has 50."""
    return await School.opened(database)


@pytest.fixture
async def crowd(wiped: None, urls: Urls, gateway: Gateway) -> AsyncIterator[Graph]:
    """Runs operations over a database with a connection for every caller."""
    bounds = Bounds(
        reads=CALLERS, writes=CALLERS, calls=CALLERS, wait_ms=20_000, statement_ms=20_000
    )
    database = Database(urls.app, bounds)
    await database.open()
    yield Operations(gateway, database).data
    await database.close()


@pytest.fixture
async def sound(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """At the end of the test everything adds up."""
    yield
    await invariants.hold(owner)
