"""Answers as server-sent events, one after another (graphql-sse, “distinct connections”)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Receive, Send

from domains.kernel.context import Context
from gateway.attendance import Attendance, Ending, Seat, ending_of
from gateway.attendance.endings import FAILED, TOO_SLOW
from gateway.attendance.leaving import Gone, stopped
from gateway.execution import Answer, Gateway, GraphQLRequest
from gateway.faults import public_error

from .hardening import hardened
from .refusal import Headers
from .reply import COMMON, NO_STORE, Reply, Wire

logger = logging.getLogger("azora.events")

KEEP_ALIVE_SECONDS = 15.0
"""So often something is sent, so that no proxy takes the connection for dead."""

SEND_SECONDS = 10.0
"""How long a client may take to make room for one event."""

CLOSE_SECONDS = 1.0

KEEP_ALIVE = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"
HEADERS: Headers = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # Otherwise nginx would collect events before it passes them on.
    (b"x-accel-buffering", b"no"),
    *NO_STORE,
    *COMMON,
)


def event_of(body: bytes) -> bytes:
    return b"event: next\ndata: %s\n\n" % body


def single_event(answer: Answer) -> Reply:
    """The one answer of a query or a mutation."""
    return Reply(200, event_of(answer.body) + COMPLETE, HEADERS)


@dataclass(slots=True)
class EventStream:
    """A subscription that has begun to listen."""

    opened: AsyncExitStack
    answers: AsyncIterator[Answer]
    seat: Seat
    receive: Receive
    status: int = 200
    size: int = 0

    async def send(self, wire: Wire, request_id: str, more: Headers = ()) -> None:
        """Tell until there is nothing more to tell, the client leaves or the seat is ended."""
        send = wire.send
        own = (b"x-request-id", request_id.encode("ascii"))
        headers = hardened((*HEADERS, *more, own), wire.always)
        async with self.opened:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            telling, leaving = self._tell(send), self._left()
            waking = self._keep_alive(send)
            tasks = [asyncio.create_task(each) for each in (telling, leaving, waking)]
            ended: Any = self.seat.ended
            try:
                await asyncio.wait({*tasks, ended}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await stopped(*tasks)
            if self.seat.ended.done():
                await self._end(send, self.seat.ended.result(), request_id)

    async def _tell(self, send: Send) -> None:
        try:
            async for answer in self.answers:
                await self._event(send, event_of(answer.body))
            await self._event(send, COMPLETE, more=False)
        except Gone:
            return
        except Exception as error:
            ending = ending_of(error)
            if ending is None:
                logger.exception("a stream failed")
            self.seat.end(ending or FAILED)

    async def _keep_alive(self, send: Send) -> None:
        with suppress(Gone):
            while True:
                await self._event(send, KEEP_ALIVE)
                await asyncio.sleep(KEEP_ALIVE_SECONDS)

    async def _left(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def _end(self, send: Send, ending: Ending, request_id: str) -> None:
        errors = {"errors": [public_error(ending.fault, request_id)]}
        last = event_of(orjson.dumps(errors)) + COMPLETE
        with suppress(Gone):
            await self._event(send, last, more=False, seconds=CLOSE_SECONDS)

    async def _event(
        self, send: Send, event: bytes, *, more: bool = True, seconds: float | None = None
    ) -> None:
        message = {"type": "http.response.body", "body": event, "more_body": more}
        try:
            async with asyncio.timeout(seconds or SEND_SECONDS):
                await send(message)
        except TimeoutError:
            self.seat.end(TOO_SLOW)
            raise Gone from None
        except OSError:
            raise Gone from None
        self.size += len(event)


async def event_stream(
    gateway: Gateway,
    attendance: Attendance,
    request: GraphQLRequest,
    context: Context,
    receive: Receive,
) -> EventStream:
    """Begin to listen on behalf of the viewer."""
    async with AsyncExitStack() as stack:
        seat = stack.enter_context(attendance.seats.take())
        staying = await stack.enter_async_context(attendance.attend(context, seat))
        answers = await stack.enter_async_context(gateway.subscribe(request, staying))
        return EventStream(stack.pop_all(), answers, seat, receive)
