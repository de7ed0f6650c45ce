"""GraphQL over WebSocket keeps to graphql-transport-ws, and to its bounds."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from websockets import Subprotocol
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.notifications.models import Notification
from gateway.sockets import connection
from tests.listening import PATIENCE
from tests.makers import a_course, a_notification, put
from tests.streams import SUBSCRIBE, Served, Wire, a_guest, seated, served, wire

VIEWER = "{ viewer { name } }"
UNKNOWN = f"Bearer azat_{'A' * 43}"


@pytest.fixture
async def gate(database: Database) -> AsyncIterator[Served]:
    async with served(database.url, max_connections=6, max_connections_per_viewer=3) as running:
        yield running


async def refusal(to: Served, **options: Any) -> tuple[int, bytes]:
    """How the handshake is answered that does not become a socket."""
    with pytest.raises(InvalidStatus) as refused:
        async with wire(to, **options):
            pass
    response = refused.value.response
    return response.status_code, bytes(response.body or b"")


# Who may open a socket


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1:1", "file://", "https://[", ""],
)
async def test_a_page_of_another_site_is_turned_away(gate: Served, origin: str) -> None:
    turned_away = await refusal(gate, additional_headers={"origin": origin})
    assert turned_away == (403, b"Pages of this site may not connect.")
    assert len(gate.seats) == 0


async def test_a_page_of_the_same_site_and_a_program_may_connect(
    gate: Served, database: Database
) -> None:
    guest = await a_guest(database)
    for headers in ({"origin": f"http://{gate.address}"}, {}):
        async with seated(gate, guest, additional_headers=headers) as socket:
            assert (await socket.ask("{ __typename }"))["data"] == {"__typename": "Query"}


async def test_sites_that_the_operator_allows_may_connect(database: Database) -> None:
    allowed = frozenset({"https://app.example"})
    guest = await a_guest(database)
    async with served(database.url, allowed_origins=allowed) as gate:
        async with seated(gate, guest, additional_headers={"origin": "https://app.example"}):
            pass
        other = await refusal(gate, additional_headers={"origin": "https://app.example.org"})
    assert other[0] == 403


@pytest.mark.parametrize("offered", [["graphql-ws"], ["GRAPHQL-TRANSPORT-WS"], ["mqtt"], None])
async def test_another_subprotocol_is_not_acceptable(
    gate: Served, offered: list[Subprotocol] | None
) -> None:
    async with wire(gate, subprotocols=offered) as socket:
        assert socket.socket.subprotocol is None
        assert await socket.end() == (4406, "Subprotocol not acceptable")


async def test_of_several_subprotocols_the_right_one_is_chosen(gate: Served) -> None:
    offered = [Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]
    async with wire(gate, subprotocols=offered) as socket:
        assert socket.socket.subprotocol == "graphql-transport-ws"


# Who it is


async def test_a_header_says_who_it_is_as_well(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with wire(gate, additional_headers=guest.headers) as socket:
        await socket.say("connection_init")
        assert await socket.hear() == {"type": "connection_ack"}
        assert await socket.ask(VIEWER) == {"data": {"viewer": {"name": guest.user.name}}}


async def test_the_payload_counts_more_than_the_header(gate: Served, database: Database) -> None:
    guest, other = await a_guest(database), await a_guest(database)
    async with wire(gate, additional_headers=other.headers) as socket:
        await socket.say("connection_init", payload={"Authorization": guest.authorization})
        assert await socket.hear() == {"type": "connection_ack"}
        assert await socket.ask(VIEWER) == {"data": {"viewer": {"name": guest.user.name}}}


@pytest.mark.parametrize("payload", [None, {}, {"authorization": UNKNOWN}, {"authorization": "x"}])
async def test_nobody_stays_without_a_living_session(gate: Served, payload: Any) -> None:
    async with wire(gate) as socket:
        await socket.say("connection_init", payload=payload)
        assert await socket.end() == (4401, "Unauthorized")
    await gate.empty()


async def test_a_cookie_proves_nothing(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    cookie = f"authorization={guest.authorization}; __Host-azora_rt={guest.token}"
    async with wire(gate, additional_headers={"cookie": cookie}) as socket:
        await socket.say("connection_init")
        assert await socket.end() == (4401, "Unauthorized")


@pytest.mark.parametrize("ended", ["revoked_at", "access_expires_at"])
async def test_an_ended_session_opens_nothing(gate: Served, database: Database, ended: str) -> None:
    session: dict[str, Any] = {ended: now() - timedelta(seconds=1)}
    guest = await a_guest(database, **session)
    async with wire(gate) as socket:
        await socket.say("connection_init", payload={"authorization": guest.authorization})
        assert await socket.end() == (4401, "Unauthorized")


# The protocol


async def test_who_does_not_begin_in_time_is_cut_off(
    gate: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "INIT_SECONDS", 0.2)
    async with wire(gate) as socket:
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}
        assert await socket.end() == (4408, "Connection initialisation timeout")


async def test_who_has_begun_is_not_cut_off(
    gate: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "INIT_SECONDS", 0.2)
    async with seated(gate, await a_guest(database)) as socket:
        await asyncio.sleep(0.4)
        await socket.say("ping", payload={"any": "thing"})
        assert await socket.hear() == {"type": "pong"}


async def test_beginning_twice_ends_the_socket(gate: Served, database: Database) -> None:
    async with seated(gate, await a_guest(database)) as socket:
        await socket.say("connection_init")
        assert await socket.end() == (4429, "Too many initialisation requests")


async def test_nothing_can_be_asked_before_the_server_has_agreed(gate: Served) -> None:
    async with wire(gate) as socket:
        await socket.subscribe(VIEWER)
        assert await socket.end() == (4401, "Unauthorized")


async def test_an_id_in_use_ends_the_socket(gate: Served, database: Database) -> None:
    async with seated(gate, await a_guest(database)) as socket:
        await socket.listen(id="ä")
        await socket.subscribe(id="ä")
        assert await socket.end() == (4409, "Subscriber for ä already exists")


async def test_an_id_that_was_completed_is_free_again(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as socket:
        for _ in range(3):
            await socket.listen()
            await socket.say("complete", id="1")
        await socket.say("complete", id="never begun")
        await socket.listen()
        await a_notification(database, guest.user.id)
        assert (await socket.hear())["type"] == "next"
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}


MALFORMED = [
    ("no JSON", "A message has to be valid JSON"),
    ('{"type": "ping"', "A message has to be valid JSON"),
    ('{"type": NaN}', "A message has to be valid JSON"),
    ("[]", "A message has to be an object with a type"),
    ('"ping"', "A message has to be an object with a type"),
    ("{}", "A message has to be an object with a type"),
    ('{"type": 1}', "A message has to be an object with a type"),
    ('{"type": "start"}', "There is no such type of message"),
    ('{"type": "next", "id": "1"}', "There is no such type of message"),
    ('{"type": "ping", "payload": 1}', "The payload of ping has to be an object"),
    ('{"type": "subscribe"}', "subscribe needs an id of at most 128 characters"),
    ('{"type": "subscribe", "id": ""}', "subscribe needs an id of at most 128 characters"),
    ('{"type": "subscribe", "id": 1}', "subscribe needs an id of at most 128 characters"),
    ('{"type": "complete"}', "complete needs an id of at most 128 characters"),
    (
        json.dumps({"type": "subscribe", "id": "x" * 129, "payload": {"query": VIEWER}}),
        "subscribe needs an id of at most 128 characters",
    ),
    ('{"type": "subscribe", "id": "1"}', "query is missing."),
    ('{"type": "subscribe", "id": "1", "payload": {"query": 1}}', "query has to be a string."),
    (
        '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}',
        "variables has to be an object or null.",
    ),
    (b'{"type": "ping"}', "A message has to be text"),
]


@pytest.mark.parametrize(("message", "reason"), MALFORMED)
async def test_a_malformed_message_ends_the_socket(
    gate: Served, database: Database, message: str | bytes, reason: str
) -> None:
    async with seated(gate, await a_guest(database)) as socket:
        await socket.socket.send(message)
        assert await socket.end() == (4400, reason)
    await gate.empty()


@pytest.mark.parametrize("payload", ["text", 7, {"authorization": ["Bearer x"]}])
async def test_a_malformed_beginning_ends_the_socket(gate: Served, payload: Any) -> None:
    async with wire(gate) as socket:
        await socket.say("connection_init", payload=payload)
        assert (await socket.end())[0] == 4400


async def test_a_message_is_no_larger_than_a_body(database: Database) -> None:
    guest = await a_guest(database)
    async with served(database.url, max_body_bytes=1000) as gate, seated(gate, guest) as socket:
        await socket.say("ping", payload={"padding": "x" * 900})
        assert await socket.hear() == {"type": "pong"}
        await socket.say("ping", payload={"padding": "ä" * 500})
        assert await socket.end() == (1009, "Message too big")


# Operations


async def test_a_query_with_variables_and_its_name(gate: Served, database: Database) -> None:
    await a_course(database)
    query = "query A { __typename } query B($n: Int!) { courses(first: $n) { totalCount } }"
    async with seated(gate, await a_guest(database)) as socket:
        payload = {"query": query, "variables": {"n": 1}, "operationName": "B"}
        await socket.say("subscribe", id="q", payload=payload)
        assert await socket.hear() == {
            "id": "q",
            "type": "next",
            "payload": {"data": {"courses": {"totalCount": 1}}},
        }
        assert await socket.hear() == {"id": "q", "type": "complete"}


async def test_a_mutation_over_a_socket_is_the_viewers(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    await a_notification(database, guest.user.id)
    mutation = "mutation { notificationsMarkAllRead(input: {}) { marked userErrors { message } } }"
    async with seated(gate, guest) as socket:
        done = await socket.ask(mutation)
    assert done == {"data": {"notificationsMarkAllRead": {"marked": 1, "userErrors": []}}}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "BAD_USER_INPUT"),
        ("{ nothingOfThisName }", "BAD_USER_INPUT"),
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("query Q($n: Int!) { courses(first: $n) { totalCount } }", "BAD_USER_INPUT"),
        ("subscription { a: notificationReceived { id } b: notificationReceived { id } }", None),
        ("subscription S { " + "... { " * 60 + "__typename" + " }" * 61, "QUERY_TOO_COMPLEX"),
    ],
)
async def test_what_cannot_run_is_refused_by_itself(
    gate: Served, database: Database, query: str, code: str | None
) -> None:
    async with seated(gate, await a_guest(database)) as socket:
        await socket.subscribe(query)
        refused = await socket.hear()
        assert (refused["id"], refused["type"]) == ("1", "error")
        found = {error["extensions"]["code"] for error in refused["payload"]}
        assert found == {code or "BAD_USER_INPUT"}
        # Its id is free, and the socket is as it was.
        assert (await socket.ask("{ __typename }", id="1"))["data"] == {"__typename": "Query"}


async def test_a_subscription_is_priced_as_a_query_is(database: Database) -> None:
    mine = "user { notifications(first: 100) { nodes { id } } }"
    guest = await a_guest(database)
    async with (
        served(database.url, limits={"max_cost": 50}) as gate,
        seated(gate, guest) as socket,
    ):
        await socket.subscribe(f"subscription {{ notificationReceived {{ {mine} }} }}")
        refused = await socket.hear()
    assert [error["extensions"]["code"] for error in refused["payload"]] == ["QUERY_TOO_COMPLEX"]


async def test_at_most_twenty_operations_at_once(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as socket:
        for number in range(20):
            await socket.subscribe(id=str(number))
        await socket.subscribe(id="one more")
        refused = await socket.hear()
        assert (refused["id"], refused["type"]) == ("one more", "error")
        assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"

        await socket.say("complete", id="7")
        assert (await socket.ask("{ __typename }"))["data"] == {"__typename": "Query"}
        await a_notification(database, guest.user.id)
        told = {(await socket.hear())["id"] for _ in range(19)}
    assert told == {str(number) for number in range(20)} - {"7"}


async def test_a_completed_subscription_is_told_nothing(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as socket:
        await socket.listen(id="a")
        await socket.listen(id="b")
        await socket.say("complete", id="a")
        await socket.ask("{ __typename }")
        await a_notification(database, guest.user.id)
        assert (await socket.hear())["id"] == "b"
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}


async def test_over_http_a_subscription_is_refused_with_its_reason(gate: Served) -> None:
    async with httpx.AsyncClient(base_url=f"http://{gate.address}") as client:
        for accept in ("application/graphql-response+json", "*/*", "text/*, application/json"):
            refused = await client.post(
                "/graphql", json={"query": SUBSCRIBE}, headers={"accept": accept}
            )
            (error,) = refused.json()["errors"]
            assert error["extensions"] == {"code": "BAD_USER_INPUT"}
            assert "text/event-stream" in error["message"]
            assert "data" not in refused.json()
            strict = accept.startswith("application/graphql-response")
            assert refused.status_code == (400 if strict else 200)


# Bounds


async def test_one_viewer_has_so_many_sockets(gate: Served, database: Database) -> None:
    guest, other = await a_guest(database), await a_guest(database)
    async with seated(gate, guest), seated(gate, guest):
        async with seated(gate, guest), wire(gate) as fourth:
            await fourth.say("connection_init", payload={"authorization": guest.authorization})
            assert await fourth.end() == (1013, "Too many connections")
            async with seated(gate, other):
                pass
        async with asyncio.timeout(PATIENCE):
            while len(gate.seats) > 2:  # noqa: ASYNC110 (a set sets no event)
                await asyncio.sleep(0.01)
        async with seated(gate, guest):
            pass


async def test_the_process_has_so_many_sockets(gate: Served) -> None:
    async with (
        wire(gate),
        wire(gate),
        wire(gate),
        wire(gate),
        wire(gate),
        wire(gate),
    ):
        text = b"There are too many connections. Try again in a moment."
        assert await refusal(gate) == (503, text)
    await gate.empty()
    async with wire(gate):
        assert len(gate.seats) == 1


async def test_a_client_that_does_not_read_is_given_up(
    gate: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(connection, "CLOSE_SECONDS", 0.1)
    guest = await a_guest(database)
    host, _, port = gate.address.partition(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(0)
        async with seated(gate, guest, sock=raw, max_queue=1, ping_interval=None) as lazy:
            await lazy.listen("subscription { notificationReceived { message } }")
            lazy.socket.transport.pause_reading()
            rows = [
                Notification(user_id=guest.user.id, title="Long", message="x" * 500_000)
                for _ in range(30)
            ]
            await put(database, *rows)
            await gate.empty()
            lazy.socket.transport.abort()


async def test_when_the_server_stops_its_sockets_are_told_to_come_back(
    database: Database,
) -> None:
    guest = await a_guest(database)
    async with served(database.url) as gate, seated(gate, guest) as socket:
        await socket.listen()
        gate.server.should_exit = True
        assert (await socket.end())[0] == 1012


async def test_a_client_that_vanishes_leaves_nothing_behind(
    gate: Served, database: Database
) -> None:
    guest = await a_guest(database)
    for _ in range(5):
        async with seated(gate, guest) as socket:
            await socket.listen()
            await socket.subscribe(id="2")
            socket.socket.transport.abort()
        await gate.empty()
    assert gate.ears() == 0


async def test_noise_ends_no_other_socket(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as quiet:
        await quiet.listen()
        for noise in ("\x00", '{"type":"connection_init","payload":' + "[" * 2000, "{}" * 100):
            async with connect(gate.url, subprotocols=[Subprotocol("graphql-transport-ws")]) as raw:
                await raw.send(noise)
                with pytest.raises(ConnectionClosed):
                    await Wire(raw).hear()
        await a_notification(database, guest.user.id, title="Unmoved")
        told = await quiet.hear()
    assert told["payload"]["data"]["notificationReceived"]["title"] == "Unmoved"
