"""The generated world is whole, keeps every rule, and is the same however it was made."""

from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest
from click.testing import CliRunner

from domains.kernel.database import Database
from gateway.cli import main
from gateway.cli_database import database as commands
from migrations.objects import models
from seed import run, scale
from tests import postgres
from tests.postgres import Urls, beside_the_loop

SMALL, LARGE = 50, 130
GENERATED = "where id < kernel.first_id('2026-01-01 00:00:00+00')"
"""The example data is younger, and so is what the ledger writes."""

TABLES = sorted(name for name in models() if not name.startswith("kernel."))


async def made(server: Urls, name: str, *sizes: int) -> Urls:
    """A database with the example data and a world that grew so."""
    urls = await postgres.copy(server, name)
    database = Database(urls.owner)
    await run(database)
    await database.close()
    for students in sizes:
        await scale.run(urls.owner, students, lambda _more: None)
    return urls


@pytest.fixture(scope="module")
async def grown(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A large world that was a small one once."""
    name = f"azora_grown_{worker_id}"
    yield await made(server, name, SMALL, LARGE)
    await postgres.remove(server, name)


@pytest.fixture
async def there(grown: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(grown.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def small(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    name = f"azora_small_{worker_id}"
    yield await made(server, name, SMALL)
    await postgres.remove(server, name)


async def rows(url: str, columns: str = "row::text", where: str = "") -> dict[str, list[str]]:
    """The rows of all tables of the domains as text."""
    connection = await asyncpg.connect(url)
    try:
        return {
            table: [
                str(found[0])
                for found in await connection.fetch(
                    f"select {columns} from {table} row {where} order by 1"
                )
            ]
            for table in TABLES
        }
    finally:
        await connection.close()


async def test_a_second_run_changes_no_row(small: Urls) -> None:
    before = await rows(small.owner)
    told: list[int] = []
    assert await scale.run(small.owner, SMALL, told.append) == {}
    assert told == [SMALL]
    assert await rows(small.owner) == before


async def test_every_table_of_every_domain_has_rows(small: Urls) -> None:
    found = await rows(small.owner, "id")
    assert [name for name, ids in found.items() if not ids] == []
    emails = "select count(*) from auth.users where email like '%@scale.example'"
    connection = await asyncpg.connect(small.owner)
    assert await connection.fetchval(f"{emails} and role = 'student'") == SMALL
    await connection.close()


async def test_a_world_that_grew_has_the_rows_of_one_that_was_made_at_once(
    server: Urls, grown: Urls, worker_id: str
) -> None:
    name = f"azora_at_once_{worker_id}"
    at_once = (await made(server, name, LARGE)).owner
    assert await rows(at_once, "id", GENERATED) == await rows(grown.owner, "id", GENERATED)
    money, same = await rows(at_once, "id"), await rows(grown.owner, "id")
    assert len(money["mint.transactions"]) == len(same["mint.transactions"])
    await postgres.remove(server, name)


async def test_a_run_that_was_interrupted_goes_on(
    server: Urls, grown: Urls, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(more: int) -> None:
        if more:
            raise KeyboardInterrupt

    monkeypatch.setattr(scale, "TOGETHER", 60)
    name = f"azora_broken_{worker_id}"
    urls = await made(server, name)
    with pytest.raises(KeyboardInterrupt):
        await scale.run(urls.owner, LARGE, break_off)
    told: list[int] = []
    await scale.run(urls.owner, LARGE, told.append)
    assert told == [60, 60, 10]
    assert await rows(urls.owner, "id", GENERATED) == await rows(grown.owner, "id", GENERATED)
    await postgres.remove(server, name)


async def test_the_ledger_comes_to_nothing_and_explains_every_balance(
    there: asyncpg.Connection,
) -> None:
    sums = await there.fetch("select currency::text, sum(balance) from mint.wallets group by 1")
    assert {row[0]: row[1] for row in sums} == {"AZR": Decimal(0)}
    unexplained = (
        "select id from mint.wallets where balance <> "
        "coalesce((select sum(amount) from mint.transactions where to_id = wallets.id), 0) - "
        "coalesce((select sum(amount) from mint.transactions where from_id = wallets.id), 0)"
    )
    assert await there.fetch(unexplained) == []


async def test_escrow_holds_what_is_funded_and_not_settled(there: asyncpg.Connection) -> None:
    held = await there.fetch(
        "select contracts.id, balance, (select coalesce(sum(amount), 0) from forge.milestones "
        "where contract_id = contracts.id and status not in ('pending', 'released')) as funded "
        "from forge.contracts join mint.wallets on wallets.id = escrow_wallet_id"
    )
    assert len(held) == 5
    assert [row["balance"] for row in held] == [row["funded"] for row in held]


async def test_every_paid_course_was_paid_for_once_and_in_full(there: asyncpg.Connection) -> None:
    wrong = await there.fetch(
        "select enrollments.id from education.enrollments "
        "join education.courses on courses.id = course_id "
        "left join education.transactions told on told.enrollment_id = enrollments.id "
        "left join mint.transactions moved on moved.id = told.mint_transaction_id "
        "where courses.price <> coalesce(moved.amount, 0) "
        "and courses.id < kernel.first_id('2026-01-01 00:00:00+00')"
    )
    assert wrong == []


async def test_progress_is_the_mean_of_the_modules(there: asyncpg.Connection) -> None:
    wrong = await there.fetch(
        "select place.id from education.enrollments place "
        "join education.modules module using (course_id) "
        "left join education.learning_progress done "
        "on done.module_id = module.id and done.student_id = place.student_id "
        "group by place.id having place.progress <> round(avg(coalesce(done.progress, 0)), 2)"
    )
    assert wrong == []


async def test_freelancers_have_done_what_their_contracts_say(there: asyncpg.Connection) -> None:
    wrong = await there.fetch(
        "select profile.id from forge.skill_profiles profile "
        "left join forge.contracts on freelancer_id = user_id and status = 'completed' "
        "group by profile.id having jobs_completed <> opening_jobs_completed + count(contracts.id) "
        "or rating_total <> opening_rating_total + coalesce(sum(contracts.rating), 0) "
        "or total_earned <> opening_total_earned + coalesce(sum(amount), 0)"
    )
    assert wrong == []


async def test_nobody_can_sign_in_as_a_generated_person(there: asyncpg.Connection) -> None:
    people = "from auth.users where email like '%@scale.example'"
    assert await there.fetchval(f"select count(password_hash) {people}") == 0
    alive = "revoked_at is null and expires_at > now()"
    assert await there.fetchval(f"select count(*) from auth.sessions where {alive}") == 0
    assert await there.fetchval(f"select count(*) from auth.refresh_tokens where {alive}") == 0


async def test_no_row_lies_in_a_default_partition(there: asyncpg.Connection) -> None:
    for table in ("auth.audit_logs", "health.logs", "nexus.audit_logs", "nexus.interactions"):
        assert await there.fetchval(f"select count(*) from {table} {GENERATED}") > 0
        assert await there.fetchval(f"select count(*) from {table}_default {GENERATED}") == 0


def test_the_command_is_quiet_where_nobody_watches(
    small: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", small.app)
    monkeypatch.setenv("AZORA_OWNER_DATABASE_URL", small.owner)
    ended = beside_the_loop(CliRunner().invoke, commands, ["seed", "--scale", str(SMALL)])
    assert ended.exit_code == 0, ended.output
    assert ended.output.splitlines() == [
        "The example data was there already.",
        f"{SMALL} students were there already.",
    ]


@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    ended = CliRunner().invoke(main, ["db", "seed", "--scale", size])
    assert ended.exit_code == 2
    assert "--scale" in ended.output


def test_production_refuses_a_generated_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_PROFILE", "production")
    ended = CliRunner().invoke(main, ["db", "seed", "--scale", "10"])
    assert ended.exit_code == 1
    assert "Production refuses example accounts" in ended.output
