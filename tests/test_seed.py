"""The example data is complete, explains itself, and is put in once."""

from decimal import Decimal

import asyncpg
import pytest
from click.testing import CliRunner

from domains.auth.engine.passwords import check
from domains.kernel.database import Database
from domains.kernel.policy import protected_tables
from domains.kernel.viewer import ANONYMOUS
from gateway.cli import main
from seed import run
from seed.accounts import ACCOUNTS, EDUCATOR, EMPLOYER, PASSWORD, STUDENT
from seed.ids import fixed_id

ROWS = {
    "auth.users": 3,
    "auth.user_profiles": 3,
    "mint.wallets": 4,
    "mint.postings": 6,
    "mint.transactions": 9,
    "education.students": 1,
    "education.courses": 2,
    "education.modules": 2,
    "education.enrollments": 1,
    "education.learning_progress": 1,
    "education.wallets": 1,
    "education.transactions": 2,
    "family.family_members": 11,
    "family.conversations": 1,
    "family.messages": 2,
    "family.family_interactions": 1,
    "nexus.user_profiles": 1,
    "nexus.recommendations": 2,
    "nexus.interactions": 1,
    "nexus.audit_logs": 1,
    "health.logs": 5,
    "health.constitutional_logs": 1,
    "forge.jobs": 2,
    "forge.skill_profiles": 1,
    "sapiens.tutoring_sessions": 1,
    "sapiens.messages": 2,
    "sapiens.learning_paths": 1,
    "sapiens.path_steps": 5,
    "sapiens.progress": 1,
    "notifications.notifications": 3,
}


async def everything(owner: asyncpg.Connection) -> dict[str, list[str]]:
    """All rows of all tables as text."""
    return {
        table: [
            row[0] for row in await owner.fetch(f"select row::text from {table} row order by 1")
        ]
        for table in protected_tables()
    }


async def test_the_first_run_adds_exactly_the_example_data(
    database: Database, owner: asyncpg.Connection
) -> None:
    report = await run(database)
    assert dict(report.added) == ROWS
    there = {table: len(rows) for table, rows in (await everything(owner)).items() if rows}
    assert there == ROWS
    beginning = f"Added {sum(ROWS.values())} rows: auth.user_profiles 3, auth.users 3, education."
    assert str(report).startswith(beginning)


async def test_a_second_run_changes_nothing(database: Database, owner: asyncpg.Connection) -> None:
    await run(database)
    before = await everything(owner)
    report = await run(database)
    assert dict(report.added) == {}
    assert str(report) == "The example data was there already."
    assert await everything(owner) == before


async def test_what_a_person_has_changed_stays_changed(
    database: Database, owner: asyncpg.Connection
) -> None:
    await run(database)
    await owner.execute("update education.courses set title = 'Another title'")
    await owner.execute("delete from notifications.notifications")
    report = await run(database)
    assert dict(report.added) == {"notifications.notifications": 3}
    titles = await owner.fetch("select distinct title from education.courses")
    assert [row["title"] for row in titles] == ["Another title"]


async def test_progress_is_the_mean_of_the_modules(
    database: Database, owner: asyncpg.Connection
) -> None:
    await run(database)
    shown = await owner.fetchval("select progress from education.enrollments")
    mean = await owner.fetchval(
        "select avg(coalesce(done.progress, 0)) from education.enrollments place "
        "join education.modules module using (course_id) "
        "left join education.learning_progress done "
        "on done.module_id = module.id and done.student_id = place.student_id"
    )
    assert shown == mean == Decimal(25)


async def test_the_course_was_paid_for_by_the_student_and_to_its_educator(
    database: Database, owner: asyncpg.Connection
) -> None:
    await run(database)
    paid = await owner.fetchrow(
        "select payer.user_id as payer, payee.user_id as payee, amount "
        "from mint.transactions moved "
        "join education.transactions on mint_transaction_id = moved.id "
        "join mint.wallets payer on payer.id = from_id "
        "join mint.wallets payee on payee.id = to_id where enrollment_id is not null"
    )
    price = await owner.fetchval(
        "select courses.price from education.courses "
        "join education.enrollments on course_id = courses.id"
    )
    assert paid is not None
    assert tuple(paid) == (STUDENT.id, EDUCATOR.id, price)


async def test_every_wallet_holds_what_its_movements_come_to(
    database: Database, owner: asyncpg.Connection
) -> None:
    await run(database)
    held = await owner.fetch(
        "select email, balance, "
        "sum(case when moved.to_id = wallet.id then amount else -amount end) as moved, "
        "sum(amount) filter (where moved.to_id = wallet.id and type = 'reward') as earned "
        "from mint.wallets wallet left join auth.users on users.id = user_id "
        "join mint.transactions moved on wallet.id in (from_id, to_id) "
        "group by wallet.id, email order by email"
    )
    thousand = (Decimal(1000), Decimal(1000), Decimal(500))
    assert [tuple(row) for row in held] == [
        *((account.email, *thousand) for account in (EDUCATOR, EMPLOYER, STUDENT)),
        (None, Decimal(-3000), Decimal(-3000), None),
    ]


async def test_everybody_can_sign_in_with_the_password(
    database: Database, owner: asyncpg.Connection
) -> None:
    await run(database)
    for account in ACCOUNTS:
        stored = await owner.fetchrow("select * from auth.users where email = $1", account.email)
        assert stored is not None
        assert (stored["id"], stored["role"]) == (account.id, account.role)
        assert stored["email_verified_at"] is not None
        checked = await check(PASSWORD, stored["password_hash"], stored["pepper_kid"])
        assert (checked.matches, checked.new) == (True, None)


async def test_both_courses_are_public(database: Database) -> None:
    await run(database)
    async with database.session(ANONYMOUS) as session:
        connection = await session.connection()
        titles = await connection.exec_driver_sql("select title from education.courses order by id")
        assert titles.scalars().all() == [
            "Introduction to Python Programming",
            "Web Development with React",
        ]


def test_ids_have_the_form_of_version_7_and_the_order_of_their_numbers() -> None:
    ids = [fixed_id("thing", number) for number in range(100)]
    assert {(id.version, id.variant) for id in ids} == {(7, "specified in RFC 4122")}
    assert ids == sorted(ids)
    assert len({*ids, fixed_id("other", 1)}) == 101


def test_production_refuses_known_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_PROFILE", "production")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    refused = CliRunner().invoke(main, ["db", "seed"])
    assert refused.exit_code == 1
    assert "Production refuses example accounts" in refused.output
    forced = CliRunner().invoke(main, ["db", "seed", "--force"])
    assert "the production profile has no embedded database" in forced.output
