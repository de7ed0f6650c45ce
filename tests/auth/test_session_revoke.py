"""`sessionRevoke`, from the outside."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.engine import tokens
from domains.auth.models import Session, User
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.refusal import Unauthenticated
from domains.kernel.viewer import Viewer
from gateway.context import context_of
from tests.makers import a_user, put, viewer
from tests.operations import codes

REVOKE = """
mutation ($input: SessionRevokeInput!) {
  sessionRevoke(input: $input) { session { id revokedAt } userErrors { __typename path } }
}
"""
NOT_FOUND = {
    "session": None,
    "userErrors": [{"__typename": "SessionNotFound", "path": ["input", "id"]}],
}


async def a_session(database: Database, user: User) -> tuple[str, Viewer, str]:
    """A token, who it proves, and the session's id."""
    token = tokens.new_access_token()
    session = Session(
        user_id=user.id, token_hash=tokens.digest(token), expires_at=now() + timedelta(hours=1)
    )
    await put(database, session)
    me = replace(viewer(user), session_id=session.id)
    return token, me, encode_id("Session", session.id)


async def living(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select count(*) from auth.sessions where revoked_at is null")
    return found


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
    assert await owner.fetchval("select action from auth.audit_logs") == "session.revoked"


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


async def test_the_id_of_something_else_is_bad_input(answer: Any, database: Database) -> None:
    user = await a_user(database)

    body = await answer(REVOKE, as_=viewer(user), input={"id": encode_id("User", user.id)})

    assert codes(body) == ["BAD_USER_INPUT"]
