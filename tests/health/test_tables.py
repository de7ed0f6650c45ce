"""What the tables of health hold, and what they refuse."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.health.models import ConstitutionalLog, Log, LogLevel
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import Role, Viewer
from tests.makers import a_user, put, viewer
from tests.partitions import id_of, partition_of

LONG_AGO = datetime(2001, 2, 3, tzinfo=UTC)
LATER = datetime(2199, 1, 1, tzinfo=UTC)


async def test_a_report_lies_in_the_partition_of_its_month(
    database: Database, owner: asyncpg.Connection
) -> None:
    this_month = now()
    places = {
        id_of(this_month): f"health.logs_{this_month:%Y_%m}",
        id_of(LONG_AGO): "health.logs_default",
        id_of(LATER): "health.logs_default",
        uuid4(): "health.logs_default",
    }
    for id in places:
        await put(database, Log(id=id, level=LogLevel.INFO, service="gateway", message="Here."))
    assert {id: await partition_of(owner, "health.logs", id) for id in places} == places


@pytest.mark.parametrize("table", ["health.logs", "health.constitutional_logs"])
@pytest.mark.parametrize(
    "statement",
    ["update {} set created_at = now()", "delete from {}", "truncate {}", "truncate {} cascade"],
)
async def test_reports_and_judgements_are_only_ever_added_to(
    database: Database, owner: asyncpg.Connection, table: str, statement: str
) -> None:
    await put(
        database,
        Log(level=LogLevel.INFO, service="gateway", message="Here."),
        ConstitutionalLog(action="rules.read"),
    )
    before = await owner.fetch(f"select * from {table}")
    with pytest.raises(asyncpg.RestrictViolationError, match=f"{table} is only ever added to"):
        await owner.execute(statement.format(table))
    assert await owner.fetch(f"select * from {table}") == before


async def test_a_judgement_outlives_the_person_whom_it_concerned(
    database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await put(database, ConstitutionalLog(user_id=user.id, action="data.shared"))
    await owner.execute("delete from auth.users where id = $1", user.id)
    rows = await owner.fetch("select user_id, action from health.constitutional_logs")
    assert [tuple(row) for row in rows] == [(None, "data.shared")]


@pytest.mark.parametrize("score", ["-0.01", "100.01", "NaN"])
async def test_a_score_is_from_0_to_100(owner: asyncpg.Connection, score: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="constitutional_logs_score_check"):
        await owner.execute(
            f"insert into health.constitutional_logs (action, score) values ('x', '{score}')"
        )


@pytest.mark.parametrize("role", UserRole)
async def test_no_person_adds_reports(
    database: Database, owner: asyncpg.Connection, role: UserRole
) -> None:
    user = await a_user(database, role)
    for row in (
        Log(level=LogLevel.INFO, service="gateway", message="Forged."),
        ConstitutionalLog(user_id=user.id, action="forged"),
    ):
        with pytest.raises(Exception, match="row-level security"):
            await put_as(database, viewer(user), row)
    assert await owner.fetchval("select count(*) from health.logs") == 0
    assert await owner.fetchval("select count(*) from health.constitutional_logs") == 0


async def put_as(database: Database, who: Viewer, row: Log | ConstitutionalLog) -> None:
    assert isinstance(who.user_id, UUID) and who.role is not Role.SYSTEM
    async with database.session(who) as session:
        session.add(row)
        await session.flush()
