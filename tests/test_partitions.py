"""Tables of time-ordered ids are kept by months, and nobody has to think of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic import command

from gateway.migrate import configuration
from migrations.namespaces import metadata
from tests.postgres import Urls, beside_the_loop, copy, remove

PARTED = {
    table.fullname
    for table in metadata().sorted_tables
    if table.dialect_options["postgresql"]["partition_by"]
}

PARTS = """
select inhparent::regclass::text as parent, part.relname as name, part.oid::regclass::text as place,
       relrowsecurity and relforcerowsecurity as secured, relacl::text as privileges,
       array(select tgname::text from pg_trigger
             where tgrelid = part.oid and not tgisinternal order by 1) as triggers
from pg_inherits join pg_class part on part.oid = inhrelid where relkind = 'r' order by 1, 2
"""

ADD = "insert into auth.audit_logs (id, action) values ($1, 'user.login')"
WHERE = "select tableoid::regclass::text from auth.audit_logs where id = $1"
MAKE = "select kernel.make_partitions($1)"


@pytest.fixture
async def own(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A migrated database whose partitions are for this test alone."""
    yield await copy(server, f"azora_parted_{worker_id}")
    await remove(server, f"azora_parted_{worker_id}")


@pytest.fixture
async def owned(own: Urls) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to it."""
    connection = await asyncpg.connect(own.owner)
    yield connection
    await connection.close()


def month(after: int) -> datetime:
    """The beginning of a month, counted from this one."""
    today = datetime.now(UTC)
    years, index = divmod(today.month - 1 + after, 12)
    return datetime(today.year + years, index + 1, 1, tzinfo=UTC)


def first_id(moment: datetime) -> UUID:
    """The smallest id of that moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62)


def named(after: int) -> str:
    return f"auth.audit_logs_{month(after):%Y_%m}"


async def parts(connection: asyncpg.Connection, parent: str) -> list[Any]:
    return [part for part in await connection.fetch(PARTS) if part["parent"] == parent]


@pytest.mark.parametrize("parent", sorted(PARTED))
async def test_a_table_has_a_part_for_each_of_the_next_months_and_one_for_the_rest(
    owned: asyncpg.Connection, parent: str
) -> None:
    table = parent.partition(".")[2]
    found = [part["name"] for part in await parts(owned, parent)]
    assert found == [*(f"{table}_{month(after):%Y_%m}" for after in range(4)), f"{table}_default"]


@pytest.mark.parametrize("parent", sorted(PARTED))
async def test_no_part_is_open_to_anybody_and_each_is_kept_as_its_table_is(
    owned: asyncpg.Connection, parent: str
) -> None:
    kept = await owned.fetchval(
        "select array(select tgname::text from pg_trigger"
        " where tgrelid = $1::text::regclass and not tgisinternal order by 1)",
        parent,
    )
    for part in await parts(owned, parent):
        assert part["secured"], part["place"]
        assert part["privileges"] is None, part["place"]
        assert part["triggers"] == kept, part["place"]


async def test_the_application_reaches_rows_through_the_table_alone(own: Urls) -> None:
    connection = await asyncpg.connect(own.app)
    try:
        await connection.execute("select set_config('azora.role', 'system', false)")
        await connection.execute(ADD, first_id(month(0)))
        assert await connection.fetchval("select count(*) from auth.audit_logs") == 1
        for statement in (
            f"select from {named(0)}",
            f"delete from {named(0)}",
            f"alter table {named(0)} disable trigger user",
            "select kernel.move_rows(0, 0, null, null)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_month_begins_with_its_first_millisecond_and_ends_before_the_next(
    owned: asyncpg.Connection,
) -> None:
    first, next_first = first_id(month(1)), first_id(month(2))
    last = UUID(int=next_first.int - 1 - (0x7 << 76 | 0b10 << 62))
    for key, place in ((first, named(1)), (last, named(1)), (next_first, named(2))):
        await owned.execute(ADD, key)
        assert await owned.fetchval(WHERE, key) == place


