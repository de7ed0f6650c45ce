"""A large world of plausible people, for demos and measurements: `azora db seed --scale N`.

It is made of the numbers of its students, by the database itself, a few hundred at a time. A run
goes on where the last one ended, whether that one was interrupted or made a smaller world.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from . import chats, learning, money, people, records, tutoring, work
from .kinds import USER
from .terms import DAY, MOST, NUMBERS, Filling, Posting, joined, key, moment

TOGETHER = 500
"""So many students are made in one transaction. Within it no version of a row is cleared away, and
the wallet that all money comes from gets several for each of them."""

STEPS: tuple[Filling | Posting, ...] = (
    *people.FILLINGS,
    *money.WALLETS,
    *learning.FILLINGS,
    *money.MOVEMENTS,
    *work.FILLINGS,
    *tutoring.FILLINGS,
    *chats.FILLINGS,
    *records.FILLINGS,
)
"""In an order in which rows point backward."""

STATEMENTS = [(step, step.statement) for step in STEPS]

LEDGER = ("mint.postings", "mint.transactions")
"""What the movements of money add of themselves."""

TABLES = sorted({step.table.fullname for step in STEPS if isinstance(step, Filling)} | {*LEDGER})

SETTINGS = {
    "application_name": "azora seed",
    "timezone": "UTC",
    "jit": "off",
    # What a crash takes with it, the next run makes again.
    "synchronous_commit": "off",
}
ALONE = "select pg_advisory_lock(4911046)"
"""A second run waits for the first."""

THERE = f"select count(*) from {NUMBERS} join auth.users on users.id = {key(USER)}"

# Rows that were in the default partition would have to be moved later.
PARTITION = f"""
select kernel.make_month(partrelid, month)
from pg_partitioned_table join pg_class on pg_class.oid = partrelid,
  generate_series(
    date_trunc('month', {moment(joined("$1"))}),
    {moment(joined("$2") + f" + {MOST * DAY}")}, interval '1 month') as month
where relowner = cast(current_user as regrole)
  and partrelid <> cast('mint.transactions' as regclass)
"""
PARTITIONING = "select pg_advisory_xact_lock(4911024)"
"""Those who make partitions wait for each other by the lock of `kernel.make_partitions`."""


async def run(url: str, students: int, progress: Callable[[int], None]) -> Counter[str]:
    """Make so many students with all that belongs to them; says how many rows were new, by table.

    `progress` is told how many more students are there.
    """
    async with _connected(url) as connection:
        there: int = await connection.fetchval(THERE, 1, students)
        progress(there)
        if there >= students:
            return Counter()
        before = await _counted(connection)
        await _partition(connection, there + 1, students)
        added: Counter[str] = Counter()
        for first in range(there + 1, students + 1, TOGETHER):
            last = min(first + TOGETHER - 1, students)
            added += await _make(connection, first, last)
            if first == 1:
                # Plans that were made for empty tables would last until the end.
                await _settle(connection)
            progress(last - first + 1)
        await connection.execute("select mint.record_metrics()")
        await _settle(connection)
        return added + (await _counted(connection) - before)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, server_settings=SETTINGS)
    try:
        await connection.execute(ALONE)
        await connection.execute("select mint.open_issuance('AZR')")
        yield connection
    finally:
        await connection.close()


async def _partition(connection: asyncpg.Connection, first: int, last: int) -> None:
    """Give the months of the new rows their partitions."""
    async with connection.transaction():
        await connection.execute(PARTITIONING)
        await connection.fetch(PARTITION, first, last)


async def _make(connection: asyncpg.Connection, first: int, last: int) -> Counter[str]:
    """All or nothing of these students."""
    added: Counter[str] = Counter()
    async with connection.transaction():
        for step, statement in STATEMENTS:
            outcome = await connection.execute(statement, first, last)
            if isinstance(step, Filling):
                added[step.table.fullname] += int(outcome.split()[-1])
    return added


async def _counted(connection: asyncpg.Connection) -> Counter[str]:
    return Counter(
        {table: await connection.fetchval(f"select count(*) from {table}") for table in LEDGER}
    )


async def _settle(connection: asyncpg.Connection) -> None:
    """Gather statistics, and clear away the earlier versions of wallets."""
    await connection.execute(f"vacuum (analyze) {', '.join(TABLES)}")
