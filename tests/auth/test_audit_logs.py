"""Reading the audit log: admins read all of it, everybody what was done to their own account."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.models import AuditLog, AuditOutcome, User, UserRole
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from gateway.execution import Gateway
from tests.makers import a_user, put, viewer
from tests.operations import Operations, codes
from tests.partitions import indexes_of
from tests.plans import Explaining
from tests.postgres import Urls

LOGS = "query ($where: AuditLogFilter) { auditLogs(where: $where) { totalCount nodes { action } } }"
OWN = """
query ($where: AuditLogFilter, $first: Int, $after: String) {
  mySecurityEvents(where: $where, first: $first, after: $after) {
    totalCount
    nodes { action }
    pageInfo { hasNextPage endCursor }
  }
}
"""
WHOLE = """
{ mySecurityEvents {
  nodes {
    action outcome resource ip userAgent details createdAt user { name } actor { name }
  }
} }
"""
LAST_WEEK = timedelta(days=7)


@pytest.fixture
async def people(database: Database) -> tuple[User, User, User]:
    """A student, an educator and an admin, to whom something was done."""
    student = await a_user(database)
    educator = await a_user(database, UserRole.EDUCATOR)
    admin = await a_user(database, UserRole.ADMIN)
    await put(
        database,
        AuditLog(user_id=student.id, action="user.signed_up", created_at=now() - LAST_WEEK),
        AuditLog(user_id=student.id, action="login.failed", outcome=AuditOutcome.FAILURE),
        AuditLog(user_id=educator.id, actor_id=admin.id, action="role.changed"),
        AuditLog(user_id=admin.id, actor_id=admin.id, action="login.succeeded"),
        AuditLog(action="query.rejected", outcome=AuditOutcome.DENIED),
    )
    return student, educator, admin


def actions(page: Any) -> list[str]:
    assert page["totalCount"] == len(page["nodes"])
    return [node["action"] for node in page["nodes"]]


async def test_admins_read_all_of_it_newest_first(
    graph: Any, people: tuple[User, User, User]
) -> None:
    data = await graph(LOGS, as_=viewer(people[2]))
    assert actions(data["auditLogs"]) == [
        "query.rejected",
        "login.succeeded",
        "role.changed",
        "login.failed",
        "user.signed_up",
    ]


async def test_others_read_what_was_done_to_them_alone(
    graph: Any, people: tuple[User, User, User]
) -> None:
    student, educator, admin = people
    for someone, expected in (
        (viewer(student), ["login.failed", "user.signed_up"]),
        (viewer(educator), ["role.changed"]),
        (ANONYMOUS, []),
    ):
        assert actions((await graph(LOGS, as_=someone))["auditLogs"]) == expected
        own = (await graph(OWN, as_=someone))["mySecurityEvents"]
        assert actions(own) == expected
    own = (await graph(OWN, as_=viewer(admin)))["mySecurityEvents"]
    assert actions(own) == ["login.succeeded"]


async def test_an_entry_says_who_did_it_unless_they_are_hidden(
    graph: Any, database: Database, people: tuple[User, User, User]
) -> None:
    student, educator, admin = people
    await put(
        database,
        AuditLog(
            user_id=student.id,
            actor_id=student.id,
            action="session.revoked",
            resource="session:1",
            ip="192.0.2.7",
            user_agent="Test/1.0",
            details={"by": "owner"},
        ),
    )
    newest, *_ = (await graph(WHOLE, as_=viewer(student)))["mySecurityEvents"]["nodes"]
    assert newest.pop("createdAt")[:4] == str(now().year)
    assert newest == {
        "action": "session.revoked",
        "outcome": "SUCCESS",
        "resource": "session:1",
        "ip": "192.0.2.7",
        "userAgent": "Test/1.0",
        "details": {"by": "owner"},
        "user": {"name": student.name},
        "actor": {"name": student.name},
    }
    [changed] = (await graph(WHOLE, as_=viewer(educator)))["mySecurityEvents"]["nodes"]
    assert changed["user"] == {"name": educator.name}
    assert changed["actor"] is None
    [own] = (await graph(WHOLE, as_=viewer(admin)))["mySecurityEvents"]["nodes"]
    assert own["actor"] == {"name": admin.name}


async def test_entries_are_narrowed_by_act_outcome_people_and_time(
    graph: Any, people: tuple[User, User, User]
) -> None:
    student, _, admin = people
    since = (now() - timedelta(days=1)).isoformat()
    for where, expected in (
        ({"action": "login.failed"}, ["login.failed"]),
        ({"action": "login"}, []),
        ({"actions": ["login.failed", "login.succeeded"]}, ["login.succeeded", "login.failed"]),
        ({"actions": []}, []),
        ({"outcome": "DENIED"}, ["query.rejected"]),
        ({"userId": encode_id("User", student.id)}, ["login.failed", "user.signed_up"]),
        ({"actorId": encode_id("User", admin.id)}, ["login.succeeded", "role.changed"]),
        ({"createdAt": {"until": since}}, ["user.signed_up"]),
        (
            {"createdAt": {"since": since}, "not": {"outcome": "SUCCESS"}},
            ["query.rejected", "login.failed"],
        ),
    ):
        data = await graph(LOGS, as_=viewer(admin), where=where)
        assert actions(data["auditLogs"]) == expected, where


async def test_no_filter_shows_what_is_somebody_elses(
    graph: Any, people: tuple[User, User, User]
) -> None:
    student, educator, admin = people
    for where in (
        {"userId": encode_id("User", educator.id)},
        {"or": [{"action": "role.changed"}, {"actorId": encode_id("User", admin.id)}]},
    ):
        for operation in (LOGS, OWN):
            data = await graph(operation, as_=viewer(student), where=where)
            assert actions(next(iter(data.values()))) == []
    own = {"where": {"userId": encode_id("User", educator.id)}}
    assert actions((await graph(OWN, as_=viewer(admin), **own))["mySecurityEvents"]) == []


async def test_an_id_of_something_else_is_refused(
    answer: Any, people: tuple[User, User, User]
) -> None:
    where = {"userId": encode_id("Course", people[0].id)}
    assert codes(await answer(LOGS, as_=viewer(people[2]), where=where)) == ["BAD_USER_INPUT"]


async def test_ones_own_events_come_page_by_page(
    graph: Any, people: tuple[User, User, User]
) -> None:
    seen, after = [], None
    for more in (True, False):
        page = (await graph(OWN, as_=viewer(people[0]), first=1, after=after))["mySecurityEvents"]
        assert page["pageInfo"]["hasNextPage"] is more
        seen += [node["action"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == ["login.failed", "user.signed_up"]


async def test_nobody_can_be_asked_to_tell_of_more_than_a_hundred_at_once(
    operations: Operations,
) -> None:
    assert codes(await operations.answer(OWN, first=101)) == ["BAD_USER_INPUT"]


CROWD = """
insert into auth.users (id, email, name)
  select uuidv7(), 'crowd' || n || '@example.org', 'Crowd' from generate_series(1, 10) n;