async def test_a_second_run_finds_nothing_to_do(owned: asyncpg.Connection) -> None:
    assert await owned.fetchval(MAKE, 3) == 0
    assert await owned.fetchval(MAKE, 4) == len(PARTED)
    assert await owned.fetchval(MAKE, 4) == 0


async def test_runs_beside_each_other_make_each_part_once(own: Urls) -> None:
    async def make() -> int:
        connection = await asyncpg.connect(own.app)
        try:
            made: int = await connection.fetchval(MAKE, 6)
        finally:
            await connection.close()
        return made

    made = await asyncio.gather(*(make() for _ in range(4)))
    assert sorted(made) == [0, 0, 0, 3 * len(PARTED)]


@pytest.mark.parametrize("after", [-13, 5])
async def test_rows_that_came_before_their_part_are_moved_into_it(
    owned: asyncpg.Connection, after: int
) -> None:
    rows = [UUID(int=first_id(month(after)).int + number) for number in range(3)]
    stranger = UUID(int=0)
    for key in (*rows, stranger):
        await owned.execute(ADD, key)
        assert await owned.fetchval(WHERE, key) == "auth.audit_logs_default"
    await owned.fetchval(MAKE, 5)
    for key in rows:
        assert await owned.fetchval(WHERE, key) == named(after)
    assert await owned.fetchval(WHERE, stranger) == "auth.audit_logs_default"
    for change in (
        "delete from auth.audit_logs",
        f"delete from {named(after)}",
        f"truncate {named(after)}",
        "delete from auth.audit_logs_default",
        "truncate auth.audit_logs_default",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owned.execute(change)
    assert await owned.fetchval("select count(*) from auth.audit_logs") == 4


async def test_rows_that_keys_point_to_stay_where_they_are(owned: asyncpg.Connection) -> None:
    await owned.execute(
        "create table auth.trials (id uuid primary key) partition by range (id);"
        "create table auth.appeals (trial_id uuid references auth.trials on delete cascade)"
    )
    await owned.fetchval(MAKE, 0)
    old = first_id(month(-1))
    await owned.execute("insert into auth.trials values ($1)", old)
    await owned.execute("insert into auth.appeals values ($1)", old)
    await owned.fetchval(MAKE, 1)
    assert await owned.fetchval("select count(*) from auth.appeals") == 1
    assert [part["name"] for part in await parts(owned, "auth.trials")] == [
        f"trials_{month(0):%Y_%m}",
        f"trials_{month(1):%Y_%m}",
        "trials_default",
    ]


@pytest.mark.parametrize("months", [-1, 25])
async def test_only_a_sensible_number_of_months_is_made(
    owned: asyncpg.Connection, months: int
) -> None:
    with pytest.raises(asyncpg.InvalidParameterValueError, match="between 0 and 24"):
        await owned.fetchval(MAKE, months)


async def test_the_audit_log_becomes_parts_and_whole_again_with_all_its_rows(
    scratch: Urls,
) -> None:
    config = configuration(scratch.owner)
    beside_the_loop(command.upgrade, config, "7b1f0c2a94de")
    connection = await asyncpg.connect(scratch.owner)
    rows = [first_id(month(after)) for after in (-2, 0, 1, 7)]
    for key in rows:
        await connection.execute(ADD, key)
    logs = "select * from auth.audit_logs order by id"
    before = await connection.fetch(logs)
    beside_the_loop(command.upgrade, config, "+1")
    assert await connection.fetch(logs) == before
    places = [await connection.fetchval(WHERE, key) for key in rows]
    assert places == [*map(named, (-2, 0, 1)), "auth.audit_logs_default"]
    beside_the_loop(command.downgrade, config, "-1")
    assert await connection.fetch(logs) == before
    assert {await connection.fetchval(WHERE, key) for key in rows} == {"auth.audit_logs"}
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("delete from auth.audit_logs")
    await connection.close()
