"""A connection that never comes to the point is closed, and no other."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from gateway.cli import server_config
from gateway.http.protocol import BoundedProtocol
from gateway.settings import Profile, Settings
from tests.listening import answer, listening

GET = b"GET / HTTP/1.1\r\nhost: azora\r\n"
LAST = GET + b"connection: close\r\n\r\n"
CLOSING_FRAME = b"\x88\x80\0\0\0\0"
PATIENCE = 0.3
RESTS = 1
"""Seconds that a connection may be kept and not used."""


class Hasty(BoundedProtocol):
    """Waits a moment only."""

    head_seconds = PATIENCE


async def slow(request: Request) -> Response:
    await request.body()
    await asyncio.sleep(5 * PATIENCE)
    return PlainTextResponse("done")


async def length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def names(request: Request) -> Response:
    await request.body()
    return PlainTextResponse(" ".join(request.headers))


async def staying(socket: WebSocket) -> None:
    await socket.accept()
    await asyncio.sleep(1.5 * RESTS)
    await socket.send_text("still here")
    await socket.receive()


async def unread(_request: Request) -> Response:
    return PlainTextResponse("not read")


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """A server of an impatient kind."""
    app = Starlette(
        routes=[
            Route("/slow", slow),
            Route("/names", names, methods=["POST"]),
            Route("/unread", unread, methods=["POST"]),
            Route("/", length, methods=["GET", "POST"]),
            WebSocketRoute("/stay", staying),
        ]
    )
    config = uvicorn.Config(
        app, http=Hasty, log_config=None, lifespan="off", timeout_keep_alive=RESTS
    )
    async with listening(uvicorn.Server(config)) as port:
        yield port


@contextmanager
def timed() -> Iterator[list[float]]:
    took: list[float] = []
    began = time.monotonic()
    yield took
    took.append(time.monotonic() - began)


async def test_the_real_server_is_of_this_kind() -> None:
    config = server_config(Starlette(), Settings(profile=Profile.TEST))
    assert config.http is BoundedProtocol


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"GET", GET, GET + b"x-a: "])
async def test_a_head_that_does_not_end_in_time_is_cut_off(port: int, begun: bytes) -> None:
    with timed() as took:
        found = await answer(port, begun)
    assert found.startswith(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n")
    assert PATIENCE <= took[0] < 3


async def test_a_head_that_trickles_in_is_cut_off(port: int) -> None:
    with timed() as took:
        found = await answer(port, GET, *[b"x-a: 1\r\n"] * 50, pause=0.05)
    assert found.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert PATIENCE <= took[0] < 2


@pytest.mark.parametrize(
    "endless",
    [b"GET /?" + b"a" * 150_000, GET + b"x-a: " + b"a" * 150_000, GET + b"x-a: 1\r\n" * 20_000],
)
async def test_a_head_without_end_is_refused_before_it_fills_the_memory(
    port: int, endless: bytes
) -> None:
    found = await answer(port, endless)
    assert found.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


async def test_a_body_and_its_answer_may_take_longer_than_a_head(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nhost: azora\r\nconnection: close\r\ncontent-length: 200000\r\n\r\n"
    parts = [b"a" * 50_000] * 4
    found = await answer(port, head + parts[0], *parts[1:], pause=PATIENCE)
    assert found.startswith(b"HTTP/1.1 200 OK") and found.endswith(b"200000")
    waited = await answer(port, b"GET /slow HTTP/1.1\r\nhost: azora\r\nconnection: close\r\n\r\n")
    assert waited.endswith(b"done")


async def test_a_connection_that_is_kept_has_to_be_quick_each_time(port: int) -> None:
    found = await answer(port, GET + b"\r\n", GET + b"\r\n", GET)
    assert found.count(b"HTTP/1.1 200 OK") == 2
    assert found.count(b"HTTP/1.1 408 Request Timeout") == 1


async def test_a_connection_that_nobody_uses_is_closed_without_a_word(port: int) -> None:
    with timed() as took:
        found = await answer(port, GET + b"\r\n")
    assert found.startswith(b"HTTP/1.1 200 OK") and found.count(b"HTTP/1.1") == 1
    assert RESTS <= took[0] < 4


async def test_a_connection_that_is_used_is_kept(port: int) -> None:
    found = await answer(port, *[GET + b"\r\n"] * 5, pause=0.5 * RESTS)
    assert found.count(b"HTTP/1.1 200 OK") == 5


async def test_a_socket_outlives_the_rest_of_the_connection_that_it_came_over(port: int) -> None:
    asked = (
        b"GET /stay HTTP/1.1\r\nhost: azora\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    parts = [GET + b"\r\n", asked, b"", b"", CLOSING_FRAME]
    found = await answer(port, *parts, pause=0.6 * RESTS)
    assert b"HTTP/1.1 101 Switching Protocols" in found and b"still here" in found


async def test_a_request_that_waits_for_the_answer_to_another_is_not_cut_off(port: int) -> None:
    first = b"GET /slow HTTP/1.1\r\nhost: azora\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nhost: azora\r\nconnection: close\r\n\r\n"
    found = await answer(port, first, last[:20], last[20:], pause=2 * PATIENCE)
    assert found.count(b"HTTP/1.1 200 OK") == 2


def chunked(path: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nhost: azora\r\ntransfer-encoding: chunked\r\n\r\n".encode()


async def test_a_trailer_is_no_header(port: int) -> None:
    body = b"1\r\na\r\n0\r\nx-forwarded-for: 203.0.113.9\r\n\r\n"
    found = await answer(port, chunked("/names") + body, LAST, pause=0.05)
    assert b"\r\n\r\nhost transfer-encodingHTTP/1.1 200 OK" in found


@pytest.mark.parametrize("path", ["/", "/unread"])
@pytest.mark.parametrize("trailer", [b"x-a: 1\r\n", b"a" * 8], ids=["many", "long"])
async def test_trailers_without_end_are_refused_before_they_fill_the_memory(
    port: int, path: str, trailer: bytes
) -> None:
    endless = [b"x-b: " + trailer * 5_000] * 4
    found = await answer(port, chunked(path) + b"0\r\n", *endless, pause=0.01)
    assert b"HTTP/1.1 431 Request Header Fields Too Large\r\n" in found


async def test_what_stands_between_chunks_does_not_add_up(port: int) -> None:
    chunk = b"1;" + b"x" * 30_000 + b"\r\na\r\n"
    found = await answer(port, chunked("/"), *[chunk] * 10, b"0\r\n\r\n", LAST, pause=0.05)
    assert found.startswith(b"HTTP/1.1 200 OK") and b"\r\n\r\n10HTTP/1.1 200 OK" in found


async def test_a_request_that_is_answered_before_its_end_has_to_end_in_time(port: int) -> None:
    head = b"POST /unread HTTP/1.1\r\nhost: azora\r\ncontent-length: 1000\r\n\r\n"
    with timed() as took:
        found = await answer(port, head, *[b"a"] * 50, pause=0.05)
    assert found.startswith(b"HTTP/1.1 200 OK") and b"not read" in found
    assert b"HTTP/1.1 408 Request Timeout\r\n" in found
    assert PATIENCE <= took[0] < 2
