"""A finished answer in one piece: an extension of ASGI that our own server offers.

By ASGI an answer takes two messages, and the server checks and writes each header by itself. Here
the head comes as it is to stand on the wire, put together once for many answers.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from weakref import ref

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

EXTENSION = "azora.whole_answer"

SendWhole = Callable[[int, bytes, bytes], Awaitable[None]]
"""Takes a status, the lines of the head with the body's length among them, and the body."""


def offered(cycle: RequestResponseCycle) -> dict[str, Any]:
    """The extensions of a scope whose request may be answered so.

    The cycle has the scope, so the scope must not have it: what is left of each request would wait
    for the garbage collector, and the next would begin in memory that no cache holds.
    """
    return {EXTENSION: partial(_send, ref(cycle))}


def sender(scope: Scope) -> SendWhole | None:
    """What the server of this request offers."""
    found: SendWhole | None = scope.get("extensions", {}).get(EXTENSION)
    return found


async def _send(found: "ref[RequestResponseCycle]", status: int, head: bytes, body: bytes) -> None:
    """Does what two calls of the cycle's own `send` do."""
    if (cycle := found()) is None:
        return
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.writelines((STATUS_LINE[status], _usual(cycle), head, b"\r\n", body))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


def _usual(cycle: RequestResponseCycle) -> bytes:
    """What the server says of itself."""
    usual = b"".join([b"%b: %b\r\n" % header for header in cycle.default_headers])
    return usual if cycle.keep_alive else usual + b"connection: close\r\n"
