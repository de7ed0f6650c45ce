"""The town of the stories."""

from collections.abc import AsyncIterator

import pytest

from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from gateway.app import create_app
from gateway.settings import Profile, Settings
from tests.flows.visitor import Town
from tests.mailbox import Mailbox


@pytest.fixture
async def town(database: Database, mailbox: Mailbox, clock: MovedClock) -> AsyncIterator[Town]:
    """An Azora with nobody in it."""
    app = create_app(Settings(profile=Profile.TEST, database_url=database.url))
    async with app.router.lifespan_context(app):
        yield Town(app, database, mailbox, clock)
