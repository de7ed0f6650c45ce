"""A student with an assessment to answer, and a database that many can reach at once."""

import pytest

from domains.kernel.database import Database
from tests.education.conftest import crowd  # noqa: F401 (a fixture)

from .learner import Learner, a_learner


@pytest.fixture
async def learner(database: Database) -> Learner:
    """A student who has been asked what repeats."""
    return await a_learner(database)
