"""Some tables are only ever added to, even by their owner."""

import asyncpg
import pytest

from domains.kernel.database import Database
from migrations.objects import APPEND_ONLY, PRIVILEGES, models
from tests.makers import a_user
from tests.world import populate


def test_every_such_table_exists() -> None:
    assert models().keys() >= APPEND_ONLY


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
async def test_no_row_of_it_changes_or_goes(
    database: Database, owner: asyncpg.Connection, table: str
) -> None:
    await populate(database)
    count = await owner.fetchval(f"select count(*) from {table}")
    assert count > 0
    for change in (
        f"update {table} set id = id",
        f"update {table} set id = uuidv7()",
        f"delete from {table}",
        f"truncate {table} cascade",
    ):
        with pytest.raises(asyncpg.RestrictViolationError, match=f"{table} is only ever added to"):
            await owner.execute(change)
    assert await owner.fetchval(f"select count(*) from {table}") == count


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
async def test_the_application_may_read_it_and_at_most_add_to_it(
    owner: asyncpg.Connection, table: str
) -> None:
    allowed = [
        privilege
        for privilege in ("select", "insert", "update", "delete", "truncate", "references")
        if await owner.fetchval("select has_table_privilege('azora_app', $1, $2)", table, privilege)
    ]
    assert allowed == (["select"] if table in PRIVILEGES else ["select", "insert"])


async def test_a_person_that_is_erased_leaves_a_log_without_its_name(
    database: Database, owner: asyncpg.Connection
) -> None:
    erased = (await a_user(database)).id
    await owner.execute(
        "insert into nexus.audit_logs (user_id, action, entity_type, entity_id) "
        "values ($1, 'seen', 'Job', '1')",
        erased,
    )
    forged = "update nexus.audit_logs set user_id = null, action = 'forged'"
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(forged)
    await owner.execute("delete from auth.users where id = $1", erased)
    [left] = await owner.fetch("select user_id, action from nexus.audit_logs")
    assert tuple(left) == (None, "seen")


async def test_where_later_rows_vouch_for_a_row_not_even_the_key_to_a_person_goes(
    database: Database, owner: asyncpg.Connection
) -> None:
    await populate(database)
    named = "select count(*) from auth.audit_logs where user_id is not null"
    count = await owner.fetchval(named)
    assert count > 0
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("update auth.audit_logs set user_id = null")
    assert await owner.fetchval(named) == count


@pytest.mark.parametrize("table", ["health.constitutional_logs", "nexus.audit_logs"])
async def test_only_the_key_to_a_person_can_go_and_nothing_with_it(
    database: Database, owner: asyncpg.Connection, table: str
) -> None:
    await populate(database)
    named = f"select count(*) from {table} where user_id is not null"
    count = await owner.fetchval(named)
    assert count > 0
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(f"update {table} set user_id = null, created_at = now()")
    assert await owner.fetchval(named) == count
    await owner.execute(f"update {table} set user_id = null")
    assert await owner.fetchval(named) == 0
