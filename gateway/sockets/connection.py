"""One socket from its opening to its end, by the rules of graphql-transport-ws."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from starlette.types import Receive, Send

from domains.kernel.context import Context
from gateway.attendance import Attendance, Ending, Seat, ending_of
from gateway.attendance.endings import FAILED, SESSION_ENDED, TOO_SLOW
from gateway.attendance.leaving import Gone, stopped
from gateway.execution import Gateway
from gateway.faults import Code, Fault
from gateway.http.endpoint import ContextOf

from .messages import (
    ACKNOWLEDGED,
    INITIALISED_TWICE,
    NOT_ACKNOWLEDGED,
    NOT_INITIALISED,
    PONG,
    Violation,
    authorization_in,
    close_reason,
    id_of,
    id_taken,
    malformed,
    message_of,
    payload_of,
    request_in,
)
from .operation import Operation

logger = logging.getLogger("azora.sockets")

INIT_SECONDS = 10.0
SEND_SECONDS = 10.0
"""How long a client may take to make room for one message."""

CLOSE_SECONDS = 1.0
MOST_OPERATIONS = 20
ENOUGH = f"A connection has at most {MOST_OPERATIONS} operations at once."


@dataclass(frozen=True, slots=True)
class Desk:
    """What all sockets share."""

    gateway: Gateway
    context_of: ContextOf
    attendance: Attendance
    max_message_bytes: int


class Connection:
    """A socket that was accepted."""

    def __init__(
        self,
        desk: Desk,
        headers: Mapping[str, str],
        client: str | None,
        receive: Receive,
        send: Send,
        seat: Seat,
    ) -> None:
        self.desk = desk
        self.headers = headers
        self.client = client
        self.seat = seat
        self._receive = receive
        self._asgi_send = send
        self._stay = AsyncExitStack()
        self._initialised = False
        self._context: Context | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serve until the client leaves or the seat is ended."""
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(INIT_SECONDS, self.seat.end, NOT_INITIALISED)
        reading = asyncio.create_task(self._read())
        try:
            ended: Any = self.seat.ended
            await asyncio.wait({reading, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._patience.cancel()
            await stopped(reading, *self._operations.values())
            await self._stay.aclose()
        if self.seat.ended.done():
            await self._close(self.seat.ended.result())

    async def _close(self, ending: Ending) -> None:
        reason = close_reason(ending.reason)
        message = {"type": "websocket.close", "code": ending.close_code, "reason": reason}
        # A client that does not read does not make room for this either.
        with suppress(OSError, RuntimeError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._asgi_send(message)

    # What the client sends

    async def _read(self) -> None:
        try:
            while (event := await self._receive())["type"] != "websocket.disconnect":
                await self._take(message_of(event, self.desk.max_message_bytes))
        except Violation as violation:
            self.seat.end(violation.ending)
        except Gone:
            return
        except Exception as error:
            ending = ending_of(error)
            if ending is None:
                logger.exception("a socket failed")
            self.seat.end(ending or FAILED)

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                await self._initialise(message)
            case "subscribe":
                await self._begin(message)
            case "complete":
                self._cancel(id_of(message))
            case "ping":
                payload_of(message)
                await self._send(PONG)
            case "pong":
                payload_of(message)
            case _:
                raise malformed("There is no such type of message")

    async def _initialise(self, message: dict[str, Any]) -> None:
        """Know who it is; only those who have signed in may stay."""
        if self._initialised:
            raise Violation(INITIALISED_TWICE)
        self._initialised = True
        authorization = authorization_in(message)
        given = {"authorization": authorization} if authorization is not None else {}
        headers = {**self.headers, **given}
        context = await self.desk.context_of(headers, self.client, str(uuid4()))
        if context.viewer.session_id is None:
            raise Violation(SESSION_ENDED)
        staying = self.desk.attendance.attend(context, self.seat)
        self._context = await self._stay.enter_async_context(staying)
        self._patience.cancel()
        await self._send(ACKNOWLEDGED)

    async def _begin(self, message: dict[str, Any]) -> None:
        """Start an operation.

        A subscription has begun to listen when the next message is read, so that what a client
        reads after it has subscribed, together with what it is then told, leaves nothing out.
        """
        if self._context is None:
            raise Violation(NOT_ACKNOWLEDGED)
        id, request = id_of(message), request_in(message)
        if id in self._operations:
            raise id_taken(id)
        operation = Operation(
            id,
            request,
            _fresh(self._context),
            self.desk.gateway,
            send=self._send,
            end=self.seat.end,
            forget=self._forget,
        )
        if len(self._operations) >= MOST_OPERATIONS:
            await operation.refuse(Fault(Code.RATE_LIMITED, ENOUGH))
            return
        self._operations[id] = asyncio.create_task(operation.run())
        await operation.begun.wait()

    def _cancel(self, id: str) -> None:
        task = self._operations.pop(id, None)
        if task is not None:
            task.cancel()

    def _forget(self, id: str) -> None:
        self._operations.pop(id, None)

    async def _send(self, message: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._asgi_send({"type": "websocket.send", "text": message.decode()})
        except TimeoutError:
            self.seat.end(TOO_SLOW)
            raise Gone from None
        except (OSError, RuntimeError):
            raise Gone from None


def _fresh(context: Context) -> Context:
    """The surroundings of one more operation."""
    request_id = str(uuid4())
    client = context.client._replace(request_id=request_id)
    return replace(context, request_id=request_id, client=client, reads=None)
