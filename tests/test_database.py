"""The test database is real: it commits, it is wiped, and it counts what is said to it."""

from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from domains.auth.models import User
from domains.kernel.database import Database, value_within
from domains.kernel.viewer import SYSTEM
from tests.makers import a_notification, a_user, viewer
from tests.statements import Statements


@pytest.mark.parametrize("_time", ["first", "again"])
async def test_each_test_begins_with_nothing(
    database: Database, owner: asyncpg.Connection, _time: str
) -> None:
    assert await owner.fetchval("select count(*) from auth.users") == 0
    await a_user(database, email="same@example.org")
    assert await owner.fetchval("select count(*) from auth.users") == 1


async def test_every_statement_is_counted_once(database: Database, statements: Statements) -> None:
    await database.value("select 1", [])
    assert statements == ["select 1"]
    async with database.session(SYSTEM) as session:
        await session.exec(select(User.id))
        await value_within(session, "select 2", [])
    assert len(statements) == 3
    assert statements[2] == "select 2"


async def test_a_viewer_is_forgotten_with_the_transaction(database: Database) -> None:
    user = await a_user(database)
    async with database.session(viewer(user)) as session:
        assert await value_within(session, "select count(*) from auth.users", []) == 1
    assert await database.value("select count(*) from auth.users", []) == 0
    assert await database.value("select current_setting('azora.user_id', true)", []) in {None, ""}


async def test_the_reads_cannot_write(database: Database) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await database.value("insert into auth.users (email, name) values ('a@b.c', 'Ab')", [])


async def test_a_person_cannot_write_what_is_not_theirs(
    database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.session(viewer(user)) as session:
            session.add(User(id=uuid4(), email="other@example.org", name="Other"))
    assert await owner.fetchval("select count(*) from auth.users") == 1


async def test_only_the_recipient_can_change_a_notification(
    database: Database, owner: asyncpg.Connection
) -> None:
    user, other = await a_user(database), await a_user(database)
    await a_notification(database, user.id)
    read = "update notifications.notifications set read_at = now() returning 1"
    async with database.session(viewer(other)) as session:
        assert await value_within(session, read, []) is None
    async with database.session(viewer(user)) as session:
        assert await value_within(session, read, []) == 1
    assert await owner.fetchval("select count(read_at) from notifications.notifications") == 1


async def test_who_deletes_a_notification_must_be_the_system(
    database: Database, owner: asyncpg.Connection
) -> None:
    """A row may not leave its writer's sight, so a soft delete is the system's work."""
    user = await a_user(database)
    await a_notification(database, user.id)
    delete = "update notifications.notifications set deleted_at = now() where read_at is null"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.session(viewer(user)) as session:
            await value_within(session, delete, [])
    async with database.session(SYSTEM) as session:
        await value_within(session, delete, [])
    assert await owner.fetchval("select count(deleted_at) from notifications.notifications") == 1
