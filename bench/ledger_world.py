"""The books that are measured: Azora's own, and beside them those that it is compared with."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from bench.world import DATA, beside
from gateway.embedded import Cluster, embedded_postgres
from gateway.inspection import drop_namespaces
from gateway.migrate import migrate

OURS: Final = "azora_bench_ledger"
THEIRS: Final = "azora_bench_reference"
REFERENCE: Final = Path(__file__).with_name("ledger_reference.sql")

OPENING: Final = Decimal(100_000)
"""In each wallet: nobody runs out."""

PEOPLE = """
insert into auth.users (email, name)
select 'payer' || n || '@example.org', 'Payer ' || n from generate_series(1, $1::int) n
"""
SESSIONS = """
insert into auth.sessions (user_id, token_hash, auth_time, access_expires_at, expires_at)
select id, sha256(uuid_send(id)), $1, $1, $1 from auth.users
"""
WALLETS = "select mint.open_wallet(id, 'USER', 'AZR') from auth.users order by id"
MONEY = """
select count(moved.id) from mint.wallets wallet, mint.open_issuance('AZR') source,
  lateral mint.post(null, wallet.id::text, null, array[source], array[wallet.id],
    array[$1::numeric], array['mint'], array[null], array[null]::uuid[]) moved
where kind = 'USER'
"""
PAYERS = """
select person.id as user_id, session.id as session_id, wallet.id as wallet_id, wallet.address
from auth.users person join auth.sessions session on session.user_id = person.id
  join mint.wallets wallet on wallet.user_id = person.id
order by wallet.id
"""

RAW_WALLETS = """
insert into raw.wallets (balance) select $2 from generate_series(1, $1::int) returning id
"""
HARDENED_WALLETS = """
insert into hardened.wallets (user_id, currency)
select uuidv7(), 'AZR' from generate_series(1, $1::int) returning id
"""
HARDENED_ISSUANCE = "insert into hardened.wallets (kind, currency) values ('ISSUANCE', 'AZR')"
HARDENED_MONEY = """
select count(moved.id) from hardened.wallets wallet, hardened.wallets source,
  lateral hardened.post('opening', wallet.id::text, '', array[
    row(source.id, wallet.id, $1::numeric, 'BONUS')::hardened.leg], null) moved
where wallet.kind = 'USER' and source.kind = 'ISSUANCE'
"""


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody with money, who has just proved who they are."""

    user_id: UUID
    session_id: UUID
    wallet_id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class Books:
    """Where the wallets are: each time as many, with as much in them."""

    ours: Cluster
    theirs: Cluster
    payers: list[Payer]
    raw: list[UUID]
    hardened: list[UUID]


@contextmanager
def databases() -> Iterator[tuple[Cluster, Cluster]]:
    """Two databases of one cluster, the first as the migrations make it and both without rows."""
    with embedded_postgres(DATA, database=OURS) as ours:
        asyncio.run(drop_namespaces(ours.owner_url))
        migrate(ours.owner_url)
        asyncio.run(_create(ours))
        yield ours, beside(ours, THEIRS)


async def _create(cluster: Cluster) -> None:
    postgres = beside(cluster, "postgres").superuser_url
    await run(postgres, f"drop database if exists {THEIRS} with (force)")
    await run(postgres, f"create database {THEIRS} owner azora_owner")


async def fill(ours: Cluster, theirs: Cluster, wallets: int) -> Books:
    """So many people with a wallet, and beside them as many wallets of each other kind."""
    soon = datetime.now(UTC) + timedelta(days=1)
    for statement, given in (
        (PEOPLE, [wallets]),
        (SESSIONS, [soon]),
        (WALLETS, []),
        (MONEY, [OPENING]),
        ("vacuum analyze", []),
    ):
        await run(ours.owner_url, statement, *given)
    payers = [Payer(**row) for row in await run(ours.owner_url, PAYERS)]
    await run(theirs.owner_url, REFERENCE.read_text())
    raw = await run(theirs.owner_url, RAW_WALLETS, wallets, OPENING)
    hardened = await run(theirs.owner_url, HARDENED_WALLETS, wallets)
    await run(theirs.owner_url, HARDENED_ISSUANCE)
    await run(theirs.owner_url, HARDENED_MONEY, OPENING)
    await run(theirs.owner_url, "vacuum analyze")
    ids = [[row["id"] for row in rows] for rows in (raw, hardened)]
    return Books(ours, theirs, payers, *ids)


async def run(url: str, statement: str, *given: Any) -> list[asyncpg.Record]:
    """The rows of one statement on a connection of its own; without values, of a script."""
    connection = await asyncpg.connect(url)
    try:
        if given or statement.lstrip().startswith("select"):
            return await connection.fetch(statement, *given)
        await connection.execute(statement)
        return []
    finally:
        await connection.close()
