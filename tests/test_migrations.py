"""The migrations make what the models say, both ways, and the keys obey the order of domains."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import migrations
from domains.kernel.database import Database
from gateway.migrate import configuration
from migrations.namespaces import NAMESPACES, metadata
from migrations.splitting import CROSSING
from tests.postgres import Urls, beside_the_loop, copy, remove, run
from tests.world import populate

FOLDER = Path(migrations.__file__).parent
VERSIONS = FOLDER / "versions"
SCRIPTS = ScriptDirectory.from_config(configuration(""))
HISTORY = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]

# What goes with its parent. A person with money or learning can therefore not be deleted.
CASCADES = {
    "auth.mfa_settings.user_id",
    "auth.refresh_tokens.session_id",
    "auth.refresh_tokens.user_id",
    "auth.sessions.user_id",
    "auth.tokens.user_id",
    "auth.user_profiles.user_id",
    "education.assessment_submissions.student_id",
    "education.enrollments.student_id",
    "education.learning_progress.module_id",
    "education.learning_progress.student_id",
    "education.modules.course_id",
    "notifications.notifications.user_id",
}

CATALOG = """
select format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
from pg_constraint where connamespace::regnamespace::text = any($1)
union all
select pg_get_indexdef(indexrelid)
from pg_index join pg_class on pg_class.oid = indrelid
where relnamespace::regnamespace::text = any($1)
union all
select format('column %s.%s: %s, null %s, generated %s, identity %s, default %s',
              attrelid::regclass, attname, format_type(atttypid, atttypmod), not attnotnull,
              attgenerated, attidentity, pg_get_expr(adbin, adrelid))
from pg_attribute join pg_class on pg_class.oid = attrelid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where relnamespace::regnamespace::text = any($1) and relkind = 'r' and attnum > 0
  and not attisdropped
union all
select format('enum %s: %s', enumtypid::regtype, string_agg(enumlabel, ', ' order by enumsortorder))
from pg_enum group by enumtypid
"""

OBJECTS = """
select relnamespace::regnamespace || '.' || relname from pg_class
where relnamespace::regnamespace::text = any($1)
union select proname from pg_proc where pronamespace::regnamespace::text = any($1)
union select typname from pg_type where typnamespace::regnamespace::text = any($1)
union select nspname from pg_namespace where nspname = any($1)
"""

LEFT = {"kernel", "kernel.alembic_version", "kernel.alembic_version_pkc"} | {
    "alembic_version",
    "_alembic_version",
}
"""What Alembic itself keeps."""

KEYS = """
select format('%s.%s', conrelid::regclass, attname) as place, confdeltype::text as on_delete,
       child.relnamespace::regnamespace::text as below,
       parent.relnamespace::regnamespace::text as above,
       exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1]) as indexed
from pg_constraint
join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
join pg_attribute on attrelid = conrelid and attnum = conkey[1]
where contype = 'f'
"""


@pytest.fixture
async def scratch(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A database in which no migration has run."""
    name = f"azora_scratch_{worker_id}"
    urls = await copy(server, name, "template0")
    await run(urls.superuser, "create extension citext", "create extension pg_trgm")
    yield urls
    await remove(server, name)


