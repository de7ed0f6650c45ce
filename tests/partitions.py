"""Where the rows of tables lie that are cut into months, and which index serves a plan there."""

import re
from datetime import datetime
from uuid import UUID

import asyncpg

from domains.kernel.clock import now

INDEXES = """
select parent.relname from pg_inherits
join pg_class part on part.oid = inhrelid join pg_class parent on parent.oid = inhparent
where part.relkind = 'i' and part.relname = any($1)
"""


def id_of(moment: datetime, number: int = 0) -> UUID:
    """An id of version 7 that was made at a moment."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | number)


async def partition_of(owner: asyncpg.Connection, table: str, id: UUID) -> str:
    """The partition that holds a row."""
    return str(
        await owner.fetchval(f"select tableoid::regclass::text from {table} where id = $1", id)
    )


async def indexes_of(owner: asyncpg.Connection, plan: str) -> set[str]:
    """The indexes of the whole tables that a plan uses where this month's rows lie."""
    month = f"{now():%Y_%m}"
    assert not re.search(rf"Seq Scan on \w+_{month}\b", plan), plan
    names = re.findall(rf"(?:using|Index Scan on) (\w+_{month}\w+)", plan)
    return {row["relname"] for row in await owner.fetch(INDEXES, names)}
