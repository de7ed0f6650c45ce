"""A real server in this process, and clients that keep a connection to it open."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from domains.auth.models import User
from domains.kernel.database import Database
from domains.kernel.signals import Signals
from domains.kernel.viewer import Viewer
from domains.kernel.watching import Watching
from gateway.app import create_app
from gateway.attendance import Seats
from gateway.cli import Server
from gateway.settings import Profile, Settings
from tests.auth.sessions import a_session
from tests.listening import PATIENCE, listening
from tests.makers import a_user

SUBSCRIBE = "subscription { notificationReceived { title user { name } } }"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and how many keep a connection to it open."""

    address: str
    seats: Seats
    signals: Signals
    watching: Watching
    server: Server

    @property
    def url(self) -> str:
        return f"ws://{self.address}/graphql"

    def ears(self) -> int:
        """How many are waiting for news."""
        return len(self.signals._ears)

    async def empty(self) -> None:
        """Wait until nobody is there any more."""
        async with asyncio.timeout(PATIENCE):
            while len(self.seats):  # noqa: ASYNC110 (a set sets no event)
                await asyncio.sleep(0.01)


@asynccontextmanager
async def served(database_url: str, **choices: Any) -> AsyncIterator[Served]:
    """The whole application over a database, on a free port of loopback."""
    settings = Settings(profile=Profile.TEST, database_url=database_url, **choices)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="websockets-sansio",
        lifespan="on",
        log_config=None,
        access_log=False,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=3,
    )
    server = Server(config, app.state.seats)
    async with listening(server) as port:
        state = app.state
        async with asyncio.timeout(PATIENCE):
            await state.signals.hearing()
        address = f"127.0.0.1:{port}"
        yield Served(address, state.seats, state.signals, state.watching, server)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who has signed in."""

    user: User
    viewer: Viewer
    token: str

    @property
    def authorization(self) -> str:
        return f"Bearer {self.token}"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": self.authorization}


async def a_guest(database: Database, user: User | None = None, **session: Any) -> Guest:
    user = user or await a_user(database)
    token, viewer, _ = await a_session(database, user, **session)
    return Guest(user, viewer, token)


@dataclass(frozen=True, slots=True)
class Wire:
    """A socket as a client of graphql-transport-ws uses it."""

    socket: ClientConnection

    async def say(self, type: str, **parts: Any) -> None:
        await self.socket.send(json.dumps({"type": type, **parts}))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.socket.recv())
        return message

    async def subscribe(self, query: str = SUBSCRIBE, id: str = "1") -> None:
        await self.say("subscribe", id=id, payload={"query": query})

    async def ask(self, query: str, id: str = "ask", **variables: Any) -> dict[str, Any]:
        """The payload of a query's one answer."""
        await self.say("subscribe", id=id, payload={"query": query, "variables": variables})
        answer = await self.hear()
        assert (answer["id"], answer["type"]) == (id, "next"), answer
        assert await self.hear() == {"id": id, "type": "complete"}
        payload: dict[str, Any] = answer["payload"]
        return payload

    async def listen(self, query: str = SUBSCRIBE, id: str = "1") -> None:
        """Subscribe; once a later operation is answered, what follows is told."""
        await self.subscribe(query, id)
        await self.ask("{ __typename }")

    async def end(self) -> tuple[int, str]:
        """How the server closes, and nothing that it says before."""
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionClosed) as closed:
                await self.socket.recv()
        frame = closed.value.rcvd
        assert frame is not None
        return frame.code, frame.reason


@asynccontextmanager
async def wire(to: Served, **options: Any) -> AsyncIterator[Wire]:
    """A socket that has said nothing yet."""
    options = {"subprotocols": [Subprotocol("graphql-transport-ws")]} | options
    async with connect(to.url, compression=None, **options) as socket:
        yield Wire(socket)


@asynccontextmanager
async def seated(to: Served, guest: Guest, **options: Any) -> AsyncIterator[Wire]:
    """The socket of somebody whom the server knows."""
    async with wire(to, **options) as socket:
        await socket.say("connection_init", payload={"authorization": guest.authorization})
        assert await socket.hear() == {"type": "connection_ack"}
        yield socket


@dataclass(frozen=True, slots=True)
class Events:
    """A stream of server-sent events as a client reads it."""

    response: httpx.Response
    lines: AsyncIterator[str]

    async def event(self) -> tuple[str, Any]:
        """The next event: its name and its data."""
        found: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if not line and found:
                    return found["event"], json.loads(found["data"] or "null")
                name, _, value = line.partition(":")
                if name:
                    found[name] = value.strip()
        raise AssertionError("the stream has ended")

    async def keep_alive(self) -> None:
        """Wait for a comment, the first of which says that the server listens."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if line == ":":
                    return


@asynccontextmanager
async def events(to: Served, query: str = SUBSCRIBE, **headers: str) -> AsyncIterator[Events]:
    """The answer to a POST as a stream."""
    headers = {"accept": "text/event-stream"} | headers
    async with (
        httpx.AsyncClient(base_url=f"http://{to.address}", timeout=PATIENCE) as client,
        client.stream("POST", "/graphql", json={"query": query}, headers=headers) as response,
    ):
        yield Events(response, response.aiter_lines())
