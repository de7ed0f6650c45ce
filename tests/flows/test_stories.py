"""The flows of accounts, each through HTTP with mail that arrives and links that work."""

from collections.abc import AsyncIterator

import pytest

from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from gateway.app import create_app
from gateway.settings import Profile, Settings
from tests.flows.stories import STORIES, Story
from tests.flows.visitor import Town
from tests.mailbox import Mailbox


@pytest.fixture
async def town(database: Database, mailbox: Mailbox, clock: MovedClock) -> AsyncIterator[Town]:
    """An Azora with nobody in it."""
    app = create_app(Settings(profile=Profile.TEST, database_url=database.url))
    async with app.router.lifespan_context(app):
        yield Town(app, database, mailbox, clock)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_story(town: Town, story: Story) -> None:
    await story(town)
