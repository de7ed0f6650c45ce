"""One Postgres for a run of the tests, and in it one database for each worker."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from gateway.embedded import embedded_postgres
from gateway.migrate import migrate

P = ParamSpec("P")
T = TypeVar("T")

SPEED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}

TEMPLATE = "azora"
"""The database that the migrations have built, of which every worker gets a copy."""

TABLES = """
select string_agg(format('delete from %I.%I', nspname, relname), '; ')
from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'p') and not relispartition and relname <> 'alembic_version'
  and nspowner = 'azora_owner'::regrole
"""


@dataclass(frozen=True, slots=True)
class Urls:
    """The addresses of one database, for each role."""

    owner: str
    app: str
    superuser: str

    def of(self, database: str) -> "Urls":
        """The addresses of another database of the same server."""
        roles = (self.owner, self.app, self.superuser)
        return Urls(*(urlunsplit(urlsplit(url)._replace(path=f"/{database}")) for url in roles))


@contextmanager
def server() -> Iterator[Urls]:
    """A fresh server with the template, gone at the end; or one that whoever calls has made."""
    if given := os.environ.get("TEST_SERVER"):
        yield Urls(*json.loads(given))
        return
    folder = Path(tempfile.mkdtemp(prefix="azora-tests-"))
    # The server may run as another user than the tests.
    folder.chmod(0o755)
    try:
        with embedded_postgres(folder, database=TEMPLATE, settings=SPEED) as cluster:
            urls = Urls(cluster.owner_url, cluster.app_url, cluster.superuser_url)
            beside_the_loop(migrate, urls.owner)
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def copy(server: Urls, name: str, template: str = TEMPLATE) -> Urls:
    """A database of its own, as the migrations have built the template."""
    await run(
        server.of("postgres").superuser,
        f"drop database if exists {name} with (force)",
        f"create database {name} template {template} owner azora_owner strategy file_copy",
    )
    return server.of(name)


async def remove(server: Urls, name: str) -> None:
    """Drop a database that `copy` has made."""
    await run(server.of("postgres").superuser, f"drop database if exists {name} with (force)")


async def run(url: str, *statements: str) -> None:
    """Run statements one by one, each committed by itself."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def wipe_statement(url: str) -> str:
    """What empties all tables at once without asking keys and triggers."""
    connection = await asyncpg.connect(url)
    try:
        deletes = await connection.fetchval(TABLES)
    finally:
        await connection.close()
    return f"begin; set local session_replication_role = replica; {deletes}; commit"


def beside_the_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what runs an event loop of its own, from where one may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *args, **kwargs).result()


def settled(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, from where no loop is running."""
    return beside_the_loop(asyncio.run, coroutine)
