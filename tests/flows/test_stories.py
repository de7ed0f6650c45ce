"""The flows of accounts, each through HTTP with mail that arrives and links that work."""

import pytest

from tests.flows.stories import STORIES, Story
from tests.flows.visitor import Town


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_story(town: Town, story: Story) -> None:
    await story(town)
