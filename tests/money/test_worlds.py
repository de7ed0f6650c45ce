"""What the example data says of money adds up as what people do."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domains.kernel.database import Database
from seed import run, scale
from tests.money.invariants import hold
from tests.postgres import Urls, copy, remove

STUDENTS = 60


@pytest.fixture
async def own(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A migrated database that is for this test alone."""
    yield await copy(server, f"azora_books_{worker_id}")
    await remove(server, f"azora_books_{worker_id}")


async def test_all_of_the_example_data_holds_and_goes_on_holding_as_it_grows(own: Urls) -> None:
    owner, database = await asyncpg.connect(own.owner), Database(own.owner)
    try:
        await run(database)
        await hold(owner)
        await scale.run(own.owner, STUDENTS, lambda _more: None)
        await hold(owner)
    finally:
        await database.close()
        await owner.close()