async def there(url: str, query: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {row[0] for row in await connection.fetch(query, NAMESPACES)}
    finally:
        await connection.close()


async def test_every_revision_goes_up_and_down_and_up_again(scratch: Urls) -> None:
    config = configuration(scratch.owner)
    for revision in HISTORY:
        before = await there(scratch.owner, OBJECTS)
        beside_the_loop(command.upgrade, config, revision)
        after = await there(scratch.owner, CATALOG)
        beside_the_loop(command.downgrade, config, "-1")
        assert await there(scratch.owner, OBJECTS) - LEFT == before - LEFT
        beside_the_loop(command.upgrade, config, revision)
        assert await there(scratch.owner, CATALOG) == after
    beside_the_loop(command.downgrade, config, "base")
    assert await there(scratch.owner, OBJECTS) == LEFT


async def test_the_migrations_leave_no_difference_to_the_models(urls: Urls) -> None:
    beside_the_loop(command.check, configuration(urls.owner))


async def test_models_and_migrations_make_the_same_constraints_and_indexes(
    urls: Urls, scratch: Urls
) -> None:
    """Alembic compares neither checks nor generated columns, so this does."""
    await run(scratch.owner, *(f"create schema {name}" for name in NAMESPACES))
    engine = create_async_engine(scratch.owner.replace("postgresql:", "postgresql+asyncpg:", 1))
    async with engine.begin() as connection:
        await connection.execute(text("set local search_path = public"))
        await connection.run_sync(metadata().create_all)
    await engine.dispose()
    migrated = {line for line in await there(urls.owner, CATALOG) if "alembic_version" not in line}
    assert migrated == await there(scratch.owner, CATALOG)


async def test_where_namespaces_are_sharded_no_key_points_across(
    scratch: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZORA_SHARDED", "yes")
    config = configuration(scratch.owner)
    beside_the_loop(command.upgrade, config, "head")
    connection = await asyncpg.connect(scratch.owner)
    keys = await connection.fetch(KEYS)
    await connection.close()
    assert keys
    assert all(key["below"] == key["above"] for key in keys)
    beside_the_loop(command.check, config)
    beside_the_loop(command.downgrade, config, "base")


async def test_what_differs_is_written_as_revisions_of_one_namespace_each(
    scratch: Urls, tmp_path: Path
) -> None:
    config = configuration(scratch.owner)
    shutil.copytree(FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    beside_the_loop(command.upgrade, config, "head")
    await run(
        scratch.owner,
        "drop policy visible on auth.users",
        "alter policy visible on education.courses using (false)",
        "alter table education.students drop constraint students_user_id_fkey",
        "alter table education.students drop column grade",
        "alter type notifications.notification_type rename value 'error' to 'mistake'",
        "create policy more on notifications.notifications for select using (true)",
    )
    planted = await there(scratch.owner, CATALOG)
    beside_the_loop(command.revision, config, "repair", autogenerate=True)
    written = sorted(
        re.sub(r"^\d{8}_\d{4}_", "", path.name)
        for path in (tmp_path / "migrations" / "versions").glob("*repair.py")
    )
    assert written == [
        f"{name}_repair.py" for name in ("auth", CROSSING, "education", "notifications")
    ]
    beside_the_loop(command.upgrade, config, "head")
    beside_the_loop(command.check, config)
    beside_the_loop(command.downgrade, config, HISTORY[-1])
    assert await there(scratch.owner, CATALOG) == planted


def test_the_history_is_one_line_and_its_files_say_when_and_where() -> None:
    assert SCRIPTS.get_heads() == [HISTORY[-1]]
    assert len(SCRIPTS.get_bases()) == 1
    names = "|".join([*NAMESPACES, CROSSING])
    files = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert len(files) == len(HISTORY)
    for file, revision in zip(files, HISTORY, strict=True):
        assert re.fullmatch(rf"\d{{8}}_\d{{4}}_({names})_\w+\.py", file)
        assert revision in (VERSIONS / file).read_text()


async def test_keys_point_downward_only(owner: asyncpg.Connection) -> None:
    keys = await owner.fetch(KEYS)
    assert len(keys) == sum(
        len(table.foreign_key_constraints) for table in metadata().sorted_tables
    )
    for key in keys:
        above, below = NAMESPACES.index(key["above"]), NAMESPACES.index(key["below"])
        assert above <= below, key["place"]


async def test_every_key_has_an_index(owner: asyncpg.Connection) -> None:
    assert [key["place"] for key in await owner.fetch(KEYS) if not key["indexed"]] == []


async def test_only_these_rows_go_with_their_parents(owner: asyncpg.Connection) -> None:
    found = {key["place"] for key in await owner.fetch(KEYS) if key["on_delete"] == "c"}
    assert found == CASCADES


async def test_every_change_of_a_row_moves_its_time(
    database: Database, owner: asyncpg.Connection
) -> None:
    await populate(database)
    changing = [table for table in metadata().sorted_tables if "updated_at" in table.c]
    assert len(changing) == 7
    for table in changing:
        late = f"select count(*) from {table.fullname} where updated_at < now()"
        before = await owner.fetchval(late)
        assert before > 0, table.fullname
        assert before == await owner.fetchval(f"select count(*) from {table.fullname}")
        async with owner.transaction():
            await owner.execute(f"update {table.fullname} set id = id, updated_at = '2000-01-01'")
            assert await owner.fetchval(late) == 0, table.fullname


async def test_the_database_keeps_what_it_computes(
    database: Database, owner: asyncpg.Connection
) -> None:
    await populate(database)
    assert await owner.fetchval("select bool_and(passed) from education.assessment_submissions")
    await owner.execute("update education.assessment_submissions set score = 69.99")
    assert not await owner.fetchval("select bool_or(passed) from education.assessment_submissions")
    query = "select count(*) from education.courses where search @@ websearch_to_tsquery($1)"
    assert await owner.fetchval(query, "programming learned") == 3
    assert await owner.fetchval(query, "cooking") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update auth.users set email = 'Upper@example.org'",
        "update auth.users set name = 'x'",
        "update education.courses set price = -1",
        "update education.courses set price = 'NaN'",
        "update education.enrollments set progress = 101",
        "update education.enrollments set status = 'completed'",
        "update education.learning_progress set progress = 100",
        "update education.transactions set amount = -1",
        "update education.transactions set amount = 'NaN'",
        "update education.students set country = 'za'",
        "update auth.sessions set expires_at = created_at",
    ],
)
async def test_what_cannot_be_is_refused_by_the_database(
    database: Database, owner: asyncpg.Connection, statement: str
) -> None:
    await populate(database)
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(statement)


async def test_a_movement_in_another_currency_than_the_wallets_is_impossible(
    database: Database, owner: asyncpg.Connection
) -> None:
    await populate(database)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute("update education.transactions set currency = 'USD'")


async def test_an_address_is_free_again_once_its_account_is_deleted(
    database: Database, owner: asyncpg.Connection
) -> None:
    add = "insert into auth.users (email, name) values ('one@example.org', 'One')"
    await owner.execute(add)
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute(add)
    await owner.execute("update auth.users set deleted_at = now()")
    await owner.execute(add)
    assert await owner.fetchval("select count(*) from auth.users") == 2


async def test_two_modules_can_change_places(database: Database, owner: asyncpg.Connection) -> None:
    await populate(database)
    swap = (
        "update education.modules set position = 3 - position where position < 3 and course_id = "
    )
    swap += "(select course_id from education.modules where position = 2)"
    await owner.execute(swap)
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("update education.modules set position = 1")
