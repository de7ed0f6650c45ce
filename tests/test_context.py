"""Who asks is known by the token of a living session, and by nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from domains.auth.engine import tokens
from domains.auth.models import Session
from domains.auth.public import RememberedViewers
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.refusal import Unauthenticated
from domains.kernel.viewer import ANONYMOUS
from gateway.context import context_of
from gateway.execution import Gateway, GraphQLRequest
from tests.makers import a_user, put
from tests.operations import Operations, codes
from tests.remembered import remembered
from tests.statements import Statements

LONG = timedelta(hours=1)


async def signed_in(database: Database, **values: Any) -> str:
    """The token of a person's session."""
    token = tokens.new_access_token()
    user = await a_user(database)
    until = values.get("expires_at", now() + LONG)
    given = {"expires_at": until, "access_expires_at": until} | values
    await put(database, Session(user_id=user.id, token_hash=tokens.digest(token), **given))
    return token


async def last_seen(owner: asyncpg.Connection) -> datetime:
    seen: datetime = await owner.fetchval("select last_seen_at from auth.sessions")
    return seen


async def test_without_a_token_one_is_nobody(database: Database) -> None:
    context = await context_of(database, {}, "192.0.2.7", "request")

    assert context.viewer == ANONYMOUS
    assert (context.client.address, context.request_id) == ("192.0.2.7", "request")


async def test_a_viewer_is_known_by_one_statement(
    database: Database, statements: Statements
) -> None:
    token = await signed_in(database)
    statements.clear()

    await context_of(database, {"authorization": f"bearer {token}"}, None, "request")

    assert len(statements) == 1


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer azat_short", "Basic YTpi", f"Bearer azat_{'A' * 43}"],
)
async def test_what_is_no_living_sessions_token_is_refused(
    database: Database, authorization: str
) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await context_of(database, {"authorization": authorization}, None, "request")

    assert refused.value.extensions == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize(
    "change",
    [
        "update auth.sessions set revoked_at = now()",
        "update auth.sessions set access_expires_at = now()",
        """
        update auth.sessions set created_at = now() - interval '2 hours',
          expires_at = now(), access_expires_at = now()
        """,
        "update auth.users set disabled_at = now(), disabled_reason = 'Sold.'",
        "update auth.users set deleted_at = now()",
    ],
)
async def test_a_session_ends_with_the_next_request(
    database: Database, owner: asyncpg.Connection, change: str
) -> None:
    headers = {"authorization": f"Bearer {await signed_in(database)}"}
    assert (await context_of(database, headers, None, "request")).viewer is not ANONYMOUS

    await owner.execute(change)

    with pytest.raises(Unauthenticated):
        await context_of(database, headers, None, "request")


async def test_use_is_noted_at_most_once_a_minute(
    database: Database, owner: asyncpg.Connection
) -> None:
    lately, long_ago = now() - timedelta(seconds=50), now() - timedelta(seconds=70)
    headers = {"authorization": f"Bearer {await signed_in(database, last_seen_at=lately)}"}

    await context_of(database, headers, None, "request")
    assert await last_seen(owner) == lately

    await owner.execute("update auth.sessions set last_seen_at = $1", long_ago)
    await context_of(database, headers, None, "request")
    assert await last_seen(owner) > lately


@pytest.mark.parametrize(
    ("client_ip", "address"),
    [("2001:db8::1", "2001:db8::1"), ("/run/socket", None), (None, None)],
)
async def test_only_an_address_is_kept_as_one(
    database: Database, client_ip: str | None, address: str | None
) -> None:
    context = await context_of(database, {"user-agent": "x" * 999}, client_ip, "request")

    assert context.client.address == address
    assert context.client.user_agent == "x" * 256


VIEWER = "{ viewer { name } }"
REVOKE = "mutation { sessionRevoke(input: {}) { userErrors { __typename } } }"


class Bearer:
    """A signed-in client whom the server remembers."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {token}"}

    async def ask(self, query: str) -> httpx.Response:
        return await self._client.post("/graphql", json={"query": query}, headers=self._headers)


@pytest.fixture
async def bearer(client: httpx.AsyncClient, database: Database) -> Bearer:
    bearer = Bearer(client, await signed_in(database))
    assert (await bearer.ask(VIEWER)).json()["data"]["viewer"] is not None
    return bearer


async def test_a_remembered_viewers_query_is_one_statement(
    database: Database, gateway: Gateway, statements: Statements
) -> None:
    known = RememberedViewers()
    headers = {"authorization": f"Bearer {await signed_in(database)}"}
    await context_of(database, headers, None, "request", known)
    statements.clear()

    context = await context_of(database, headers, None, "request", known)
    answer = await gateway.execute(GraphQLRequest(VIEWER), context)

    assert b'"viewer":{"name"' in answer.body
    assert len(statements) == 1
    assert "auth.prove_viewer" in statements[0]


async def test_for_a_viewer_whom_nobody_can_prove_nothing_is_read(
    database: Database, gateway: Gateway, statements: Statements
) -> None:
    unproven = replace((await remembered(database)).viewer, prover=None)
    statements.clear()

    with pytest.raises(RuntimeError, match="nobody can prove"):
        await Operations(gateway, database).data(VIEWER, as_=unproven)
    assert statements == []


async def test_a_revoked_session_is_refused_by_the_very_next_statement(bearer: Bearer) -> None:
    assert (await bearer.ask(REVOKE)).json()["data"]["sessionRevoke"]["userErrors"] == []
    for operation in (VIEWER, REVOKE, "{ viewer { id } __schema { queryType { name } } }"):
        refused = await bearer.ask(operation)
        assert refused.status_code == 401
        assert codes(refused.json()) == ["UNAUTHENTICATED"]
        assert "data" not in refused.json()


@pytest.mark.parametrize(
    "ending",
    [
        "update auth.sessions set revoked_at = now()",
        "update auth.sessions set access_expires_at = now()",
        """
        update auth.sessions set expires_at = now(), access_expires_at = now()
        where created_at < now()
        """,
        "update auth.users set disabled_at = now(), disabled_reason = 'Sold.'",
        "update auth.users set deleted_at = now()",
        "delete from auth.sessions",
    ],
)
async def test_whatever_ends_a_session_ends_it_for_the_remembered_too(
    bearer: Bearer, owner: asyncpg.Connection, ending: str
) -> None:
    await owner.execute(ending)
    assert (await bearer.ask(VIEWER)).status_code == 401


async def test_another_role_is_in_force_at_once(
    bearer: Bearer, owner: asyncpg.Connection, database: Database
) -> None:
    for _ in range(3):
        await a_user(database)
    count = "{ users { totalCount } }"
    assert (await bearer.ask(count)).json()["data"]["users"]["totalCount"] == 1
    await owner.execute("update auth.users set role = 'admin'")
    assert (await bearer.ask(count)).json()["data"]["users"]["totalCount"] == 4
    await owner.execute("update auth.users set role = 'student'")
    assert (await bearer.ask(count)).json()["data"]["users"]["totalCount"] == 1
