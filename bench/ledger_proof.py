"""Whether any money was lost or made while it was measured how fast it moves."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

import asyncpg

from bench.ledger_world import OPENING, Books, run
from domains.kernel import invariants

DEADLOCKS = "select sum(deadlocks)::bigint from pg_stat_database where datname = any ($1)"
OURS = """
select (select sum(balance) from mint.wallets) as money,
  (select count(*) from mint.transactions) as movements
"""
THEIRS = """
select (select sum(balance) from raw.wallets) - $1 + (select sum(balance) from hardened.wallets)
    as money,
  (select count(*) from raw.transactions) + (select count(*) from hardened.transactions)
    as movements
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """How the books stand."""

    money: Decimal
    """What there is of it that nobody has issued."""

    movements: int
    deadlocks: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What is true in the end."""

    money: Decimal
    told: int
    booked: int
    deadlocks: int
    """For which a transaction is tried again; there is no other reason to."""

    broken: list[str]
    """Of the invariants of Azora's books."""


async def seen(books: Books, monitor: asyncpg.Connection) -> Seen:
    """Look at both databases."""
    urls = (books.ours.app_url, books.theirs.app_url)
    names = [urlsplit(url).path.strip("/") for url in urls]
    [ours] = await run(books.ours.owner_url, OURS)
    [theirs] = await run(books.theirs.owner_url, THEIRS, OPENING * len(books.raw))
    deadlocks: int = await monitor.fetchval(DEADLOCKS, names)
    money, movements = (ours[each] + theirs[each] for each in ("money", "movements"))
    return Seen(money, movements, deadlocks)


async def prove(books: Books, before: Seen, after: Seen, told: int) -> Proof:
    """Compare with how the books stood, and with what the callers were told."""
    owner = await asyncpg.connect(books.ours.owner_url)
    try:
        broken = [str(violation) for violation in await invariants.check(owner)]
    finally:
        await owner.close()
    return Proof(
        money=after.money,
        told=told,
        booked=after.movements - before.movements,
        deadlocks=after.deadlocks - before.deadlocks,
        broken=broken,
    )
