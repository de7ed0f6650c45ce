"""Answers as server-sent events keep to graphql-sse's distinct connections."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from domains.auth.models import UserRole
from domains.kernel.clock import now
from domains.kernel.database import Database
from gateway.http import events as module
from tests.listening import PATIENCE
from tests.makers import a_notification, a_user
from tests.streams import SUBSCRIBE, Events, Served, a_guest, events, served

MARK = "mutation { notificationsMarkAllRead(input: {}) { marked } }"
STREAM = "text/event-stream"


@pytest.fixture
async def gate(database: Database) -> AsyncIterator[Served]:
    async with served(database.url, max_connections=4, max_connections_per_viewer=2) as running:
        yield running


@pytest.fixture
async def client(gate: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{gate.address}", timeout=PATIENCE) as client:
        yield client


async def test_a_stream_says_that_it_is_one(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with events(gate, **guest.headers) as stream:
        assert stream.response.status_code == 200
        headers = stream.response.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["x-accel-buffering"] == "no"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]


async def test_a_subscription_over_get(
    gate: Served, client: httpx.AsyncClient, database: Database
) -> None:
    guest = await a_guest(database)
    headers = {"accept": STREAM, **guest.headers}
    params = {"query": SUBSCRIBE}
    async with client.stream("GET", "/graphql", params=params, headers=headers) as response:
        stream = Events(response, response.aiter_lines())
        await stream.keep_alive()
        await a_notification(database, guest.user.id, title="By GET")
        kind, body = await stream.event()
    assert (kind, body["data"]["notificationReceived"]["title"]) == ("next", "By GET")


async def test_a_query_is_one_event_and_its_end(client: httpx.AsyncClient) -> None:
    headers = {"accept": STREAM}
    answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert answer.status_code == 200
    assert answer.text == (
        'event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata:\n\n'
    )


async def test_a_mutation_is_one_event_by_post_and_none_by_get(
    client: httpx.AsyncClient, database: Database
) -> None:
    guest = await a_guest(database)
    await a_notification(database, guest.user.id)
    headers = {"accept": STREAM, **guest.headers}

    refused = await client.get("/graphql", params={"query": MARK}, headers=headers)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert refused.headers["content-type"].startswith("application/json")

    done = await client.post("/graphql", json={"query": MARK}, headers=headers)
    assert '"marked":1' in done.text
    assert done.text.endswith("event: complete\ndata:\n\n")


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [
        (STREAM, True),
        (f"{STREAM}, application/json;q=0.5", True),
        (f"application/json, {STREAM}", False),
        (f"application/graphql-response+json, application/json, {STREAM}", False),
        (f"{STREAM};q=0, application/json", False),
        ("*/*", False),
    ],
)
async def test_a_single_answer_is_streamed_only_to_those_who_prefer_it(
    client: httpx.AsyncClient, accept: str, *, streamed: bool
) -> None:
    headers = {"accept": accept}
    answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert answer.headers["content-type"].startswith(STREAM) is streamed


async def test_whoever_takes_both_gets_a_subscription_as_a_stream(
    gate: Served, database: Database
) -> None:
    guest = await a_guest(database)
    accept = f"application/graphql-response+json, application/json, {STREAM}"
    async with events(gate, accept=accept, **guest.headers) as stream:
        await stream.keep_alive()
        await a_notification(database, guest.user.id)
        assert (await stream.event())[0] == "next"


async def test_an_operation_that_cannot_run_is_told_in_the_stream(gate: Served) -> None:
    for query in ("{", "subscription { nothing }"):
        async with events(gate, query) as stream:
            kind, body = await stream.event()
            assert (kind, stream.response.status_code) == ("next", 200)
            assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
            assert await stream.event() == ("complete", None)


async def test_a_token_of_no_living_session_is_refused_by_http(
    client: httpx.AsyncClient, database: Database
) -> None:
    guest = await a_guest(database, revoked_at=now())
    headers = {"accept": STREAM, **guest.headers}
    refused = await client.post("/graphql", json={"query": SUBSCRIBE}, headers=headers)
    assert refused.status_code == 401
    assert refused.headers["content-type"].startswith("application/json")


async def test_a_quiet_stream_is_kept_alive(
    gate: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_ALIVE_SECONDS", 0.05)
    guest = await a_guest(database)
    async with events(gate, **guest.headers) as stream:
        for _ in range(4):
            await stream.keep_alive()


async def test_streams_count_with_the_sockets(
    gate: Served, client: httpx.AsyncClient, database: Database
) -> None:
    guest = await a_guest(database)
    headers = {"accept": STREAM, **guest.headers}
    async with events(gate, **guest.headers), events(gate, **guest.headers):
        assert len(gate.seats) == 2
        refused = await client.post("/graphql", json={"query": SUBSCRIBE}, headers=headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["errors"][0]["extensions"]["code"] == "SERVER_BUSY"
    await gate.empty()


async def test_whoever_leaves_makes_room(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    for _ in range(5):
        async with events(gate, **guest.headers) as stream:
            await stream.keep_alive()
        await gate.empty()
    assert gate.ears() == 0


async def test_when_the_server_stops_its_streams_end(database: Database) -> None:
    guest = await a_guest(database)
    async with served(database.url) as gate, events(gate, **guest.headers) as stream:
        await stream.keep_alive()
        gate.server.should_exit = True
        kind, body = await stream.event()
        assert (kind, body["errors"][0]["extensions"]["code"]) == ("next", "SERVER_BUSY")
        assert await stream.event() == ("complete", None)


async def test_another_role_ends_the_stream(
    gate: Served, database: Database, owner: asyncpg.Connection
) -> None:
    guest = await a_guest(database, await a_user(database, UserRole.EDUCATOR))
    async with events(gate, **guest.headers) as stream:
        await stream.keep_alive()
        await owner.execute("update auth.users set role = 'student'")
        kind, body = await stream.event()
        assert (kind, body["errors"][0]["extensions"]["code"]) == ("next", "UNAUTHENTICATED")
        async with asyncio.timeout(PATIENCE):
            assert await stream.event() == ("complete", None)
