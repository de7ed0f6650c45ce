"""One operation of a socket, from its `subscribe` to its `complete`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter

import orjson

from domains.kernel.context import Context
from gateway.attendance import Ending, ending_of
from gateway.attendance.leaving import Gone
from gateway.execution import Answer, Gateway, GraphQLRequest
from gateway.faults import public_exception
from gateway.http.endpoint import loggable
from gateway.http.reply import CLIENT_LEFT
from gateway.journal import Entry

from .messages import complete_message, error_message, next_message

OPERATION_SECONDS = 10.0
"""How long a query or a mutation may take."""

NOTHING_RAN = b'{"errors"'
"""How an answer begins that has no `data`."""


@dataclass(slots=True)
class Operation:
    """What a client asked for under an id."""

    id: str
    request: GraphQLRequest
    context: Context
    gateway: Gateway
    send: Callable[[bytes], Awaitable[None]]
    end: Callable[[Ending], None]
    """Ends the whole connection."""

    forget: Callable[[str], None]
    """Makes the id free. Called before the client hears of it, who may use it again at once."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it listens, or has nothing to listen for."""

    status: int = 200
    size: int = 0

    async def run(self) -> None:
        """Answer, until there is nothing more to say or the client has heard enough."""
        entry = Entry(self.context.request_id, "WS", perf_counter())
        entry.operation = loggable(self.request.operation_name)
        try:
            await self._answer()
        except Gone:
            self.status = CLIENT_LEFT
        except Exception as error:  # noqa: BLE001 (the client is told of whatever it is)
            with suppress(Gone):
                await self.refuse(error)
        finally:
            self.begun.set()
            entry.write(self.status, self.size)

    async def refuse(self, error: Exception) -> None:
        """Say that nothing ran, or no longer does."""
        await self._refuse(orjson.dumps([public_exception(error, self.context.request_id)]))

    async def _answer(self) -> None:
        if await self.gateway.subscribes(self.request, self.context):
            await self._tell()
            return
        self.begun.set()
        async with asyncio.timeout(OPERATION_SECONDS):
            answer = await self.gateway.execute(self.request, self.context)
        if await self._say(answer):
            await self._complete()

    async def _tell(self) -> None:
        async with self.gateway.subscribe(self.request, self.context) as answers:
            self.begun.set()
            try:
                async for answer in answers:
                    if not await self._say(answer):
                        return
            except Exception as error:
                if (ending := ending_of(error)) is None:
                    raise
                self.end(ending)
                return
        await self._complete()

    async def _say(self, answer: Answer) -> bool:
        """Send an answer; false if nothing ran, which ends the operation."""
        if answer.body.startswith(NOTHING_RAN):
            await self._refuse(orjson.dumps(orjson.loads(answer.body)["errors"]))
            return False
        self.size += len(answer.body)
        await self.send(next_message(self.id, answer.body))
        return True

    async def _refuse(self, errors: bytes) -> None:
        self.status = 400
        self.size += len(errors)
        self.forget(self.id)
        await self.send(error_message(self.id, errors))

    async def _complete(self) -> None:
        self.forget(self.id)
        await self.send(complete_message(self.id))
