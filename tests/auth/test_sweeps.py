"""What auth does in the background with what has had its time."""

from datetime import timedelta

import asyncpg

from domains.auth.jobs.sweeps import end_sessions, forget_secrets
from domains.auth.models import TokenType
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from tests.auth.accounts import at_home
from tests.auth.people import open_many
from tests.auth.secrets import a_token
from tests.makers import a_user


async def test_a_session_that_ran_out_is_written_down_once(
    database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await a_user(database)
    over = await at_home(database, user)
    await owner.execute(
        "update auth.sessions set revoked_at = now() where id = $1", over.session_id
    )
    over = await at_home(database, user)
    clock.move(timedelta(hours=1))
    living = await at_home(database, user)

    for _ in range(2):
        async with database.session(SYSTEM) as session:
            await end_sessions(session)

    logged = await owner.fetch("select action, user_id, session_id from auth.audit_logs")
    assert [tuple(row) for row in logged] == [("session.expired", user.id, over.session_id)]
    ended = "select revoked_reason, revoked_at = expires_at from auth.sessions where id = $1"
    assert tuple(await owner.fetchrow(ended, over.session_id) or ()) == ("expired", True)
    assert tuple(await owner.fetchrow(ended, living.session_id) or ()) == (None, None)


async def test_secrets_are_forgotten_a_month_after_they_ran_out(
    database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await a_user(database)
    await a_token(database, user, TokenType.RESET_PASSWORD)
    await open_many(database, user, 1)
    clock.move(timedelta(days=29))
    await a_token(database, user, TokenType.EMAIL_CHANGE)

    for days, tokens, renewals in ((0, 2, 1), (2, 1, 1), (7, 1, 0)):
        clock.move(timedelta(days=days))
        async with database.session(SYSTEM) as session:
            await forget_secrets(session)
        assert await owner.fetchval("select count(*) from auth.tokens") == tokens
        assert await owner.fetchval("select count(*) from auth.refresh_tokens") == renewals
