"""Who sees which row, and that the database says the same as the policies beside the models."""

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.database import Database, value_within
from domains.kernel.policy import policy_of, protected_tables, sql_text
from domains.kernel.viewer import SYSTEM, Viewer
from migrations.comparison import differences
from migrations.namespaces import NAMESPACES, metadata
from migrations.objects import groups, models, wanted
from tests.postgres import Urls
from tests.world import ALL, CALLERS, LiteralTerms, populate, visible

metadata()

EXPECTED = visible()


@pytest.fixture
async def world(database: Database) -> dict[str, Viewer]:
    return {**await populate(database), ALL: SYSTEM}


async def seen(database: Database, caller: Viewer) -> dict[str, int]:
    """How many rows of each table plain statements of this caller find."""
    async with database.session(caller) as session:
        return {table: await _count(session, table) for table in protected_tables()}


async def _count(session: AsyncSession, table: str) -> int:
    allowed = await value_within(session, "select has_table_privilege($1, 'select')", [table])
    if not allowed:
        return 0
    count: int = await value_within(session, f"select count(*) from {table}", [])
    return count


def test_no_table_is_without_a_row_in_the_table_of_callers() -> None:
    assert set(EXPECTED[ALL]) == set(protected_tables())
    assert set(protected_tables()) == {table.fullname for table in metadata().sorted_tables}


async def test_every_caller_sees_these_rows_and_no_others(
    database: Database, world: dict[str, Viewer]
) -> None:
    found = {caller: await seen(database, viewer) for caller, viewer in world.items()}
    assert found == EXPECTED


async def test_the_predicates_find_the_same_rows_without_the_database_guarding_them(
    world: dict[str, Viewer], owner: asyncpg.Connection
) -> None:
    for caller in CALLERS:
        found = {}
        for name, model in models().items():
            table = metadata().tables[name].alias("t0")
            visible = policy_of(model).visible(table.c, LiteralTerms(world[caller]))
            query = sa.select(sa.func.count()).select_from(table).where(visible)
            found[name] = await owner.fetchval(sql_text(query))
        assert found == EXPECTED[caller], caller


async def test_the_policies_of_the_database_are_those_of_the_models(urls: Urls) -> None:
    assert await differing(urls) == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("alter policy visible on education.courses using (true)", "policy visible on"),
        ("drop policy updatable on auth.users", "create policy updatable on auth.users"),
        (
            "create policy more on auth.users for select to azora_app using (true)",
            "drop policy more on auth.users",
        ),
        ("alter table auth.tokens no force row level security", "auth.tokens enable row level"),
        ("grant delete on auth.audit_logs to azora_app", "revoke all on auth.audit_logs"),
        ("grant execute on function education.viewer_student_ids() to public", "from public"),
        (
            (
                "create or replace function education.viewer_student_ids() returns setof uuid "
                "language sql stable security definer set search_path = '' "
                "as 'select id from education.students'"
            ),
            "function education.viewer_student_ids()",
        ),
        (
            "alter function education.viewer_student_ids() security invoker",
            "function education.viewer_student_ids()",
        ),
        ("drop trigger touch on auth.users", "create or replace trigger touch"),
    ],
)
async def test_a_policy_that_was_changed_by_hand_is_noticed(
    urls: Urls, change: str, key: str
) -> None:
    found = await differing(urls, change)
    assert len(found) == 1
    assert key in found[0]


async def differing(urls: Urls, change: str = "select 1") -> list[str]:
    """What the comparison finds after a change that is then rolled back."""
    engine = create_async_engine(urls.owner.replace("postgresql:", "postgresql+asyncpg:", 1))
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(change)
            return await connection.run_sync(
                lambda plain: [
                    "; ".join((*found.take, *found.make))
                    for found in differences(plain, wanted(), NAMESPACES)
                ]
            )
    finally:
        await engine.dispose()


async def test_every_table_is_guarded_even_from_its_owner(owner: asyncpg.Connection) -> None:
    guarded = await owner.fetch(
        "select relnamespace::regnamespace || '.' || relname from pg_class "
        "where relkind in ('r', 'p') and not relispartition "
        "and relowner = 'azora_owner'::regrole and relrowsecurity and relforcerowsecurity"
    )
    assert {row[0] for row in guarded} == set(protected_tables())
    unguarded = await owner.fetch(
        "select oid::regclass::text from pg_class where relkind in ('r', 'p', 'v', 'm') "
        "and relnamespace::regnamespace::text = any($1) "
        "and not (relrowsecurity and relforcerowsecurity)",
        NAMESPACES,
    )
    assert [row[0] for row in unguarded] == ["kernel.alembic_version"]


async def test_the_application_can_pass_no_policy(owner: asyncpg.Connection) -> None:
    role = await owner.fetchrow("select * from pg_roles where rolname = 'azora_app'")
    assert role is not None
    powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
    assert not any(role[power] for power in powers)
    owned = "select count(*) from pg_shdepend where refobjid = 'azora_app'::regrole and deptype='o'"
    assert await owner.fetchval(owned) == 0
    member = "select count(*) from pg_auth_members where member = 'azora_app'::regrole"
    assert await owner.fetchval(member) == 0
    creates = "select has_schema_privilege('azora_app', 'kernel', 'create')"
    seen = "select has_table_privilege('azora_app', 'kernel.alembic_version', 'select')"
    assert await owner.fetchval(creates) is False
    assert await owner.fetchval(seen) is False


async def test_groups_run_as_their_owner_and_for_the_application_alone(
    owner: asyncpg.Connection,
) -> None:
    for name in groups():
        found = await owner.fetchrow(
            "select prosecdef, proconfig, proowner::regrole::text as owner, "
            "has_function_privilege('azora_app', oid, 'execute') as usable, "
            "proacl::text from pg_proc where oid = $1::regprocedure",
            f"{name}()",
        )
        assert found is not None
        assert (found["prosecdef"], found["owner"], found["usable"]) == (True, "azora_owner", True)
        assert found["proconfig"] == ['search_path=""']
        assert not found["proacl"].startswith("{=")
