"""How many statements a contestant's requests are for the database, counted by itself.

The server must have loaded `pg_stat_statements`; it counts only while somebody is counted here, so
that nobody pays for it while time is taken.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from bench.contestants import Server
from bench.workloads import Workload

REQUESTS: Final = 20
RELOAD_SECONDS: Final = 0.3
"""Until every backend has heard of it."""

LATER_SECONDS: Final = 0.2
"""Until all has been done that no answer waits for, as the commit of a read."""

EXTENSION: Final = "create extension if not exists pg_stat_statements"
ON: Final = "alter system set pg_stat_statements.track = 'top'"
OFF: Final = "alter system reset pg_stat_statements.track"
RELOAD: Final = "select pg_reload_conf()"
CALLS: Final = """
select coalesce(sum(calls), 0)::bigint from pg_stat_statements
where dbid = (select oid from pg_database where datname = $1)
  and userid in (select oid from pg_roles where not rolsuper)
  -- What ran more seldom was no request's, but something that a server did for itself meanwhile.
  and calls * 2 >= $2
"""


async def per_request(monitor: asyncpg.Connection, server: Server, workload: Workload) -> float:
    """The mean of so many requests, one after another, when all is prepared."""
    bodies = server.contestant.bodies(workload)
    async with _counting(monitor):
        await monitor.execute("select pg_stat_statements_reset()")
        for number in range(REQUESTS):
            await asyncio.to_thread(server.answer, workload, bodies[number % len(bodies)])
        await asyncio.sleep(LATER_SECONDS)
        calls: int = await monitor.fetchval(CALLS, server.database, REQUESTS)
    return calls / REQUESTS


@asynccontextmanager
async def _counting(monitor: asyncpg.Connection) -> AsyncIterator[None]:
    await monitor.execute(EXTENSION)
    await _set(monitor, ON)
    try:
        yield
    finally:
        await _set(monitor, OFF)


async def _set(monitor: asyncpg.Connection, statement: str) -> None:
    await monitor.execute(statement)
    await monitor.execute(RELOAD)
    await asyncio.sleep(RELOAD_SECONDS)
