"""Prepared statements of one connection, bounded by what Postgres keeps of them."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from .outcome import Unsent, in_doubt

LONGEST_IN_ALL = 300_000
"""Characters of the statements that a connection keeps. A backend holds about a hundred bytes of
plan for each of them: measured, 0.7 MiB for one of 7,300."""

MOST_SEEN = 2_000

BUSY_ENDING = "cannot switch to state"


class Seen:
    """Which statements the process has sent before, of the last ones."""

    def __init__(self) -> None:
        self._hashes: dict[int, None] = {}

    def before(self, sql: str) -> bool:
        """Whether this one was, and from now on it was."""
        known = hash(sql)
        if known in self._hashes:
            return True
        self._hashes[known] = None
        if len(self._hashes) > MOST_SEEN:
            del self._hashes[next(iter(self._hashes))]
        return False


class Line:
    """A connection, and the statements that it knows."""

    def __init__(self, connection: asyncpg.Connection, seen: Seen) -> None:
        self.connection = connection
        self._seen = seen
        self._prepared: OrderedDict[str, PreparedStatement[Any]] = OrderedDict()
        self._length = 0

    async def value(self, sql: str, arguments: Sequence[Any]) -> Any:
        """The single value of a statement, which is kept from its second time on."""
        try:
            return await self._value(sql, arguments)
        except asyncpg.InternalClientError as error:
            raise _judged(error) from error

    async def rows(self, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """All rows of a statement that may write; `OutcomeUnknown` if its connection is lost."""
        with in_doubt():
            try:
                rows: list[asyncpg.Record] = await self.connection.fetch(sql, *arguments)
            except asyncpg.InternalClientError as error:
                raise _judged(error) from error
            return rows

    async def _value(self, sql: str, arguments: Sequence[Any]) -> Any:
        statement = self._prepared.get(sql)
        if statement is not None:
            self._prepared.move_to_end(sql)
        elif self._seen.before(sql):
            statement = await self._prepare(sql)
        else:
            # Without a name it takes the place of the last one that had none. Whoever sends what
            # nobody will send again leaves nothing behind.
            statement = await self.connection.prepare(sql, name="")
        return await statement.fetchval(*arguments)

    async def _prepare(self, sql: str) -> "PreparedStatement[Any]":
        statement = await self.connection.prepare(sql)
        self._prepared[sql] = statement
        self._length += len(sql)
        while self._length > LONGEST_IN_ALL and len(self._prepared) > 1:
            dropped, _ = self._prepared.popitem(last=False)
            self._length -= len(dropped)
        return statement


def _judged(error: asyncpg.InternalClientError) -> Exception:
    """Between the server's word that it ends a connection and the end, the driver refuses."""
    return Unsent() if str(error).startswith(BUSY_ENDING) else error
