"""What is in a cluster, as the operator asks for it: reachable, at which revision, how full."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from gateway.roles import OWNER

CONNECT_SECONDS = 10
# Counting a table of more rows than this takes longer than anybody wants to wait for a status.
COUNTED_ROWS = 1_000_000

TABLES = """
    SELECT n.nspname AS namespace, c.relname AS name,
           c.relrowsecurity AND c.relforcerowsecurity AS secured,
           coalesce((SELECT sum(greatest(part.reltuples, 0)) FROM pg_partition_tree(c.oid) tree
                     JOIN pg_class part ON part.oid = tree.relid WHERE tree.isleaf),
                    c.reltuples) AS estimate,
           (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) AS policies,
           (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) AS indexes,
           (SELECT count(*) FROM pg_constraint
            WHERE conrelid = c.oid AND contype = 'f' AND conparentid = 0 AND NOT EXISTS (
              SELECT FROM pg_index
              WHERE indrelid = conrelid AND indkey[0] = conkey[1])) AS bare_keys
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspowner = to_regrole($1) AND c.relname <> 'alembic_version'
    ORDER BY 1, 2
"""


class DatabaseUnreachable(Exception):
    """The message names the server, never the password."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its parts, if it has any."""

    namespace: str
    name: str
    rows: int
    secured: bool
    """Whether row security holds for its owner as well."""

    policies: int
    indexes: int
    bare_keys: int
    """Foreign keys that no index begins with."""


@dataclass(frozen=True, slots=True)
class Status:
    version: str
    revision: str | None
    tables: tuple[Table, ...]


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
        found = await connection.fetch(TABLES, OWNER)
        return Status(
            version=await connection.fetchval("SHOW server_version"),
            revision=await _revision(connection),
            tables=tuple([await _table(connection, dict(record)) for record in found]),
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


async def _table(connection: asyncpg.Connection, found: dict[str, Any]) -> Table:
    rows = int(found.pop("estimate"))
    if rows <= COUNTED_ROWS:
        name = await connection.fetchval(
            "SELECT format('%I.%I', $1::text, $2::text)", found["namespace"], found["name"]
        )
        rows = await connection.fetchval(f"SELECT count(*) FROM {name}")  # noqa: S608 - quoted
    return Table(rows=rows, **found)
