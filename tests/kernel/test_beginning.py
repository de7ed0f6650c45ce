"""A transaction begins in one message, on a connection that is not lost, for a viewer who is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy import event, text
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import PROVER
from domains.kernel.database import Bounds, Database
from domains.kernel.read.plan import ViewerUnproven
from domains.kernel.viewer import SYSTEM, Viewer
from tests.postgres import Urls
from tests.remembered import Remembered, remembered

WHO = """
select current_setting('azora.user_id'), current_setting('azora.role'),
  current_setting('transaction_isolation')
"""
IDLE = """
select count(*) from pg_stat_activity
where datname = current_database() and application_name = 'azora'
  and state like 'idle in transaction%'
"""


@pytest.fixture
async def said() -> list[str]:
    """What goes over the wire to the cluster of `apart`."""
    return []


@pytest.fixture
async def apart(urls: Urls, wiped: None, said: list[str]) -> AsyncIterator[Database]:
    """A database with connections of its own."""
    database = Database(urls.app, Bounds(writes=3))

    @event.listens_for(database.engine.sync_engine, "connect")
    def listen(connection: object, _record: object) -> None:
        driver: asyncpg.Connection = connection.driver_connection  # type: ignore[attr-defined]
        driver.add_query_logger(lambda query: said.append(query.query))

    await database.open()
    yield database
    await database.close()


async def who(session: AsyncSession, _viewer: Viewer) -> tuple[str, ...]:
    return tuple((await (await session.connection()).execute(text(WHO))).one())


async def test_settings_are_made_by_the_message_that_begins(
    apart: Database, said: list[str]
) -> None:
    assert await apart.transaction(SYSTEM, who) == ("", "system", "read committed")
    await asyncio.sleep(0)
    begun, *_, ended = said
    assert begun == "begin; set local azora.user_id = ''; set local azora.role = 'system'"
    assert ended == "commit"


async def test_a_snapshot_begins_as_one(apart: Database) -> None:
    async with apart.session(SYSTEM, snapshot=True) as session:
        assert await who(session, SYSTEM) == ("", "system", "repeatable read")
    async with apart.session(SYSTEM) as session:
        assert await who(session, SYSTEM) == ("", "system", "read committed")


async def test_an_error_rolls_back_on_the_wire(apart: Database, said: list[str]) -> None:
    with pytest.raises(LookupError):
        async with apart.session(SYSTEM):
            raise LookupError
    await asyncio.sleep(0)
    assert [each.split(";")[0] for each in said] == ["begin", "rollback"]


async def test_connections_that_were_lost_are_let_go_and_nobody_notices(
    apart: Database, superuser: tuple[asyncpg.Connection, str]
) -> None:
    met = asyncio.Barrier(apart.bounds.writes)

    async def backend(session: AsyncSession, _viewer: Viewer) -> int:
        await met.wait()
        query = text("select pg_backend_pid()")
        pid: int = (await (await session.connection()).execute(query)).scalar_one()
        return pid

    async def backends() -> list[int]:
        each = (apart.transaction(SYSTEM, backend) for _ in range(apart.bounds.writes))
        return await asyncio.gather(*each)

    before = await backends()
    for pid in before:
        await superuser[0].execute("select pg_terminate_backend($1, 5000)", pid)
    assert set(await backends()).isdisjoint(before)


async def test_for_a_viewer_who_is_remembered_the_same_message_makes_sure_of_them(
    apart: Database, said: list[str]
) -> None:
    known = await remembered(apart)
    said.clear()
    found = await apart.transaction(known.viewer, who)
    await asyncio.sleep(0)
    assert found == (str(known.viewer.user_id), "student", "read committed")
    assert said[0].startswith("begin; select where auth.prove_viewer('\\x")
    assert said[-1] == "commit"


async def test_for_a_viewer_who_is_not_who_they_were_nothing_runs(
    apart: Database, owner: asyncpg.Connection
) -> None:
    known = await remembered(apart)
    await owner.execute("update auth.sessions set revoked_at = now()")
    ran = False

    async def work(_session: AsyncSession, _viewer: Viewer) -> None:
        nonlocal ran
        ran = True

    with pytest.raises(ViewerUnproven):
        await apart.transaction(known.viewer, work)
    assert not ran
    assert await owner.fetchval(IDLE) == 0
    assert await apart.transaction(SYSTEM, who) == ("", "system", "read committed")


async def test_a_proof_that_nobody_can_check_is_none(apart: Database) -> None:
    known: Remembered = await remembered(apart)
    with pytest.raises(RuntimeError, match="nobody can prove"):
        await apart.transaction(replace(known.viewer, prover=None), who)
    assert known.viewer.prover == PROVER


async def test_who_is_cancelled_while_it_begins_leaves_no_transaction_open(
    apart: Database, owner: asyncpg.Connection
) -> None:
    known = await remembered(apart)
    async with owner.transaction():
        await owner.execute("lock table auth.sessions in access exclusive mode")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await apart.transaction(known.viewer, who)
    assert await owner.fetchval(IDLE) == 0
    assert (await apart.transaction(known.viewer, who))[1] == "student"
