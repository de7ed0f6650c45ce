"""The documents that clients' builds have registered, as this process knows them.

It keeps the hashes of all that may run and reads what has changed of them now and then, so an
unknown hash costs no statement and leaves nothing behind, however many of them are asked for.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from time import monotonic

import orjson

from domains.kernel.database import Database
from domains.kernel.operations import CHANGES, DOCUMENT
from gateway.faults import Code, Fault

from .cache import Cache, Count
from .documents import RequestErrors
from .request import GraphQLRequest

FRESH_SECONDS = 2.0
"""For how long the list is believed; so soon does every process know what is new or retired."""

NOT_REGISTERED = "The operation is not registered."
# Clients with Apollo's link take this text, and no other, to mean that they should send the
# document itself.
NOT_FOUND = "PersistedQueryNotFound"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class RegisteredOperations:
    """Finds the text of a request, and refuses what may not run."""

    def __init__(self, *, only: bool, kept: int, own: Iterable[str] = ()) -> None:
        """`only` says that nothing else runs; `kept` is how many texts stay in memory.

        The program's `own` documents run wherever it does, whatever the list says.
        """
        self.only = only
        self._own = {hash_of(text): text for text in own}
        self.count = Count()
        self._texts: Cache[str, str | None] = Cache(kept, self.count)
        self._living: set[str] = set()
        self._newest: str | None = None
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def text_of(self, request: GraphQLRequest, database: Database) -> str:
        """The document that a request means, or `RequestErrors`."""
        if request.query is None:
            return await self._text(request.hash or "", database)
        # Whatever is longer than a document may be is refused at a glance further on.
        hash = hash_of(request.query)
        if request.hash not in (None, hash):
            raise _refused(Code.BAD_USER_INPUT, "The document has another hash than was given.")
        if self.only and hash not in self._own and not await self._lives(hash, database):
            raise _refused(Code.OPERATION_NOT_ALLOWLISTED, NOT_REGISTERED)
        return request.query

    async def _text(self, hash: str, database: Database) -> str:
        if hash in self._own:
            return self._own[hash]
        if await self._lives(hash, database):
            text = await self._texts.fetch(hash, partial(database.value, DOCUMENT, [hash]))
            if text is not None:
                return text
        if self.only:
            raise _refused(Code.OPERATION_NOT_ALLOWLISTED, NOT_REGISTERED)
        raise _refused(Code.BAD_USER_INPUT, NOT_FOUND)

    async def _lives(self, hash: str, database: Database) -> bool:
        if monotonic() - self._read_at >= FRESH_SECONDS:
            async with self._reading:
                if monotonic() - self._read_at >= FRESH_SECONDS:
                    await self._read(database)
        return hash in self._living

    async def _read(self, database: Database) -> None:
        began = monotonic()
        changes = orjson.loads(await database.value(CHANGES, [self._newest]))
        self._living.update(changes["living"])
        self._living.difference_update(changes["retired"])
        self._newest = changes["newest"] or self._newest
        self._read_at = began


def _refused(code: Code, message: str) -> RequestErrors:
    return RequestErrors(Fault(code, message))
