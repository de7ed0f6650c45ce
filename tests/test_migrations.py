"""The migrations make what the models say, both ways, and write themselves where they differ."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from alembic import command
from alembic.script import ScriptDirectory
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import migrations
from domains.kernel.queue import SCHEMA, queries
from gateway.migrate import configuration
from migrations.namespaces import NAMESPACES, metadata
from migrations.splitting import CROSSING
from tests.postgres import Urls, beside_the_loop, run

FOLDER = Path(migrations.__file__).parent
VERSIONS = FOLDER / "versions"
SCRIPTS = ScriptDirectory.from_config(configuration(""))
HISTORY = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]

CATALOG = """
select format('constraint %s on %s: %s', conname, conrelid::regclass,
              pg_get_constraintdef(pg_constraint.oid))
from pg_constraint left join pg_class on pg_class.oid = conrelid
where connamespace::regnamespace::text = any($1) and conparentid = 0
  and relispartition is not true
union all
select pg_get_indexdef(indexrelid)
from pg_index join pg_class on pg_class.oid = indrelid
where relnamespace::regnamespace::text = any($1) and not relispartition
union all
select format('table %s is divided by %s', partrelid::regclass, pg_get_partkeydef(partrelid))
from pg_partitioned_table join pg_class on pg_class.oid = partrelid
where relnamespace::regnamespace::text = any($1)
union all
select format('column %s.%s: %s, null %s, generated %s, identity %s, default %s',
              attrelid::regclass, attname, format_type(atttypid, atttypmod), not attnotnull,
              attgenerated, attidentity, pg_get_expr(adbin, adrelid))
from pg_attribute join pg_class on pg_class.oid = attrelid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where relnamespace::regnamespace::text = any($1) and relkind in ('r', 'p') and attnum > 0
  and not relispartition and not attisdropped
union all
select format('enum %s: %s', enumtypid::regtype, string_agg(enumlabel, ', ' order by enumsortorder))
from pg_enum join pg_type on pg_type.oid = enumtypid
where typnamespace::regnamespace::text = any($1)
group by enumtypid
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


SCHEMAS = (*NAMESPACES, SCHEMA)
"""All that the migrations make: the models' namespaces, and the queue, which is a library's."""


async def there(url: str, query: str, schemas: Sequence[str] = SCHEMAS) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {row[0] for row in await connection.fetch(query, schemas)}
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
    found = await there(urls.owner, CATALOG, NAMESPACES)
    migrated = {line for line in found if "alembic_version" not in line}
    assert migrated == await there(scratch.owner, CATALOG, NAMESPACES)


async def test_the_queue_is_as_the_installed_library_wants_it(owner: asyncpg.Connection) -> None:
    plan = await queries(AsyncpgDriver(owner)).plan_upgrade()
    assert (plan.statements, plan.notes) == ((), ())


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
