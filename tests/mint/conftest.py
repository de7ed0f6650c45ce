"""A bank with a few customers."""

import pytest

from domains.kernel.database import Database

from .bank import Bank


@pytest.fixture
async def bank(database: Database) -> Bank:
    """Ada has 500 AZR, Bob has none."""
    return await Bank.opened(database)
