"""People are told at once, of what is theirs, and only while their session lives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession
from websockets.exceptions import ConnectionClosed

from domains.auth.events import UserSignedUp
from domains.auth.models import UserRole
from domains.kernel import signals
from domains.kernel.clock import now
from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM, Viewer
from domains.notifications.models import Notification
from gateway.execution import Gateway, GraphQLRequest
from gateway.outbox import deliver_once
from tests.makers import a_notification, a_user, put
from tests.streams import SUBSCRIBE, Served, Wire, a_guest, events, seated, served

SILENCE = 0.3
LISTENING = {"application_name": "azora signals"}
REVOKE = "mutation { sessionRevoke(input: {}) { userErrors { __typename } } }"
LISTENERS = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and application_name = 'azora signals'
"""

Connect = Callable[..., Awaitable[asyncpg.Connection]]


@pytest.fixture
async def gate(database: Database) -> AsyncIterator[Served]:
    async with served(database.url) as running:
        yield running


async def title(wire: Wire) -> str:
    """The title of what the socket is told next."""
    message = await wire.hear()
    assert (message["id"], message["type"]) == ("1", "next"), message
    told: str = message["payload"]["data"]["notificationReceived"]["title"]
    return told


async def nothing(wire: Wire) -> None:
    """Nothing is told for a while."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SILENCE):
            await wire.socket.recv()


async def test_an_event_of_the_platform_reaches_the_person_at_once(
    gate: Served, database: Database
) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        async with database.session(SYSTEM) as session:
            emit(session, UserSignedUp(user_id=guest.user.id))
        await deliver_once(database)

        assert await wire.hear() == {
            "id": "1",
            "type": "next",
            "payload": {
                "data": {
                    "notificationReceived": {
                        "title": "Welcome to Azora",
                        "user": {"name": guest.user.name},
                    }
                }
            },
        }


async def test_everybody_hears_of_their_own_alone(gate: Served, database: Database) -> None:
    one, other = await a_guest(database), await a_guest(database)
    admin = await a_guest(database, await a_user(database, UserRole.ADMIN))
    async with (
        seated(gate, one) as first,
        seated(gate, one) as second,
        seated(gate, other) as theirs,
        seated(gate, admin) as theirs_too,
    ):
        for each in (first, second, theirs, theirs_too):
            await each.listen()
        await a_notification(database, one.user.id, title="For one")
        assert [await title(first), await title(second)] == ["For one", "For one"]
        await nothing(theirs)
        await nothing(theirs_too)


async def _begin_in_vain(session: AsyncSession, _viewer: Viewer, user_id: UUID) -> None:
    session.add(Notification(user_id=user_id, title="Never", message="x"))
    await session.flush()
    raise ZeroDivisionError


async def test_nothing_is_told_of_what_was_rolled_back(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        with pytest.raises(ZeroDivisionError):
            await database.transaction(SYSTEM, _begin_in_vain, guest.user.id)
        await a_notification(database, guest.user.id, title="Kept")
        assert await title(wire) == "Kept"


async def test_a_row_that_the_policy_hides_is_skipped(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        await a_notification(database, guest.user.id, title="Hidden", deleted_at=now())
        await a_notification(database, guest.user.id, title="Seen")
        assert await title(wire) == "Seen"


async def test_what_is_read_after_subscribing_and_what_is_told_leave_nothing_out(
    gate: Served, database: Database
) -> None:
    guest = await a_guest(database)
    titles = [f"Number {number}" for number in range(30)]

    async def write() -> None:
        for each in titles:
            await a_notification(database, guest.user.id, title=each)

    async with seated(gate, guest) as wire:
        writing = asyncio.create_task(write())
        await wire.subscribe()
        await wire.say("subscribe", id="q", payload={"query": ALL})
        seen: set[str] = set()
        while seen < set(titles):
            message = await wire.hear()
            data = message.get("payload", {}).get("data", {})
            if message["id"] == "q" and data:
                seen |= {each["title"] for each in data["notifications"]["nodes"]}
            elif data:
                seen.add(data["notificationReceived"]["title"])
        await writing
    assert seen == set(titles)


ALL = "{ notifications(first: 100) { nodes { title } } }"


async def test_who_has_not_signed_in_is_not_told(gate: Served) -> None:
    async with events(gate) as stream:
        kind, data = await stream.event()
        assert kind == "next"
        assert [error["extensions"]["code"] for error in data["errors"]] == ["UNAUTHENTICATED"]
        assert await stream.event() == ("complete", None)


async def test_revoking_the_session_closes_its_sockets_and_no_others(
    gate: Served, database: Database
) -> None:
    guest = await a_guest(database)
    other = await a_guest(database, guest.user)
    async with seated(gate, guest) as wire, seated(gate, other) as elsewhere:
        await wire.listen()
        await elsewhere.listen()
        async with httpx.AsyncClient(base_url=f"http://{gate.address}") as client:
            revoked = await client.post("/graphql", json={"query": REVOKE}, headers=guest.headers)
        assert revoked.json() == {"data": {"sessionRevoke": {"userErrors": []}}}
        assert await wire.end() == (4401, "Unauthorized")

        await a_notification(database, guest.user.id, title="Still here")
        assert await title(elsewhere) == "Still here"


ENDINGS = {
    "revoked": "update auth.sessions set revoked_at = now()",
    "deleted": "delete from auth.sessions",
    "banned": "update auth.users set disabled_at = now(), disabled_reason = 'Spam'",
    "erased": "update auth.users set deleted_at = now()",
    "leaving": "update auth.users set deletion_requested_at = now(), purge_at = now()",
    "promoted": "update auth.users set role = 'educator'",
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_whatever_ends_the_access_closes_the_socket_at_once(
    gate: Served, database: Database, owner: asyncpg.Connection, ending: str
) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        await owner.execute(ENDINGS[ending])
        assert await wire.end() == (4401, "Unauthorized")
    await gate.empty()


@pytest.fixture
async def silenced(superuser: tuple[asyncpg.Connection, str]) -> AsyncIterator[None]:
    """Nobody is told that a session has ended."""
    connection, _ = superuser
    for table in ("sessions", "users"):
        await connection.execute(f"alter table auth.{table} disable trigger announce_end")
    yield
    for table in ("sessions", "users"):
        await connection.execute(f"alter table auth.{table} enable trigger announce_end")


@pytest.mark.parametrize("ending", ["revoked", "banned", "promoted"])
async def test_nothing_is_told_on_an_ended_session_that_nobody_has_heard_of(
    gate: Served, database: Database, owner: asyncpg.Connection, silenced: None, ending: str
) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        await owner.execute(ENDINGS[ending])
        await nothing(wire)
        await a_notification(database, guest.user.id, title="Secret")
        assert await wire.end() == (4401, "Unauthorized")


@pytest.mark.parametrize("operation", [ALL, REVOKE])
async def test_no_operation_runs_on_an_ended_session_that_nobody_has_heard_of(
    gate: Served, database: Database, owner: asyncpg.Connection, silenced: None, operation: str
) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await owner.execute(ENDINGS["banned"])
        await wire.subscribe(operation)
        refused = await wire.hear()
    assert (refused["id"], refused["type"]) == ("1", "error")
    assert [error["extensions"]["code"] for error in refused["payload"]] == ["UNAUTHENTICATED"]


async def test_a_refreshed_session_keeps_its_socket(
    gate: Served, database: Database, owner: asyncpg.Connection
) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        await owner.execute("update auth.sessions set token_hash = 'another'")
        await a_notification(database, guest.user.id, title="After the refresh")
        assert await title(wire) == "After the refresh"


async def test_a_socket_lasts_as_long_as_the_access_token_that_opened_it(
    gate: Served, database: Database
) -> None:
    soon = now() + timedelta(seconds=0.5)
    guest = await a_guest(database, access_expires_at=soon)
    async with seated(gate, guest) as wire:
        await wire.listen()
        assert await wire.end() == (4403, "The access token has expired")
    assert now() >= soon


@pytest.fixture
async def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "FIRST_WAIT_SECONDS", 0.05)


async def test_what_is_told_while_the_connection_is_away_is_told_when_it_is_back(
    impatient: None,
    database: Database,
    superuser: tuple[asyncpg.Connection, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = await a_guest(database)
    async with served(database.url) as gate, seated(gate, guest) as wire:
        await wire.listen()
        await a_notification(database, guest.user.id, title="Before")
        assert await title(wire) == "Before"

        away = asyncio.Event()
        monkeypatch.setattr(asyncpg, "connect", _after(away, asyncpg.connect))
        assert await superuser[0].fetchval(LISTENERS) >= 1
        await a_notification(database, guest.user.id, title="Meanwhile")
        await nothing(wire)
        away.set()

        assert await title(wire) == "Meanwhile"
        await a_notification(database, guest.user.id, title="Afterwards")
        assert await title(wire) == "Afterwards"


async def test_a_session_that_ends_while_the_connection_is_away_is_heard_of_when_it_is_back(
    impatient: None,
    database: Database,
    owner: asyncpg.Connection,
    superuser: tuple[asyncpg.Connection, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = await a_guest(database)
    async with served(database.url) as gate, seated(gate, guest) as wire:
        await wire.listen()
        away = asyncio.Event()
        monkeypatch.setattr(asyncpg, "connect", _after(away, asyncpg.connect))
        assert await superuser[0].fetchval(LISTENERS) >= 1
        await owner.execute(ENDINGS["revoked"])
        await nothing(wire)
        away.set()
        assert await wire.end() == (4401, "Unauthorized")


def _after(event: asyncio.Event, connect: Connect) -> Connect:
    async def later(*args: Any, **options: Any) -> asyncpg.Connection:
        if options.get("server_settings") == LISTENING:
            await event.wait()
        return await connect(*args, **options)

    return later


async def test_a_connection_that_hears_nothing_is_noticed_and_replaced(
    impatient: None, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "PULSE_SECONDS", 0.1)
    monkeypatch.setattr(signals, "PATIENCE_SECONDS", 0.3)
    connections: list[asyncpg.Connection] = []
    monkeypatch.setattr(asyncpg, "connect", _noting(connections, asyncpg.connect))
    guest = await a_guest(database)
    async with served(database.url) as gate, seated(gate, guest) as wire:
        await wire.listen()
        # As a pool does that gives the connection another server.
        await connections[0].execute("unlisten *")
        await a_notification(database, guest.user.id, title="Unheard")
        assert await title(wire) == "Unheard"
        await a_notification(database, guest.user.id, title="Heard again")
        assert await title(wire) == "Heard again"
    assert len(connections) == 2


def _noting(connections: list[asyncpg.Connection], connect: Connect) -> Connect:
    async def noted(*args: Any, **options: Any) -> asyncpg.Connection:
        connection = await connect(*args, **options)
        if options.get("server_settings") == LISTENING:
            connections.append(connection)
        return connection

    return noted


async def test_a_subscription_listens_by_the_time_that_a_later_operation_is_answered(
    gate: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribes = Gateway.subscribes

    async def slowly(self: Gateway, request: GraphQLRequest, context: Context) -> bool:
        if request.query == SUBSCRIBE:
            await asyncio.sleep(0.2)
        return await subscribes(self, request, context)

    monkeypatch.setattr(Gateway, "subscribes", slowly)
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        await a_notification(database, guest.user.id, title="At once")
        assert await title(wire) == "At once"


async def test_the_same_told_twice_is_delivered_once(gate: Served, database: Database) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        told = await a_notification(database, guest.user.id, title="Once")
        connection = await asyncpg.connect(database.url)
        again = f"{guest.user.id} {told.id}"
        await connection.execute("select pg_notify('azora_notifications', $1)", again)
        await connection.execute("select pg_notify('azora_notifications', 'no ids at all')")
        await connection.execute(
            "select pg_notify('azora_notifications', $1)", f"{guest.user.id} {uuid7()}"
        )
        await connection.close()
        await a_notification(database, guest.user.id, title="Next")
        assert [await title(wire), await title(wire)] == ["Once", "Next"]


async def test_somebody_who_is_told_more_than_they_take_is_told_so(
    gate: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await a_guest(database)
    async with seated(gate, guest) as wire:
        await wire.listen()
        rows = [
            Notification(user_id=guest.user.id, title=f"{number}", message="x")
            for number in range(2 * signals.MOST_WAITING)
        ]
        await put(database, *rows)
        told = 0
        while (message := await _message_or_end(wire)) is not None:
            assert message["payload"]["data"]["notificationReceived"]["title"] == f"{told}"
            told += 1
    assert signals.MOST_WAITING <= told < len(rows)
    assert (wire.socket.close_code, wire.socket.close_reason) == (
        1013,
        "The client takes too long to read",
    )


async def _message_or_end(wire: Wire) -> dict[str, Any] | None:
    try:
        return await wire.hear()
    except ConnectionClosed:
        return None


async def test_over_server_sent_events_the_same_is_told(
    gate: Served, database: Database, owner: asyncpg.Connection
) -> None:
    guest = await a_guest(database)
    async with events(gate, SUBSCRIBE, **guest.headers) as stream:
        await stream.keep_alive()
        await a_notification(database, guest.user.id, title="Streamed")
        kind, body = await stream.event()
        assert (kind, body["data"]["notificationReceived"]["title"]) == ("next", "Streamed")
        await owner.execute(ENDINGS["revoked"])
        kind, body = await stream.event()
        assert (kind, body["errors"][0]["extensions"]["code"]) == ("next", "UNAUTHENTICATED")
        assert await stream.event() == ("complete", None)
    await gate.empty()
