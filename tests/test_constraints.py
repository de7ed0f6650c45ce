"""What the database itself holds to: keys, checks, computed columns and times of change."""

import asyncpg
import pytest
from alembic import command

from domains.kernel.database import Database
from gateway.migrate import configuration
from migrations.namespaces import NAMESPACES, metadata
from tests.postgres import Urls, beside_the_loop
from tests.world import populate

# What goes with its parent. A person with money or learning can therefore not be deleted.
CASCADES = {
    "auth.mfa_settings.user_id",
    "auth.passkeys.user_id",
    "auth.refresh_tokens.session_id",
    "auth.refresh_tokens.user_id",
    "auth.sessions.impersonator_id",
    "auth.sessions.user_id",
    "auth.tokens.user_id",
    "auth.user_profiles.user_id",
    "education.assessment_submissions.student_id",
    "education.enrollments.student_id",
    "education.learning_progress.student_id",
    "education.modules.course_id",
    "family.conversations.user_id",
    "family.family_interactions.user_id",
    "family.messages.conversation_id",
    "forge.skill_profiles.user_id",
    "nexus.interactions.user_id",
    "nexus.recommendations.user_id",
    "nexus.user_profiles.user_id",
    "notifications.notifications.user_id",
    "sapiens.assessments.student_id",
    "sapiens.learning_insights.session_id",
    "sapiens.learning_paths.student_id",
    "sapiens.messages.session_id",
    "sapiens.path_steps.path_id",
    "sapiens.progress.path_id",
    "sapiens.questions.student_id",
    "sapiens.student_profiles.student_id",
    "sapiens.tutoring_sessions.student_id",
}

KEYS = """
select format('%s.%s', conrelid::regclass, attname) as place, confdeltype::text as on_delete,
       child.relnamespace::regnamespace::text as below,
       parent.relnamespace::regnamespace::text as above,
       exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1]) as indexed
from pg_constraint
join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
join pg_attribute on attrelid = conrelid and attnum = conkey[1]
where contype = 'f' and conparentid = 0
"""


async def test_keys_point_downward_only(owner: asyncpg.Connection) -> None:
    keys = await owner.fetch(KEYS)
    assert len(keys) == sum(
        len(table.foreign_key_constraints) for table in metadata().sorted_tables
    )
    for key in keys:
        above, below = NAMESPACES.index(key["above"]), NAMESPACES.index(key["below"])
        assert above <= below, key["place"]


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


async def test_every_key_has_an_index(owner: asyncpg.Connection) -> None:
    assert [key["place"] for key in await owner.fetch(KEYS) if not key["indexed"]] == []


async def test_only_these_rows_go_with_their_parents(owner: asyncpg.Connection) -> None:
    found = {key["place"] for key in await owner.fetch(KEYS) if key["on_delete"] == "c"}
    assert found == CASCADES


async def test_every_change_of_a_row_moves_its_time(
    database: Database, owner: asyncpg.Connection
) -> None:
    await populate(database)
    await owner.execute(
        "insert into kernel.operations (hash, document, client) values ('h', '{ x }', '')"
    )
    changing = [table for table in metadata().sorted_tables if "updated_at" in table.c]
    assert {table.schema for table in changing} >= {"auth", "education", "mint"}
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
        "update mint.wallets set balance = 'NaN' where kind = 'ISSUANCE'",
        "update mint.wallets set balance = -1 where kind = 'USER'",
        "update mint.wallets set balance = -1000000000.00000001 where kind = 'ISSUANCE'",
        "update mint.wallets set status = 'CLOSED' where kind = 'ESCROW'",
        "update mint.wallets set payer_id = null where kind = 'ESCROW'",
        "update mint.wallets set payee_id = payer_id where kind = 'ESCROW'",
        "update mint.wallets set user_id = null where kind = 'STAKE'",
        "update mint.stakes set unlocks_at = started_at",
        "update mint.stakes set status = 'completed'",
        "update mint.mining_records set difficulty = 11",
        "update mint.mining_records set number = 0",
        "update mint.economic_metrics set total_staked = total_staked + 1",
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


async def test_a_wallet_in_another_currency_than_its_movements_is_impossible(
    database: Database, owner: asyncpg.Connection
) -> None:
    await populate(database)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute("update mint.wallets set currency = 'USD' where kind = 'USER'")


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
