"""What may be asked of the database: transactions for writes, and single statements.

Of those some only read, for planned reads. Others may write, for functions of the database that
decide something in one round trip.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from .beginning import ConnectionLost, begin
from .change import Change, changed
from .connections import Connections, Terms
from .outcome import in_doubt
from .viewer import Viewer

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4
"""How often a transaction is begun before a serialization failure or deadlock is a fault."""

RETRIED = {"40001", "40P01"}
"""SQLSTATEs of a serialization failure and of a deadlock: nothing happened, trying again helps."""

READING = {
    "default_transaction_read_only": "on",
    # Limits are parameters, which makes a plan for one value look cheaper than the plan for all,
    # so that Postgres would plan a long statement anew at every execution.
    "plan_cache_mode": "force_generic_plan",
}
"""What the connections are told that planned reads go through."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections are kept, and how long anybody waits (milliseconds)."""

    reads: int = 8
    writes: int = 5
    calls: int = 8
    wait_ms: int = 2000
    statement_ms: int = 5000


class Database:
    """One cluster, as the application's role sees it. Connects when first asked, not before."""

    def __init__(
        self,
        url: str,
        bounds: Bounds | None = None,
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        """`elsewhere` holds the URLs of those namespaces that have a cluster of their own."""
        self.url = url
        self.bounds = bounds or Bounds()
        self.elsewhere = elsewhere or {}
        self.engine = _engine(url, self.bounds)
        self._reads: dict[str | None, Connections] = {}
        self._calls: Connections | None = None

    async def open(self) -> None:
        """Begin to take questions. No connection is made yet: the cluster may still be down."""
        self._calls = Connections(_terms(self.url, self.bounds, self.bounds.calls, {}))
        addresses: list[tuple[str | None, str]] = [(None, self.url), *self.elsewhere.items()]
        for namespace, url in addresses:
            terms = _terms(url, self.bounds, self.bounds.reads, READING)
            self._reads[namespace] = Connections(terms)

    async def close(self) -> None:
        """Give all connections back."""
        for connections in filter(None, (self._calls, *self._reads.values())):
            connections.close()
        await self.engine.dispose()

    async def value(self, sql: str, arguments: Sequence[Any], namespace: str | None = None) -> Any:
        """The single value of one read-only statement, on the cluster of the namespace."""
        connections = self._reads.get(namespace) or self._reads[None]
        return await connections.value(sql, arguments)

    async def call(self, sql: str, arguments: Sequence[Any]) -> asyncpg.Record | None:
        """The first row of one statement that may write, and is a transaction of its own.

        It commits whatever becomes of a transaction around it, and it has no viewer: what it does
        beyond the rights of the application's role is up to a function of the owner's. Raises
        `OutcomeUnknown` if the connection is lost meanwhile.
        """
        return await _persistent(lambda: self._call(sql, arguments))

    async def _call(self, sql: str, arguments: Sequence[Any]) -> asyncpg.Record | None:
        if self._calls is None:
            raise RuntimeError("the database has not been opened")
        rows = await self._calls.rows(sql, arguments)
        return rows[0] if rows else None

    async def change(self, viewer: Viewer, change: Change, **values: Any) -> asyncpg.Record | None:
        """Make a change of one statement under the viewer's own row policies, and commit it.

        Gives what the statement returned, behind one column more; None if there was no such row.
        Raises `ViewerUnproven` if the viewer is not who they were, and `OutcomeUnknown` as `call`.
        """
        statement = change.proved_by(viewer.proven_by)
        return changed(await self.call(statement.sql, statement.arguments(viewer, values)))

    @asynccontextmanager
    async def session(
        self, viewer: Viewer, *, snapshot: bool = False
    ) -> AsyncIterator[AsyncSession]:
        """One transaction of one viewer: commits on the way out, rolls back on any error.

        The viewer's settings end with the transaction. Nothing else in the program commits. In a
        snapshot every statement sees the same rows; it moves no money, and may have to begin anew.
        Raises `OutcomeUnknown` if the connection is lost in the commit; before, nothing was done.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            await self._begin(session, viewer, snapshot=snapshot)
            yield session
            await session.flush()
            with in_doubt():
                await session.commit()

    async def _begin(self, session: AsyncSession, viewer: Viewer, *, snapshot: bool) -> None:
        """Begin on the first connection that is not lost; of those kept all may be."""
        for _ in range(self.bounds.writes):
            try:
                await begin(await session.connection(), viewer, snapshot=snapshot)
            except ConnectionLost:
                await session.invalidate()
            else:
                return
        await begin(await session.connection(), viewer, snapshot=snapshot)

    async def transaction(
        self,
        viewer: Viewer,
        work: Callable[Concatenate[AsyncSession, Viewer, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work` in a transaction, again from the start when the database asks for it."""
        return await _persistent(lambda: self._attempt(viewer, work, *args, **kwargs))

    async def _attempt(
        self,
        viewer: Viewer,
        work: Callable[Concatenate[AsyncSession, Viewer, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        async with self.session(viewer) as session:
            return await work(session, viewer, *args, **kwargs)


async def value_within(session: AsyncSession, sql: str, arguments: Sequence[Any]) -> Any:
    """The value of a statement on a transaction's own connection, which sees its own writes."""
    await session.flush()
    return await (await connection_of(session)).fetchval(sql, *arguments)


async def connection_of(session: AsyncSession) -> asyncpg.Connection:
    """The driver's own connection, inside the session's transaction."""
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    if connection is None:
        raise RuntimeError("the session has no connection")
    return cast("asyncpg.Connection", connection)


async def _persistent(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again from the start as long as the database asks for it, but not for ever."""
    for number in range(1, ATTEMPTS):
        try:
            return await attempt()
        except (DBAPIError, asyncpg.PostgresError) as error:
            if _sqlstate(error) not in RETRIED:
                raise
        await asyncio.sleep(random.uniform(0, 0.01 * 2**number))  # noqa: S311 (jitter)
    return await attempt()


def _sqlstate(error: DBAPIError | asyncpg.PostgresError) -> str | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None)


def _engine(url: str, bounds: Bounds) -> AsyncEngine:
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=bounds.writes,
        max_overflow=0,
        # The connection that was used last knows most statements.
        pool_use_lifo=True,
        pool_timeout=bounds.wait_ms / 1000,
        connect_args={"timeout": bounds.wait_ms / 1000, "server_settings": _settings(bounds)},
    )


def _terms(url: str, bounds: Bounds, most: int, more: dict[str, str]) -> Terms:
    return Terms(url, most, bounds.wait_ms, _settings(bounds) | more)


def _settings(bounds: Bounds) -> dict[str, str]:
    return {
        "application_name": "azora",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(bounds.statement_ms),
        "idle_in_transaction_session_timeout": str(2 * bounds.statement_ms),
    }
