"""Changes of one statement: the viewer's own row policies hold, and the viewer is made sure of."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Uuid
from sqlmodel import col, update

from domains.kernel.change import Change, given
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.read.plan import ViewerUnproven
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Viewer
from domains.notifications.models import Notification
from tests.makers import a_notification, a_user, viewer
from tests.remembered import remembered

RENAME = Change(
    update(Notification)
    .where(col(Notification.id) == given("id", Uuid))
    .values(title="Changed")
    .returning(col(Notification.id))
)
TITLES = "select array_agg(title order by title) from notifications.notifications"


async def changed(database: Database, by: Viewer, change: Change, id: UUID) -> UUID | None:
    row = await database.change(by, change, id=id)
    return row["id"] if row else None


async def test_only_what_the_viewer_may_change_is_changed(
    database: Database, owner: asyncpg.Connection
) -> None:
    me, other = await a_user(database), await a_user(database)
    mine = await a_notification(database, me.id)
    theirs = await a_notification(database, other.id)

    assert await changed(database, viewer(me), RENAME, mine.id) == mine.id
    for by in (viewer(me), ANONYMOUS):
        assert await changed(database, by, RENAME, theirs.id) is None

    assert await owner.fetchval(TITLES) == ["Changed", "Hello"]
    assert await changed(database, SYSTEM, RENAME, theirs.id) == theirs.id
    assert await owner.fetchval(TITLES) == ["Changed", "Changed"]


async def test_nothing_of_the_viewer_stays_on_the_connection(database: Database) -> None:
    me = await a_user(database)
    mine = await a_notification(database, me.id)
    for _ in range(database.bounds.calls + 1):
        assert await changed(database, viewer(me), RENAME, mine.id) == mine.id
        row = await database.call("select current_setting('azora.user_id', true) as left", [])
        assert row is not None
        assert row["left"] in {None, ""}


async def test_a_remembered_viewer_is_made_sure_of_by_the_same_statement(
    database: Database, owner: asyncpg.Connection
) -> None:
    known = await remembered(database)
    assert known.viewer.user_id is not None
    row = await a_notification(database, known.viewer.user_id)
    other = await a_notification(database, known.viewer.user_id)
    assert await changed(database, known.viewer, RENAME, row.id) == row.id

    await owner.execute("update auth.sessions set revoked_at = now()")
    with pytest.raises(ViewerUnproven):
        await changed(database, known.viewer, RENAME, other.id)
    assert await owner.fetchval(TITLES) == ["Changed", "Hello"]


async def test_even_what_all_may_change_is_not_changed_by_who_is_not_proven(
    database: Database, owner: asyncpg.Connection
) -> None:
    """The statement itself waits for the proof: it does not lean on the policies."""
    known = await remembered(database)
    assert known.viewer.user_id is not None
    row = await a_notification(database, known.viewer.user_id)
    statement = RENAME.proved_by(known.viewer.proven_by)
    await owner.execute("update auth.sessions set revoked_at = now()")

    arguments = statement.arguments(known.viewer, {"id": row.id})
    assert [tuple(each) for each in await owner.fetch(statement.sql, *arguments)] == [(None, None)]
    assert await owner.fetchval(TITLES) == ["Hello"]


async def test_the_proof_is_asked_for_before_any_row_is_looked_at(
    database: Database, owner: asyncpg.Connection
) -> None:
    known = await remembered(database)
    statement = RENAME.proved_by(known.viewer.proven_by)
    arguments = statement.arguments(known.viewer, {"id": known.viewer.user_id})
    plan = [row[0].strip() for row in await owner.fetch(f"explain {statement.sql}", *arguments)]

    gate = next(index for index, line in enumerate(plan) if line.startswith("One-Time Filter"))
    rows = next(index for index, line in enumerate(plan) if "Scan" in line and " on notif" in line)
    assert gate < rows
    assert plan[0].startswith("Nested Loop Left Join")


async def test_who_meets_another_change_waits_and_then_changes_what_there_is(
    database: Database, owner: asyncpg.Connection
) -> None:
    me = await a_user(database)
    row = await a_notification(database, me.id)
    async with owner.transaction():
        await owner.execute("update notifications.notifications set deleted_at = $1", now())
        renaming = asyncio.create_task(changed(database, viewer(me), RENAME, row.id))
        await asyncio.sleep(0.1)
        assert not renaming.done()
    assert await renaming is None


def test_a_statement_is_compiled_once_for_all_values() -> None:
    assert RENAME.proved_by("auth.prove_viewer") is RENAME.proved_by("auth.prove_viewer")
    assert RENAME.proved_by(None) is not RENAME.proved_by("auth.prove_viewer")
