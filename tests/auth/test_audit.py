"""The audit log: what is written in it, by whom, and how much of what anybody can cause."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.audit import Action, plain
from domains.auth.jobs.audit import note_keys
from domains.auth.models import AuditLog, AuditOutcome
from domains.auth.service.audit import PER_ADDRESS, Witness, note
from domains.kernel import keys
from domains.kernel.clock import MovedClock
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.keys import Keyring
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from gateway.identity import configure_identity
from gateway.settings import Profile, Settings
from tests.makers import a_user, viewer

CLIENT = Client("192.0.2.7", "Test/1.0", "request-1")

ROWS = "select * from auth.audit_logs order by chain, position"
HEADS = "select chain, position from kernel.audit_chains where position > 0"


async def test_a_row_says_who_did_what_from_where(
    database: Database, owner: asyncpg.Connection
) -> None:
    user, admin = await a_user(database), await a_user(database)
    session_id = UUID(int=9)
    impersonated = Viewer(user.id, Role.STUDENT, session_id, impersonator_id=admin.id)

    async def write(session: AsyncSession, viewer: Viewer) -> None:
        resource = "session:1"
        note(
            session,
            Action.SESSION_REVOKED,
            CLIENT,
            user_id=user.id,
            viewer=viewer,
            resource=resource,
            by=user.id,
        )

    await database.transaction(impersonated, write)
    [row] = await owner.fetch(ROWS)
    assert row["user_id"] == user.id
    assert row["actor_id"] == admin.id
    assert row["session_id"] == session_id
    assert row["action"] == "session.revoked"
    assert row["outcome"] == "success"
    assert row["resource"] == "session:1"
    assert str(row["ip"].ip if hasattr(row["ip"], "ip") else row["ip"]) == "192.0.2.7"
    assert (row["user_agent"], row["request_id"]) == ("Test/1.0", "request-1")
    assert row["details"] == f'{{"by": "{user.id}"}}'


async def test_nothing_is_written_of_what_did_not_happen(
    database: Database, owner: asyncpg.Connection
) -> None:
    async def fail(session: AsyncSession, _viewer: Viewer) -> None:
        note(session, Action.LOGIN_SUCCEEDED, CLIENT, user_id=None)
        await session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.transaction(SYSTEM, fail)
    assert await owner.fetchval("select count(*) from auth.audit_logs") == 0
    assert await owner.fetch(HEADS) == []


@pytest.mark.parametrize(
    "mistake",
    [
        {"action": "login.suceeded"},
        {"outcome": "perhaps"},
        {"password": "secret"},
        {"factor": {"code": "123456"}},
    ],
)
async def test_a_misspelt_action_and_a_secret_cannot_be_written(
    database: Database, owner: asyncpg.Connection, mistake: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "action": Action.LOGIN_FAILED,
        "client": CLIENT,
        "user_id": None,
    } | mistake

    async def write(session: AsyncSession, _viewer: Viewer) -> None:
        note(session, **given)

    with pytest.raises(ValueError, match=r"valid|takes no"):
        await database.transaction(SYSTEM, write)
    assert await owner.fetchval("select count(*) from auth.audit_logs") == 0


async def test_what_comes_from_outside_cannot_forge_a_line_or_fill_the_log(
    database: Database, owner: asyncpg.Connection
) -> None:
    agent = "Mozilla\r\nlogin.succeeded \x1b[31m\u202e\ud800\0" + "x" * 500
    client = Client(None, agent, "1\n2")

    async def write(session: AsyncSession, _viewer: Viewer) -> None:
        names = {f"name {number}": "y" * 500 for number in range(99)}
        note(session, Action.LOGIN_FAILED, client, user_id=None, list=["a\nb", None, 1], more=names)

    await database.transaction(SYSTEM, write)
    row = await owner.fetchrow(
        "select *, details -> 'list' as list, length(details ->> 'more') as size "
        "from auth.audit_logs"
    )
    assert row is not None
    assert row["user_agent"].startswith("Mozilla��login.succeeded �[31m���xxx")
    assert len(row["user_agent"]) == 256
    assert row["request_id"] == "1�2"
    assert row["list"] == '["a�b", null, 1]'
    assert row["size"] < 32 * 300


def test_every_action_is_named_once_and_alike() -> None:
    names = [action.value for action in Action]
    assert len(set(names)) == len(names)
    assert all(plain(name) == name and name == name.lower() for name in names)


async def test_people_may_only_write_of_themselves_and_of_what_they_did(
    database: Database, owner: asyncpg.Connection
) -> None:
    user, other = await a_user(database), await a_user(database)
    await put_as(database, viewer(user), AuditLog(user_id=user.id, action="logout"))
    await put_as(
        database,
        viewer(user),
        AuditLog(user_id=other.id, actor_id=user.id, action="role.changed"),
    )
    with pytest.raises(Exception, match="row-level security"):
        await put_as(database, viewer(user), AuditLog(user_id=other.id, action="logout"))
    assert await owner.fetchval("select count(*) from auth.audit_logs") == 2


async def put_as(database: Database, someone: Viewer, row: AuditLog) -> None:
    async with database.session(someone) as session:
        session.add(row)


# What anybody can cause


async def test_of_what_anybody_can_cause_only_a_little_is_written_and_the_rest_counted(
    database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    witness = Witness()
    for _ in range(30):
        await witness.see(database, Action.QUERY_REJECTED, CLIENT, ANONYMOUS, limit="depth")
    seen = "select array_agg((details ->> 'seen')::integer order by id) from auth.audit_logs"
    assert await owner.fetchval(seen) == [1] * PER_ADDRESS.count
    clock.move(PER_ADDRESS.per)
    await witness.see(database, Action.QUERY_REJECTED, CLIENT, ANONYMOUS, limit="depth")
    assert await owner.fetchval(seen) == [*[1] * PER_ADDRESS.count, 26]
    other = Client("192.0.2.8")
    await witness.see(database, Action.QUERY_REJECTED, other, ANONYMOUS, limit="depth")
    assert await owner.fetchval(seen) == [*[1] * PER_ADDRESS.count, 26, 1]


async def test_a_flood_is_not_passed_on_to_the_database(
    database: Database, owner: asyncpg.Connection
) -> None:
    witness = Witness()
    for number in range(300):
        client = Client(f"192.0.{number // 256}.{number % 256}")
        await witness.see(database, Action.RATE_LIMIT_HIT, client, ANONYMOUS)
    written = await owner.fetchval("select count(*) from auth.audit_logs")
    assert 60 <= written <= 70
    assert await owner.fetchval("select count(*) from kernel.buckets") == written + 1


async def test_who_cannot_write_it_down_answers_all_the_same() -> None:
    away = Database("postgresql://azora_app@127.0.0.1:1/azora")
    await away.open()
    await Witness().see(away, Action.AUTHORIZATION_DENIED, CLIENT, ANONYMOUS)
    await away.close()


async def test_a_refused_operation_is_in_the_log(
    database: Database, owner: asyncpg.Connection, answer: Any
) -> None:
    greedy = "query Greedy{courses(first:100){nodes{enrollments(first:100){nodes{course{title}}}}}}"
    await answer(greedy)
    [row] = await owner.fetch(ROWS)
    assert (row["action"], row["outcome"]) == ("query.rejected", AuditOutcome.DENIED)
    assert '"fault": "QUERY_TOO_COMPLEX"' in row["details"]


async def test_a_server_that_begins_with_another_key_says_so_once(
    database: Database, owner: asyncpg.Connection
) -> None:
    def ring(*ids: str) -> Keyring:
        return Keyring({id: bytes(32) for id in ids})

    used = "select details from auth.audit_logs where action = 'config.key_rotated' order by id"
    try:
        for keys_used, peppers in (("a", "x"), ("a", "x"), ("b", "x"), ("b", "x"), ("b", "y")):
            keys.use(ring(keys_used), ring(peppers))
            async with database.session(SYSTEM) as session:
                await note_keys(session)
        assert [json.loads(row[0]) for row in await owner.fetch(used)] == [
            {"keys": "a", "peppers": "x"},
            {"keys": "b", "peppers": "x"},
            {"keys": "b", "peppers": "y"},
        ]
    finally:
        configure_identity(Settings(profile=Profile.TEST))
