"""What is known of a write whose connection is lost, or for which nobody waits any longer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.database import Bounds, Database
from domains.kernel.outcome import OutcomeUnknown
from domains.kernel.viewer import SYSTEM, Viewer
from gateway.faults import Code, code_of, public_exception
from tests.postgres import Urls, run

GATE = 1
"""The advisory lock that holds a statement, or a commit, up."""

PREPARE = f"""
create table things (id integer);
grant insert on things to azora_app;
create function wait() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock({GATE});
  return null;
end $$;
create constraint trigger wait after insert on things deferrable initially deferred
for each row execute function wait();
"""
WAIT = f"select pg_advisory_xact_lock({GATE})"
KILL = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and application_name = 'azora' and wait_event_type = 'Lock'
"""


@pytest.fixture
async def gate(scratch: Urls) -> AsyncIterator[asyncpg.Connection]:
    """Holds up whoever takes the lock, or commits a thing."""
    await run(scratch.superuser, PREPARE)
    connection = await asyncpg.connect(scratch.superuser)
    await connection.execute(f"select pg_advisory_lock({GATE})")
    yield connection
    await connection.close()


@pytest.fixture
async def apart(scratch: Urls) -> AsyncIterator[Database]:
    database = Database(scratch.app, Bounds(statement_ms=20_000))
    await database.open()
    yield database
    await database.close()


async def add_a_thing(session: AsyncSession, _viewer: Viewer) -> None:
    await (await session.connection()).execute(text("insert into things values (1)"))


async def wait(session: AsyncSession, _viewer: Viewer) -> None:
    await (await session.connection()).execute(text(WAIT))


async def error_of(write: Awaitable[Any]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (each test says which)
        await write
    assert isinstance(caught.value, Exception)
    return caught.value


async def killed(gate: asyncpg.Connection, write: Awaitable[Any]) -> Exception:
    """How a write ends whose backend is killed while it waits."""
    ended = asyncio.ensure_future(error_of(write))
    async with asyncio.timeout(10):
        while not await gate.fetchval(KILL):  # noqa: ASYNC110 (a lock sets no event)
            await asyncio.sleep(0.01)
        return await ended


async def test_nobody_knows_what_became_of_a_call_whose_connection_is_lost(
    apart: Database, gate: asyncpg.Connection
) -> None:
    error = await killed(gate, apart.call(WAIT, []))
    assert type(error) is OutcomeUnknown
    assert public_exception(error, "r1") == {
        "message": (
            "The database did not say whether this was done. "
            "Try again in a moment, with the same idempotency key."
        ),
        "extensions": {"code": "SERVER_BUSY", "requestId": "r1", "outcome": "UNKNOWN"},
    }


async def test_nobody_knows_what_became_of_a_transaction_lost_in_its_commit(
    apart: Database, gate: asyncpg.Connection
) -> None:
    error = await killed(gate, apart.transaction(SYSTEM, add_a_thing))
    assert type(error) is OutcomeUnknown
    assert await gate.fetchval("select count(*) from things") == 0


async def test_a_transaction_lost_before_its_commit_has_done_nothing(
    apart: Database, gate: asyncpg.Connection
) -> None:
    error = await killed(gate, apart.transaction(SYSTEM, wait))
    assert isinstance(error, DBAPIError)
    shown = public_exception(error, "r1")["extensions"]
    assert shown == {"code": "SERVER_BUSY", "requestId": "r1"}


async def test_a_statement_that_took_too_long_has_done_nothing(
    scratch: Urls, gate: asyncpg.Connection
) -> None:
    hasty = Database(scratch.app, Bounds(statement_ms=50))
    await hasty.open()
    error = await error_of(hasty.call(WAIT, []))
    await hasty.close()
    assert type(error) is asyncpg.QueryCanceledError
    assert "outcome" not in public_exception(error, "r1")["extensions"]


@pytest.mark.usefixtures("gate")
async def test_who_stops_waiting_for_a_call_does_not_know_what_became_of_it(
    apart: Database,
) -> None:
    async def impatient() -> None:
        async with asyncio.timeout(0.1):
            await apart.call(WAIT, [])

    await apart.call("select 1", [])
    error = await error_of(impatient())
    assert type(error) is TimeoutError
    assert public_exception(error, "r1")["extensions"]["outcome"] == "UNKNOWN"


async def test_what_was_never_sent_leaves_no_doubt(apart: Database) -> None:
    error = await error_of(apart.call("select $1::integer", ["no number"]))
    assert type(error) is asyncpg.DataError
    assert code_of(error) is Code.INTERNAL
