"""The floor: a bare ASGI handler that sends one hand-written statement and its bytes onward.

It imports nothing of the project. The statements stand in its environment.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

STATEMENTS: Final = "BENCH_STATEMENTS"
"""Names the variable that holds, for each path as JSON, the statement, whether it takes the bearer
first, and whether it writes."""

BEARER: Final = b"Bearer "
ID_BYTES: Final = 16


class Floor:
    """One path a question. There is no GraphQL, no limit and no error handling to pay for."""

    def __init__(self, url: str, pool_size: int, name: str) -> None:
        self._url = url
        self._size = pool_size
        self._name = name
        self._statements: dict[str, tuple[str, bool, bool]] = orjson.loads(os.environ[STATEMENTS])
        self._pools: dict[bool, asyncpg.Pool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        statement, takes_bearer, writes = self._statements[scope["path"][1:]]
        arguments = asked(orjson.loads(await _body(receive)))
        if takes_bearer:
            arguments.insert(0, _token_digest(scope))
        await _answer(send, await self._value(self._pools[writes], statement, arguments))

    async def _value(self, pool: asyncpg.Pool, statement: str, arguments: list[Any]) -> bytes:
        async with pool.acquire() as connection:
            value: bytes = await connection.fetchval(statement, *arguments)
        return value

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        for writes in (False, True):
            self._pools[writes] = await self._pool(writes=writes)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for pool in self._pools.values():
            pool.terminate()
        await send({"type": "lifespan.shutdown.complete"})

    async def _pool(self, *, writes: bool) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=self._size,
            reset=_nothing_to_reset,
            max_cacheable_statement_size=0,
            server_settings={
                "application_name": self._name,
                "timezone": "UTC",
                "jit": "off",
                "default_transaction_read_only": "off" if writes else "on",
                # The same as the gateway's: without it Postgres plans a bound limit anew each time.
                "plan_cache_mode": "force_generic_plan",
            },
        )


def asked(variables: Mapping[str, str]) -> list[Any]:
    """What a statement takes of a request."""
    return [DECODED[name](value) for name, value in variables.items()]


def _key(global_id: str) -> UUID:
    return UUID(bytes=base64.b64decode(global_id)[-ID_BYTES:])


def _place(cursor: str) -> UUID:
    return UUID(orjson.loads(base64.b64decode(cursor))[1])


DECODED: Final[Mapping[str, Callable[[str], Any]]] = {"id": _key, "after": _place, "category": str}
"""By the name of a variable, what its value means."""


async def _nothing_to_reset(_connection: Any) -> None:
    return


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _token_digest(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return hashlib.sha256(value.removeprefix(BEARER)).digest()
    return None


async def _answer(send: Send, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def floor(url: str, pool_size: int) -> ASGIApp:
    """As the role that serves, under row-level security."""
    return Floor(url, pool_size, "azora_bench_floor")


def unsecured(url: str, pool_size: int) -> ASGIApp:
    """As a role that row-level security does not concern."""
    return Floor(url, pool_size, "azora_bench_unsecured")
