"""The floor: a bare ASGI handler that sends one hand-written statement and its bytes onward."""

from collections.abc import Callable
from typing import Any

import asyncpg
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.statements import statements
from bench.workloads import WORKLOADS
from domains.auth.engine import tokens
from domains.kernel.node import key_of

BEARER = b"Bearer "


class Floor:
    """One path a question. There is no GraphQL, no limit and no error handling to pay for."""

    def __init__(self, url: str, pool_size: int, name: str, *, row_security: bool) -> None:
        self._url = url
        self._size = pool_size
        self._name = name
        self._statements = statements(row_security=row_security)
        self._pool: asyncpg.Pool | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        name = scope["path"][1:]
        body = await _body(receive)
        arguments = _arguments(body)
        if WORKLOADS[name].by_admin:
            arguments.insert(0, _token_digest(scope))
        await _answer(send, await self._value(self._statements[name], arguments))

    async def _value(self, statement: str, arguments: list[Any]) -> bytes:
        assert self._pool is not None
        async with self._pool.acquire() as connection:
            value: bytes = await connection.fetchval(statement, *arguments)
        return value

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._pool = await _pool(self._url, self._size, self._name)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._pool.terminate()
        await send({"type": "lifespan.shutdown.complete"})


async def _pool(url: str, size: int, name: str) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        reset=_nothing_to_reset,
        max_cacheable_statement_size=0,
        server_settings={
            "application_name": name,
            "timezone": "UTC",
            "jit": "off",
            "default_transaction_read_only": "on",
            # The same as the gateway's: without it Postgres plans a bound limit anew each time.
            "plan_cache_mode": "force_generic_plan",
        },
    )


async def _nothing_to_reset(_connection: Any) -> None:
    return


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _arguments(body: bytes) -> list[Any]:
    variables = orjson.loads(body)
    return [key_of("Course", value) if name == "id" else value for name, value in variables.items()]


def _token_digest(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return tokens.digest(value.removeprefix(BEARER).decode())
    return None


async def _answer(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def floor(name: str, *, row_security: bool) -> Callable[[str, int], ASGIApp]:
    """Makes the handler of a database and a pool size."""
    return lambda url, size: Floor(url, size, name, row_security=row_security)