insert into auth.audit_logs (user_id, actor_id, action, outcome)
  select id, id, 'action ' || n % 500,
    case when n % 100 = 0 then 'denied' else 'success' end::auth.audit_outcome
  from auth.users, generate_series(1, 400) n;
analyze
"""


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> dict[Role, Viewer]:
    """A student and an admin among thousands of rows."""
    for statement in CROWD.split(";\n"):
        await owner.execute(statement)
    person = await owner.fetchval("select id from auth.users limit 1")
    return {role: Viewer(person, role) for role in (Role.STUDENT, Role.ADMIN)}


@pytest.mark.parametrize(
    ("role", "field", "where", "index"),
    [
        (Role.STUDENT, "mySecurityEvents", {}, "audit_logs_user_id_id_idx"),
        (Role.ADMIN, "mySecurityEvents", {}, "audit_logs_user_id_id_idx"),
        (Role.ADMIN, "auditLogs", {}, "audit_logs_pkey"),
        (Role.ADMIN, "auditLogs", {"action": "action 7"}, "audit_logs_action_id_idx"),
        (Role.ADMIN, "auditLogs", {"actions": ["action 7"]}, "audit_logs_action_id_idx"),
        (Role.ADMIN, "auditLogs", {"outcome": "FAILURE"}, "audit_logs_outcome_id_idx"),
        (Role.ADMIN, "auditLogs", {"actorId": "$"}, "audit_logs_actor_id_id_idx"),
        (Role.ADMIN, "auditLogs", {"userId": "$"}, "audit_logs_user_id_id_idx"),
        (
            Role.ADMIN,
            "auditLogs",
            {"createdAt": {"until": "2026-01-01T00:00:00Z"}},
            "audit_logs_created_at_idx",
        ),
    ],
)
async def test_an_index_serves_it(
    crowd: dict[Role, Viewer],
    gateway: Gateway,
    urls: Urls,
    owner: asyncpg.Connection,
    role: Role,
    field: str,
    where: dict[str, Any],
    index: str,
) -> None:
    person = crowd[role].user_id
    assert person is not None
    id = encode_id("User", person)
    given = {name: id if value == "$" else value for name, value in where.items()}
    connection = await asyncpg.connect(urls.app)
    asked = f"{field}(where: $where, first: 5) {{ nodes {{ id }} }}"
    operation = f"query ($where: AuditLogFilter) {{ {asked} }}"
    plan = await Explaining(gateway, connection).of(operation, crowd[role], where=given)
    await connection.close()
    assert await indexes_of(owner, plan) == {index}, plan


async def test_where_an_admin_is_who_did_something_is_for_admins_alone(
    graph: Any, database: Database, people: tuple[User, User, User]
) -> None:
    student, _, admin = people
    place: dict[str, Any] = {"ip": "192.0.2.7", "user_agent": "Test/1.0"}
    act = AuditLog(user_id=student.id, actor_id=admin.id, action="user.disabled", **place)
    stranger = AuditLog(user_id=student.id, action="login.failed", **place)
    await put(database, act, stranger)
    query = WHOLE.replace("mySecurityEvents", "auditLogs(first: 2)")

    theirs = (await graph(query, as_=viewer(student)))["auditLogs"]["nodes"]
    whole = (await graph(query, as_=viewer(admin)))["auditLogs"]["nodes"]

    assert [(node["action"], node["ip"], node["userAgent"]) for node in theirs] == [
        ("login.failed", "192.0.2.7", "Test/1.0"),
        ("user.disabled", None, None),
    ]
    assert [node["ip"] for node in whole] == ["192.0.2.7", "192.0.2.7"]
