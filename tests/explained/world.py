"""A generated world that is the same to Postgres on every day: for the same plans, every time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple

from bench.world import fill
from gateway.embedded import Cluster
from tests import postgres
from tests.postgres import Urls

STUDENTS = 1000
"""Enough that reading whole tables is dear, and few enough that ANALYZE looks at every row."""

KEEP_FILLED_MONTHS = """
do $$
declare
  parent regclass;
  month regclass;
  is_filled boolean;
begin
  for parent, month in
    select inhparent, inhrelid from pg_inherits join pg_partitioned_table on partrelid = inhparent
    where inhrelid <> partdefid
  loop
    execute format('select exists (select from %s)', month) into is_filled;
    if not is_filled then
      execute format('alter table %s detach partition %s', parent, month);
      execute format('drop table %s', month);
    end if;
  end loop;
end $$
"""
"""The migrations make the months that follow the day on which they run."""

SETTLE = "vacuum (freeze, analyze)"
"""Nothing is left for autovacuum to do, and every statistic is exact."""


@asynccontextmanager
async def generated(server: Urls, name: str) -> AsyncIterator[Urls]:
    """A database of the world."""
    urls = await postgres.copy(server, name)
    try:
        await fill(Cluster(*astuple(urls)), STUDENTS)
        yield urls
    finally:
        await postgres.remove(server, name)


async def settle(urls: Urls) -> None:
    """Take away what differs from day to day, and gather statistics."""
    await postgres.run(urls.owner, KEEP_FILLED_MONTHS)
    await postgres.run(urls.superuser, SETTLE)
