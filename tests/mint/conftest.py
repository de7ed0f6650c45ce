"""A bank with a few customers."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domains.kernel.database import Bounds, Database
from tests.operations import Operations
from tests.postgres import Urls

from .bank import CALLERS, Bank, address_of, proven
from .teller import Teller


@pytest.fixture
async def bank(database: Database) -> Bank:
    """Ada has 500 AZR, Bob has none."""
    return await Bank.opened(database)


@pytest.fixture
async def crowded(wiped: None, urls: Urls) -> AsyncIterator[Database]:
    """A database with a connection for every caller."""
    bounds = Bounds(writes=CALLERS, calls=CALLERS, wait_ms=20_000, statement_ms=20_000)
    database = Database(urls.app, bounds)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def teller(operations: Operations, bank: Bank, owner: asyncpg.Connection) -> Teller:
    """Takes the orders of Ada, who has just proved who she is."""
    ada = await proven(bank.database, bank.ada)
    return Teller(operations, bank, ada, await address_of(owner, bank.bobs))
