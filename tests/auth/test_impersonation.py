"""Admins who act as somebody else, from the outside."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from domains.auth.models import User, UserRole
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import Role, Viewer
from tests.auth.accounts import ask, told
from tests.auth.sessions import a_session
from tests.makers import a_user
from tests.makers import viewer as person
from tests.operations import Operations, codes

IMPERSONATE = """
mutation ($input: UserImpersonateInput!) {
  userImpersonate(input: $input) {
    accessToken user { email } session { impersonatedBy current }
    userErrors { __typename path }
  }
}
"""
END = "mutation { impersonationEnd { ok } }"
ME = "{ viewer { id email impersonatedBy } }"
FROM_WHERE = "{ mySessions { nodes { impersonatedBy ip userAgent } } }"
DISABLE = """
mutation ($id: ID!) {
  userDisable(input: {id: $id, reason: "Left us."}) { userErrors { __typename } }
}
"""
DISMISS = """
mutation ($id: ID!) {
  userRoleChange(input: {id: $id, role: EDUCATOR}) { userErrors { __typename } }
}
"""
PROMOTE = DISMISS.replace("EDUCATOR", "ADMIN")
END_SESSIONS = """
mutation ($id: ID!) { userSessionsRevoke(input: {id: $id}) { userErrors { __typename } } }
"""
REASON = "They asked us to look at their wallet."


@pytest.fixture
async def admin(database: Database) -> Viewer:
    """Somebody who has just proved that they run the platform."""
    user = await a_user(database, UserRole.ADMIN, name="Ada Root")
    _, viewer, _ = await a_session(database, user)
    return viewer


async def as_somebody(graph: Any, admin: Viewer, user: User) -> dict[str, Any]:
    given = {"id": encode_id("User", user.id), "reason": REASON}
    payload: dict[str, Any] = (await graph(IMPERSONATE, as_=admin, input=given))["userImpersonate"]
    return payload


async def asked(client: httpx.AsyncClient, token: str, operation: str, **given: Any) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    body = {"query": operation, "variables": given}
    response = await client.post("/graphql", json=body, headers=headers)
    return response.json()


async def test_an_admin_sees_what_the_person_sees_under_a_banner(
    graph: Any,
    admin: Viewer,
    database: Database,
    client: httpx.AsyncClient,
    owner: asyncpg.Connection,
) -> None:
    user = await a_user(database)

    payload = await as_somebody(graph, admin, user)

    assert payload["user"] == {"email": user.email}
    assert payload["session"] == {"impersonatedBy": "Ada Root", "current": True}
    seen = await asked(client, payload["accessToken"], ME)
    assert seen["data"]["viewer"] == {
        "id": encode_id("User", user.id),
        "email": user.email,
        "impersonatedBy": "Ada Root",
    }
    entry = await owner.fetchrow(
        "select action, user_id, actor_id, details ->> 'reason' from auth.audit_logs"
    )
    started = ("admin.impersonation_started", user.id, admin.user_id, REASON)
    assert tuple(entry or ()) == started
    queued = await owner.fetchval("select payload from queue.pgqueuer")
    assert "IMPERSONATION_STARTED" in queued.decode().upper()


async def test_it_ends_by_itself_and_cannot_be_renewed(
    graph: Any,
    admin: Viewer,
    database: Database,
    client: httpx.AsyncClient,
    clock: MovedClock,
    owner: asyncpg.Connection,
) -> None:
    payload = await as_somebody(graph, admin, await a_user(database))
    clock.move(timedelta(minutes=15, seconds=1))

    assert codes(await asked(client, payload["accessToken"], ME)) == ["UNAUTHENTICATED"]
    assert await owner.fetchval("select count(*) from auth.refresh_tokens") == 0


async def test_it_can_be_ended_and_leaves_the_admin_who_they_were(
    graph: Any,
    admin: Viewer,
    database: Database,
    client: httpx.AsyncClient,
    owner: asyncpg.Connection,
) -> None:
    payload = await as_somebody(graph, admin, await a_user(database))

    ended = await asked(client, payload["accessToken"], END)

    assert ended["data"] == {"impersonationEnd": {"ok": True}}
    assert codes(await asked(client, payload["accessToken"], ME)) == ["UNAUTHENTICATED"]
    query = "select action, actor_id from auth.audit_logs order by id desc limit 1"
    last = await owner.fetchrow(query)
    assert tuple(last or ()) == ("admin.impersonation_ended", admin.user_id)
    assert await graph(ME, as_=admin) is not None


async def test_nothing_secret_can_be_changed_meanwhile(
    graph: Any, answer: Any, admin: Viewer, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await as_somebody(graph, admin, user)
    session = await owner.fetchval("select id from auth.sessions where user_id = $1", user.id)
    acting = Viewer(user.id, Role.STUDENT, session, None, admin.user_id)
    change = """
        mutation { passwordChange(input: {
          currentPassword: "whatever it may be", newPassword: "another one entirely 7"
        }) { userErrors { __typename } } }
    """
    for operation in (change, "mutation { totpEnroll { userErrors { __typename } } }"):
        assert codes(await answer(operation, as_=acting)) == ["FORBIDDEN"]


@pytest.mark.parametrize("who", ["admin", "disabled", "leaving", "deleted"])
async def test_some_nobody_can_act_as(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection, who: str
) -> None:
    moment = now()
    user = {
        "admin": await a_user(database, UserRole.ADMIN),
        "disabled": await a_user(database, disabled_at=moment, disabled_reason="Sold."),
        "leaving": await a_user(database, deletion_requested_at=moment, purge_at=moment),
        "deleted": await a_user(database, deleted_at=moment),
    }[who]

    payload = await as_somebody(graph, admin, user)

    refusal = "UserNotFound" if who == "deleted" else "ImpersonationRefused"
    assert [error["__typename"] for error in payload["userErrors"]] == [refusal]
    assert payload["accessToken"] is None
    assert await owner.fetchval("select count(*) from auth.sessions") == 1


async def test_only_admins_act_as_somebody(answer: Any, database: Database) -> None:
    user = await a_user(database)
    _, me, _ = await a_session(database, await a_user(database, UserRole.EDUCATOR))
    given = {"id": encode_id("User", user.id), "reason": REASON}

    assert codes(await answer(IMPERSONATE, as_=me, input=given)) == ["FORBIDDEN"]


async def test_whoever_is_themselves_cannot_stop_being_another(answer: Any, admin: Viewer) -> None:
    assert codes(await answer(END, as_=admin)) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "act", [DISABLE, DISMISS, END_SESSIONS], ids=["closed", "dismissed", "signed out"]
)
async def test_whoever_is_no_admin_any_more_acts_as_nobody(
    graph: Any, admin: Viewer, database: Database, client: httpx.AsyncClient, act: str
) -> None:
    payload = await as_somebody(graph, admin, await a_user(database))
    other = await a_user(database, UserRole.ADMIN)
    _, root, _ = await a_session(database, other)
    assert admin.user_id is not None

    await graph(act, as_=root, id=encode_id("User", admin.user_id))

    assert codes(await asked(client, payload["accessToken"], ME)) == ["UNAUTHENTICATED"]


async def test_nobody_goes_on_as_somebody_who_becomes_an_admin(
    graph: Any, admin: Viewer, database: Database, client: httpx.AsyncClient
) -> None:
    user = await a_user(database)
    payload = await as_somebody(graph, admin, user)

    await graph(PROMOTE, as_=admin, id=encode_id("User", user.id))

    assert codes(await asked(client, payload["accessToken"], ME)) == ["UNAUTHENTICATED"]


async def test_the_person_is_not_told_where_the_admin_is(
    operations: Operations, admin: Viewer, database: Database
) -> None:
    user = await a_user(database)
    given = {"id": encode_id("User", user.id), "reason": REASON}
    payload = await told(operations, IMPERSONATE, as_=admin, **given)
    assert payload["userErrors"] == []

    seen = await ask(operations, FROM_WHERE, as_=person(user))

    hidden = {"impersonatedBy": "Ada Root", "ip": None, "userAgent": None}
    assert seen["data"]["mySessions"]["nodes"] == [hidden]
