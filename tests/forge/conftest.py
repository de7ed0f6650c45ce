"""Fixtures of the forge's tests."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domains.kernel.database import Bounds, Database
from gateway.execution import Gateway
from tests.operations import Operations
from tests.postgres import Urls

from .market import Market

CALLERS = 30


@pytest.fixture
async def market(operations: Operations, owner: asyncpg.Connection) -> Market:
    """People who give and want work."""
    return await Market.opened(operations, owner)


@pytest.fixture
async def crowd(market: Market, gateway: Gateway, urls: Urls) -> AsyncIterator[Market]:
    """The same people, with a connection for everything that they ask at once."""
    database = Database(urls.app, Bounds(writes=CALLERS, wait_ms=20_000, statement_ms=20_000))
    await database.open()
    usual = market.operations
    market.operations = Operations(gateway, database)
    yield market
    market.operations = usual
    await database.close()
