"""What is in a cluster, as the operator asks for it: reachable, at which revision, how full."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from gateway.roles import OWNER

CONNECT_SECONDS = 10
# Counting a table of more rows than this takes longer than anybody wants to wait for a status.
COUNTED_ROWS = 1_000_000

TABLES = """
    SELECT n.nspname AS namespace, c.relname AS name, c.reltuples AS estimate,
           c.relrowsecurity AND c.relforcerowsecurity AS secured
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspowner = to_regrole($1) AND c.relname <> 'alembic_version'
    ORDER BY 1, 2
"""


class DatabaseUnreachable(Exception):
    """The message names the server, never the password."""


@dataclass(frozen=True, slots=True)
class Namespace:
    name: str
    tables: int
    rows: int
    unsecured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    version: str
    revision: str | None
    namespaces: tuple[Namespace, ...]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DatabaseUnreachable(f"{_place(url)}: {reason}") from None
    try:
        yield connection
    finally:
        await connection.close()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"The database {parts.path[1:]!r} at {parts.hostname or 'a local socket'} cannot be used"


async def reach(url: str) -> None:
    """Nothing, or `DatabaseUnreachable`."""
    async with connected(url):
        pass


async def revision(url: str) -> str | None:
    async with connected(url) as connection:
        return await _revision(connection)


async def status(url: str) -> Status:
    async with connected(url) as connection:
        tables = await connection.fetch(TABLES, OWNER)
        counts = [await _count(connection, table) for table in tables]
        names = dict.fromkeys(table["namespace"] for table in tables)
        return Status(
            version=await connection.fetchval("SHOW server_version"),
            revision=await _revision(connection),
            namespaces=tuple(_namespace(name, tables, counts) for name in names),
        )


async def is_empty(url: str) -> bool:
    """Whether nobody has an account yet."""
    async with connected(url) as connection:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM auth.users)")


async def drop_namespaces(url: str) -> None:
    async with connected(url) as connection, connection.transaction():
        owned = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspowner = to_regrole($1)"
        for record in await connection.fetch(owned, OWNER):
            await connection.execute(f"DROP SCHEMA {record[0]} CASCADE")
        await connection.execute("DROP TABLE IF EXISTS public.alembic_version")


async def _revision(connection: asyncpg.Connection) -> str | None:
    place = await connection.fetchval(
        "SELECT oid::regclass::text FROM pg_class WHERE relname = 'alembic_version'"
    )
    if place is None:
        return None
    found = await connection.fetchval(f"SELECT version_num FROM {place}")  # noqa: S608 - a regclass
    return None if found is None else str(found)


async def _count(connection: asyncpg.Connection, table: asyncpg.Record) -> int:
    if table["estimate"] > COUNTED_ROWS:
        return int(table["estimate"])
    name = await connection.fetchval(
        "SELECT format('%I.%I', $1::text, $2::text)", table["namespace"], table["name"]
    )
    return int(await connection.fetchval(f"SELECT count(*) FROM {name}"))  # noqa: S608 - quoted


def _namespace(name: str, tables: list[asyncpg.Record], counts: list[int]) -> Namespace:
    mine = [
        (table, count)
        for table, count in zip(tables, counts, strict=True)
        if table["namespace"] == name
    ]
    unsecured = tuple(table["name"] for table, _ in mine if not table["secured"])
    return Namespace(name, len(mine), sum(count for _, count in mine), unsecured)
