"""How sessions are listed and ended, from the outside."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.refusal import Unauthenticated
from gateway.context import context_of
from tests.auth.people import REFRESH, id_of, open_many, somebody
from tests.auth.sessions import a_session
from tests.makers import a_user, viewer
from tests.operations import codes

REVOKE = """
mutation ($input: SessionRevokeInput!) {
  sessionRevoke(input: $input) { session { id revokedAt } userErrors { __typename path } }
}
"""
REVOKE_OTHERS = "mutation { sessionRevokeOthers { revoked userErrors { __typename } } }"
REVOKE_ALL = "mutation { sessionRevokeAll { revoked userErrors { __typename } } }"
MINE = "{ mySessions { totalCount nodes { id current ip userAgent aal lastSeenAt createdAt } } }"
ME = "{ viewer { id } }"
NOT_FOUND = {
    "session": None,
    "userErrors": [{"__typename": "SessionNotFound", "path": ["input", "id"]}],
}


async def living(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select count(*) from auth.sessions where revoked_at is null")
    return found


async def asked(client: httpx.AsyncClient, bearer: str, query: str, **given: Any) -> Any:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    body = {"query": query, "variables": given}
    return (await client.post("/graphql", json=body, headers=headers)).json()


async def test_without_an_id_the_current_session_ends(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    token, me, _ = await a_session(database, user)
    await a_session(database, user)
    headers = {"authorization": f"Bearer {token}"}
    assert (await context_of(database, headers, None, "request")).viewer == me

    data = (await graph(REVOKE, as_=me, input={}))["sessionRevoke"]

    assert data["userErrors"] == []
    assert data["session"]["revokedAt"] is not None
    assert await living(owner) == 1
    with pytest.raises(Unauthenticated):
        await context_of(database, headers, None, "request")
    assert await owner.fetchval("select action from auth.audit_logs") == "logout"


async def test_another_session_of_ones_own_ends_once(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    _, me, _ = await a_session(database, user)
    _, _, other = await a_session(database, user)

    first = await graph(REVOKE, as_=me, input={"id": other})
    again = await graph(REVOKE, as_=me, input={"id": other})

    assert first["sessionRevoke"]["session"]["id"] == other
    assert again == first
    assert await living(owner) == 1
    assert await owner.fetchval("select action from auth.audit_logs") == "session.revoked"


async def test_anothers_session_does_not_exist(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, me, _ = await a_session(database, await a_user(database))
    _, _, other = await a_session(database, await a_user(database))

    data = await graph(REVOKE, as_=me, input={"id": other})

    assert data["sessionRevoke"] == NOT_FOUND
    assert await living(owner) == 2


async def test_without_a_session_there_is_none_to_end(graph: Any, database: Database) -> None:
    user = await a_user(database)

    data = await graph(REVOKE, as_=viewer(user), input={})

    assert data["sessionRevoke"] == NOT_FOUND


async def test_only_who_is_signed_in_can_sign_out(answer: Any, database: Database) -> None:
    assert codes(await answer(REVOKE, input={})) == ["UNAUTHENTICATED"]
    assert codes(await answer(REVOKE_OTHERS)) == ["UNAUTHENTICATED"]
    assert codes(await answer(REVOKE_ALL)) == ["UNAUTHENTICATED"]


async def test_the_id_of_something_else_is_bad_input(answer: Any, database: Database) -> None:
    user = await a_user(database)

    body = await answer(REVOKE, as_=viewer(user), input={"id": encode_id("User", user.id)})

    assert codes(body) == ["BAD_USER_INPUT"]


async def test_an_ended_session_is_of_no_use_from_the_next_request_on(
    client: httpx.AsyncClient, database: Database
) -> None:
    user = await somebody(database)
    ended, kept = await open_many(database, user, 2)
    for opened in (ended, kept):
        # Twice: the second time the viewer is remembered.
        for _ in range(2):
            assert (await asked(client, opened.token, ME))["data"]["viewer"] is not None
    id = id_of(ended)

    await asked(client, kept.token, REVOKE, input={"id": id})

    assert codes(await asked(client, ended.token, ME)) == ["UNAUTHENTICATED"]
    assert codes(await asked(client, "", REFRESH, token=ended.refresh_token)) == ["UNAUTHENTICATED"]
    assert (await asked(client, kept.token, ME))["data"]["viewer"] is not None
    assert (await asked(client, "", REFRESH, token=kept.refresh_token))["data"] is not None


async def test_what_renews_an_ended_session_ends_with_it(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    [opened] = await open_many(database, user, 1)

    await graph(REVOKE, as_=opened.viewer, input={})

    assert await owner.fetchval("select revoked_at from auth.refresh_tokens") is not None


async def test_all_sessions_but_the_current_one_end(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, other = await somebody(database), await a_user(database)
    *_, current = await open_many(database, user, 4)
    await open_many(database, other, 1)

    data = await graph(REVOKE_OTHERS, as_=current.viewer)

    assert data == {"sessionRevokeOthers": {"revoked": 3, "userErrors": []}}
    rows = await owner.fetch("select id, user_id from auth.sessions where revoked_at is null")
    assert {row["user_id"] for row in rows} == {user.id, other.id}
    assert current.viewer.session_id in {row["id"] for row in rows}
    assert await graph(REVOKE_OTHERS, as_=current.viewer) == {
        "sessionRevokeOthers": {"revoked": 0, "userErrors": []}
    }


async def test_all_sessions_end_on_a_recent_proof(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    *_, current = await open_many(database, user, 3)

    data = await graph(REVOKE_ALL, as_=current.viewer)

    assert data == {"sessionRevokeAll": {"revoked": 3, "userErrors": []}}
    assert await living(owner) == 0


async def test_without_a_recent_proof_not_all_sessions_end(
    answer: Any, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await somebody(database)
    *_, current = await open_many(database, user, 3)
    clock.move(timedelta(minutes=11))

    body = await answer(REVOKE_ALL, as_=current.viewer)

    assert codes(body) == ["STEP_UP_REQUIRED"]
    assert body["errors"][0]["extensions"]["factors"] == ["password"]
    assert await living(owner) == 3


async def test_who_acts_as_somebody_else_ends_that_session_alone(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, admin = await somebody(database), await a_user(database)
    [theirs] = await open_many(database, user, 1)
    given = {"impersonator_id": admin.id, "impersonation_reason": "They asked for it."}
    _, acting, _ = await a_session(database, user, **given)
    other = {"id": id_of(theirs)}

    for refused in (REVOKE_OTHERS, REVOKE_ALL):
        assert codes(await answer(refused, as_=acting)) == ["FORBIDDEN"]
    assert codes(await answer(REVOKE, as_=acting, input=other)) == ["FORBIDDEN"]

    assert await living(owner) == 2
    await graph(REVOKE, as_=acting, input={})
    assert await living(owner) == 1


async def test_a_person_sees_where_they_are_signed_in(
    graph: Any, database: Database, clock: MovedClock, owner: asyncpg.Connection
) -> None:
    user, other = await somebody(database), await a_user(database)
    [idle] = await open_many(database, user, 1)
    clock.move(timedelta(days=7))
    ended, first, second = await open_many(database, user, 3)
    await open_many(database, other, 1)
    await graph(REVOKE, as_=ended.viewer, input={})

    data = (await graph(MINE, as_=first.viewer))["mySessions"]

    assert data["totalCount"] == 2
    ids = [id_of(opened) for opened in (second, first)]
    assert [node["id"] for node in data["nodes"]] == ids
    assert [node["current"] for node in data["nodes"]] == [False, True]
    assert {node["aal"] for node in data["nodes"]} == {1}
    assert id_of(idle) not in ids


async def test_nobody_has_no_sessions(graph: Any, database: Database) -> None:
    await open_many(database, await somebody(database), 1)

    assert (await graph(MINE))["mySessions"] == {"totalCount": 0, "nodes": []}


async def test_the_list_tells_from_where_a_session_was_opened(
    client: httpx.AsyncClient, database: Database
) -> None:
    user = await somebody(database)
    [opened] = await open_many(database, user, 1)

    data = await asked(client, opened.token, MINE)

    [node] = data["data"]["mySessions"]["nodes"]
    assert node["ip"] is None
    assert node["createdAt"] <= node["lastSeenAt"] <= now().isoformat()
