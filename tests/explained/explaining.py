"""A statement's plan as text: what runs, how often, and how much it reads."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from domains.kernel.database import Database

from .statements import Said

CHOSEN = """
select json_object_agg(name, setting)::text from pg_settings
where source = 'client' and name <> 'client_encoding'
"""
"""What a connection has asked for."""

EXPLAIN = "explain (analyze, buffers, costs off, timing off, summary off) execute explained"

ATTEMPTS = 3
"""In the first one Postgres looks things up that it knows later, and these pages count as well."""

COUNTED = re.compile(r" +\(actual rows=(?P<rows>[\d.]+) loops=(?P<loops>\d+)\)$", re.MULTILINE)
NODE = re.compile(r"\((actual rows=.*|never executed)\)$")
TABLE_SCAN = re.compile(r"(Seq|Index|Index Only|Bitmap Heap|Tid|Tid Range) Scan ")
REMOVED = re.compile(r"Rows Removed by .*: (\d+)$")
BUFFERS = re.compile(r"Buffers: shared (.*)")
PAGES = re.compile(r"\b(?:hit|read)=(\d+)")
MONTH = re.compile(r"_20\d\d_[01]\d(?=_|\b)")
"""Of a partition: rows that the ledger makes are of today."""

ASIDE = re.compile(
    r"^ *(Buffers|Heap Fetches|Index Searches|Sort Method|(Full-sort|Pre-sorted) Groups|Storage"
    r"|Buckets|Batches|Hits|Heap Blocks|Planning):.*\n",
    re.MULTILINE,
)
"""Some of these lines depend on memory and caches, and the others are in the sum of pages."""

SETTING = re.compile(r"^( *)InitPlan \d+\n\1  ->  Result\b.*\n(?!\1   )", re.MULTILINE)
"""Policies ask for a viewer's settings, each in a step of the plan that reads nothing. They are
counted, and not shown."""

SET_OF_ONE = re.compile(r"(ProjectSet.*\n) +->  Result.*\n")
NUMBER = re.compile(r"\b(InitPlan|SubPlan) \d+|(\$)\d+")
"""Of a part or a parameter: one more of them gives all that follow another."""


@dataclass(frozen=True, slots=True)
class Explained:
    """How one statement ran."""

    lines: Sequence[str]

    @property
    def plan(self) -> str:
        """The nodes, with the rows that came out of each."""
        text = ASIDE.sub("", "".join(f"{line}\n" for line in self.lines))
        text = NUMBER.sub(r"\1\2", SET_OF_ONE.sub(r"\1", SETTING.sub("", text)))
        return COUNTED.sub(_counted, MONTH.sub("_month", text))

    @property
    def steps(self) -> int:
        """Nodes of the whole plan, each of which is set up at every execution."""
        return sum(NODE.search(line) is not None for line in self.lines)

    @property
    def pages(self) -> int:
        """So often a page of 8 KB was looked at."""
        found = next(filter(None, map(BUFFERS.search, self.lines)), None)
        return sum(map(int, PAGES.findall(found[1]))) if found else 0

    @property
    def rows(self) -> int:
        """Rows of tables that were read, with those that proved to be of no use."""
        return round(sum(self._rows()))

    def _rows(self) -> Iterator[float]:
        loops = 0
        for line in self.lines:
            if NODE.search(line):
                loops = 0
            if TABLE_SCAN.search(line) and (node := COUNTED.search(line)):
                loops = int(node["loops"])
                yield float(node["rows"]) * loops
            elif removed := REMOVED.search(line):
                yield float(removed[1]) * loops


def _counted(found: re.Match[str]) -> str:
    rows = found["rows"].removesuffix(".00")
    times = "" if found["loops"] == "1" else f" x {found['loops']}"
    return f" ({rows}{times})"


@asynccontextmanager
async def explainer(database: Database) -> AsyncIterator["Explaining"]:
    """Explains on connections of its own that have the settings of the gateway's."""
    reading = await _connected(database, await database.value(CHOSEN, []))
    writing = await _connected(database, *(await database.call(CHOSEN, []) or ()))
    try:
        yield Explaining(reading, writing)
    finally:
        await reading.close()
        await writing.close()


async def _connected(database: Database, chosen: str) -> asyncpg.Connection:
    return await asyncpg.connect(database.url, server_settings=json.loads(chosen))


@dataclass(frozen=True, slots=True)
class Explaining:
    """Explains statements as the application's role runs them."""

    reading: asyncpg.Connection
    writing: asyncpg.Connection

    async def of(self, said: Said) -> Explained:
        """How it ran at its cheapest; what it wrote is taken back."""
        connection = self.writing if said.writes else self.reading
        transaction = connection.transaction()
        await transaction.start()
        try:
            return min(await _tried(connection, said), key=lambda each: each.pages)
        finally:
            await transaction.rollback()


async def _tried(connection: asyncpg.Connection, said: Said) -> list[Explained]:
    # A plan for the values at hand would be told with these values in it.
    await connection.execute("set local plan_cache_mode = force_generic_plan")
    await connection.execute(f"prepare explained as {said.sql}")
    given = await _literals(connection, said)
    found = []
    for _ in range(ATTEMPTS):
        lines = await connection.fetch(f"{EXPLAIN}{given}")
        found.append(Explained([line for (line,) in lines]))
    await connection.execute("deallocate explained")
    return found


async def _literals(connection: asyncpg.Connection, said: Said) -> str:
    """The parameters as text: EXECUTE takes none of its own."""
    types = (await connection.prepare(said.sql)).get_parameters()
    if not types:
        return ""
    terms = (
        f"quote_nullable(${place}::{type.schema}.{type.name})"
        for place, type in enumerate(types, 1)
    )
    listed = f"select concat_ws(', ', {', '.join(terms)})"
    return f"({await connection.fetchval(listed, *said.given)})"
