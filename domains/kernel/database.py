"""Where connections come from: transactions for writes, and two pools for single statements.

One of these only reads, for planned reads. The other may write, for functions of the database that
decide something in one round trip.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from .viewer import Viewer

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 4
"""How often a transaction is begun before a serialization failure or deadlock is a fault."""

RETRIED = {"40001", "40P01"}
"""SQLSTATEs of a serialization failure and of a deadlock: nothing happened, trying again helps."""

SET_VIEWER = text(
    "select set_config('azora.user_id', :user_id, true), set_config('azora.role', :role, true)"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections are kept, and how long anybody waits (milliseconds)."""

    reads: int = 8
    writes: int = 5
    calls: int = 4
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
        self._reads: dict[str | None, asyncpg.Pool] = {}
        self._calls: asyncpg.Pool | None = None
        self._reading = 0
        self._calling = 0

    async def open(self) -> None:
        """Make the pools. They hold no connection yet, so the cluster may still be down."""
        self._calls = await _call_pool(self.url, self.bounds)
        self._reads[None] = await _read_pool(self.url, self.bounds)
        for namespace, url in self.elsewhere.items():
            self._reads[namespace] = await _read_pool(url, self.bounds)

    async def close(self) -> None:
        """Give all connections back."""
        for pool in filter(None, (self._calls, *self._reads.values())):
            pool.terminate()
        await self.engine.dispose()

    async def value(self, sql: str, arguments: Sequence[Any], namespace: str | None = None) -> Any:
        """The single value of one read-only statement, on the cluster of the namespace."""
        pool = self._reads.get(namespace) or self._reads[None]
        # A timeout costs a timer of the event loop, so only those who may have to wait have one.
        patience = self.bounds.wait_ms / 1000 if self._reading >= self.bounds.reads else None
        self._reading += 1
        try:
            async with pool.acquire(timeout=patience) as connection:
                return await connection.fetchval(sql, *arguments)
        finally:
            self._reading -= 1

    async def call(self, sql: str, arguments: Sequence[Any]) -> asyncpg.Record | None:
        """The first row of one statement that may write, and is a transaction of its own.

        It commits whatever becomes of a transaction around it, and it has no viewer: what it does
        beyond the rights of the application's role is up to a function of the owner's.
        """
        return await _persistent(lambda: self._call(sql, arguments))

    async def _call(self, sql: str, arguments: Sequence[Any]) -> asyncpg.Record | None:
        if self._calls is None:
            raise RuntimeError("the database has not been opened")
        patience = self.bounds.wait_ms / 1000 if self._calling >= self.bounds.calls else None
        self._calling += 1
        try:
            async with self._calls.acquire(timeout=patience) as connection:
                rows = await connection.fetch(sql, *arguments)
        finally:
            self._calling -= 1
        return rows[0] if rows else None

    @asynccontextmanager
    async def session(self, viewer: Viewer) -> AsyncIterator[AsyncSession]:
        """One transaction of one viewer: commits on the way out, rolls back on any error.

        The viewer's settings end with the transaction. Nothing else in the program commits.
        """
        async with (
            AsyncSession(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            user_id, role = viewer.settings
            connection = await session.connection()
            await connection.execute(SET_VIEWER, {"user_id": user_id, "role": role})
            yield session

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
        pool_timeout=bounds.wait_ms / 1000,
        pool_pre_ping=True,
        connect_args={"timeout": bounds.wait_ms / 1000, "server_settings": _settings(bounds)},
    )


async def _read_pool(url: str, bounds: Bounds) -> asyncpg.Pool:
    settings = _settings(bounds) | {
        "default_transaction_read_only": "on",
        # Limits are parameters, which makes a plan for one value look cheaper than the plan for
        # all, so that Postgres would plan a long statement anew at every execution.
        "plan_cache_mode": "force_generic_plan",
    }
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=bounds.reads,
        # Planned statements leave nothing behind: their settings end with the statement.
        reset=_nothing_to_reset,
        timeout=bounds.wait_ms / 1000,
        statement_cache_size=200,
        # The default leaves statements over 15 KB unprepared; deep queries are longer.
        max_cacheable_statement_size=0,
        server_settings=settings,
    )


async def _call_pool(url: str, bounds: Bounds) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=bounds.calls,
        # The settings that a function makes end with the statement.
        reset=_nothing_to_reset,
        timeout=bounds.wait_ms / 1000,
        server_settings=_settings(bounds),
    )


async def _nothing_to_reset(_connection: Any) -> None:
    return


def _settings(bounds: Bounds) -> dict[str, str]:
    return {
        "application_name": "azora",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(bounds.statement_ms),
        "idle_in_transaction_session_timeout": str(2 * bounds.statement_ms),
    }
