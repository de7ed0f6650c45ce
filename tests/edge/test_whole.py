"""An answer in one piece says what the server's own two messages say."""

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson
import pytest
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from gateway.cli import server_config
from gateway.execution import Gateway
from gateway.http import GraphQLEndpoint, always
from gateway.settings import Profile, Settings
from tests.listening import answer, listening

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
LONG = 300_000


@strawberry.type
class Query:
    @strawberry.field
    def text(self, length: int) -> str:
        return "x" * length


async def anonymous(_headers: Mapping[str, str], _client: str | None, request_id: str) -> Context:
    return Context(Database(NOWHERE), ANONYMOUS, request_id)


ENDPOINT = GraphQLEndpoint(
    Gateway(strawberry.Schema(Query)), anonymous, always=always(only_encrypted=True)
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Takes the extension away from those who come by another path."""
    if scope["path"] == "/usual":
        scope["extensions"] = {}
    await ENDPOINT(scope, receive, send)


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """A server as it runs."""
    config = server_config(Starlette(), Settings(profile=Profile.TEST))
    config.app, config.lifespan = application, "off"
    async with listening(uvicorn.Server(config)) as port:
        yield port


def request(path: str = "/", length: int = 3, version: str = "1.1", more: str = "") -> bytes:
    asked: dict[str, Any] = {"query": f"{{ text(length: {length}) }}"}
    body = orjson.dumps(asked)
    head = (
        f"POST {path} HTTP/{version}\r\nhost: azora\r\ncontent-type: application/json\r\n"
        f"x-request-id: r1\r\n{more}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def parts(found: bytes) -> tuple[bytes, list[bytes], bytes]:
    """The line of the status, the headers without the moment, and the body."""
    head, _, body = found.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    return status, sorted(each for each in headers if not each.startswith(b"date:")), body


LAST = "connection: close\r\n"


@pytest.mark.parametrize(
    "given", [{"more": LAST}, {"version": "1.0"}, {"length": LONG, "more": LAST}]
)
async def test_it_is_the_same_answer(port: int, given: dict[str, Any]) -> None:
    whole, usual = [await answer(port, request(path, **given)) for path in ("/", "/usual")]
    assert parts(whole) == parts(usual)
    status, headers, body = parts(whole)
    assert status == b"HTTP/1.1 200 OK"
    assert b"connection: close" in headers
    assert b"x-request-id: r1" in headers
    assert len(orjson.loads(body)["data"]["text"]) == given.get("length", 3)
    assert b"date: " in whole


async def test_requests_that_come_at_once_are_answered_in_their_order(port: int) -> None:
    requests = [*(request(length=n) for n in range(1, 5)), request(more=LAST)]
    found = await answer(port, b"".join(requests))
    bodies = [b'{"data":{"text":"%s"}}' % (b"x" * n) for n in (1, 2, 3, 4, 3)]
    places = [found.index(body) for body in bodies[:4]]
    assert places == sorted(places)
    assert found.count(b"HTTP/1.1 200 OK\r\n") == 5
    assert found.endswith(bodies[4])


def alive() -> int:
    """Requests that the server has not forgotten."""
    return sum(issubclass(type(each), RequestResponseCycle) for each in gc.get_objects())


@pytest.mark.parametrize("path", ["/", "/usual"])
async def test_nothing_is_left_of_a_request_that_was_answered(port: int, path: str) -> None:
    asked = b"".join([*(request(path) for _ in range(50)), request(path, more=LAST)])
    gc.disable()
    try:
        before = alive()
        await answer(port, asked)
        assert alive() - before <= 1
    finally:
        gc.enable()


async def test_a_client_that_does_not_read_is_waited_for(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    for _ in range(40):
        writer.write(request(length=LONG))
    writer.write(request(more=LAST))
    await asyncio.sleep(0.3)
    found = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert found.count(b"HTTP/1.1 200 OK\r\n") == 41
    assert found.count(b"x" * LONG) == 40


async def test_a_client_that_left_is_no_fault(port: int, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(length=LONG))
        await writer.drain()
        writer.transport.abort()
    assert b"200 OK" in await answer(port, request(more=LAST))
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_page_without_the_extension_has_the_headers_of_all_answers(port: int) -> None:
    _, headers, _ = parts(await answer(port, request("/usual", more=LAST)))
    for name, value in always(only_encrypted=True):
        assert b"%s: %s" % (name, value) in headers
