"""What the mint does on news of auth, and in the background."""

import asyncpg
import pytest

from domains.auth.events import UserSignedUp
from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.viewer import SYSTEM
from domains.mint.jobs.metrics import record_metrics
from gateway import outbox
from tests.makers import a_user


@pytest.mark.parametrize("role", UserRole)
async def test_who_signs_up_has_one_wallet(
    database: Database, owner: asyncpg.Connection, role: UserRole
) -> None:
    user = await a_user(database, role)
    for _ in range(2):
        async with database.session(SYSTEM) as session:
            emit(session, UserSignedUp(user_id=user.id))
        await outbox.deliver_once(database)

    found = await owner.fetch("select user_id, kind::text, currency::text from mint.wallets")
    assert [tuple(row) for row in found] == [(user.id, "USER", "AZR")]


async def test_the_job_takes_a_snapshot_each_time(
    database: Database, owner: asyncpg.Connection
) -> None:
    for _ in range(2):
        async with database.session(SYSTEM) as session:
            await record_metrics(session)
    assert await owner.fetchval("select count(*) from mint.economic_metrics") == 2
