"""Transactions: one viewer each, committed once, tried again when the database asks for it."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import User
from domains.kernel.database import ATTEMPTS, Database, value_within
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from tests.makers import a_user

SETTINGS = "select current_setting('azora.user_id', true), current_setting('azora.role', true)"


async def settings(session: AsyncSession, _viewer: Viewer) -> tuple[str | None, str | None]:
    connection = await session.connection()
    user_id, role = (await connection.execute(text(SETTINGS))).one()
    return user_id, role


async def test_a_viewers_settings_end_with_the_transaction(database: Database) -> None:
    user = await a_user(database)
    assert await database.transaction(Viewer(user.id, Role.STUDENT), settings) == (
        str(user.id),
        "student",
    )
    async with database.engine.connect() as connection:
        left = (await connection.execute(text(SETTINGS))).one()
    assert set(left) <= {"", None}


async def test_an_error_leaves_nothing_behind(
    database: Database, owner: asyncpg.Connection
) -> None:
    async def fail(session: AsyncSession, _viewer: Viewer) -> None:
        session.add(User(email="lost@example.org", name="Lost"))
        await session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.transaction(SYSTEM, fail)
    assert await owner.fetchval("select count(*) from auth.users") == 0


async def test_a_deadlock_is_settled_by_trying_again(database: Database) -> None:
    first, second = await a_user(database), await a_user(database)
    met = asyncio.Barrier(2)
    tries = []

    async def rename(session: AsyncSession, _viewer: Viewer, *users: User) -> None:
        tries.append(users[0].id)
        for number, user in enumerate(users):
            change = update(User).where(col(User.id) == user.id).values(name=f"Name {len(tries)}")
            await session.exec(change)
            if number == 0 and len(tries) <= 2:
                await met.wait()

    await asyncio.gather(
        database.transaction(SYSTEM, rename, first, second),
        database.transaction(SYSTEM, rename, second, first),
    )
    assert len(tries) == 3


async def test_trying_again_has_an_end(database: Database) -> None:
    tries = 0

    async def conflict(session: AsyncSession, _viewer: Viewer) -> None:
        nonlocal tries
        tries += 1
        raised = "do $$ begin raise exception 'conflict' using errcode = '40001'; end $$"
        await (await session.connection()).execute(text(raised))

    with pytest.raises(Exception, match="conflict"):
        await database.transaction(SYSTEM, conflict)
    assert tries == ATTEMPTS


async def test_a_plan_within_a_transaction_reads_its_own_writes(database: Database) -> None:
    async def write_and_read(session: AsyncSession, _viewer: Viewer) -> tuple[int, int]:
        session.add(User(email="new@example.org", name="New"))
        inside = await value_within(session, "select count(*) from auth.users", [])
        outside = await database.value("select count(*) from auth.users", [])
        return inside, outside

    assert await database.transaction(SYSTEM, write_and_read) == (1, 0)


async def test_the_read_pool_cannot_write(database: Database) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await database.value("insert into auth.users default values returning id", [])


async def test_rows_are_hidden_without_a_viewer(database: Database) -> None:
    await a_user(database)
    async with database.session(ANONYMOUS) as session:
        assert (await session.exec(select(User))).all() == []
