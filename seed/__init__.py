"""Example data to look around in; putting it in twice is the same as once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint.models import Posting, Transaction, Wallet

from . import auth, education, family, forge, health, mint, nexus, notifications, sapiens

DOMAINS = (auth, mint, education, forge, sapiens, family, nexus, health, notifications)
"""In the order of the domains, because rows point downward."""

LEDGER: tuple[type[SQLModel], ...] = (Wallet, Posting, Transaction)
"""What the movements of money add of themselves."""


@dataclass(frozen=True, slots=True)
class SeedReport:
    """How many rows were new, by table."""

    added: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        if not self.added:
            return "The example data was there already."
        tables = ", ".join(f"{table} {rows}" for table, rows in sorted(self.added.items()))
        return f"Added {self.added.total()} rows: {tables}."


async def run(database: Database) -> SeedReport:
    """Put in what is missing."""
    # Passwords are hashed before the transaction, so that nobody waits for it meanwhile.
    rows = [row for domain in DOMAINS for row in await domain.rows()]
    return await database.transaction(SYSTEM, _add, rows)


async def _add(session: AsyncSession, _viewer: Viewer, rows: list[SQLModel]) -> SeedReport:
    before = await _in_ledger(session)
    report = SeedReport(await _inserted(session, rows))
    for domain in (mint, education):
        report.added.update(await _inserted(session, await domain.post(session)))
    report.added.update(await _in_ledger(session) - before)
    return report


async def _inserted(session: AsyncSession, rows: list[SQLModel]) -> Counter[str]:
    """Put in those rows that are not there; says how many, by table."""
    new: Counter[str] = Counter()
    for row in rows:
        table: Table = row.__table__  # type: ignore[attr-defined]
        added = insert(table).values(_values(row, table))
        fresh = added.on_conflict_do_nothing(index_elements=["id"]).returning(table.c.id)
        if (await session.exec(fresh)).first():
            new[table.fullname] += 1
    return new


async def _in_ledger(session: AsyncSession) -> Counter[str]:
    counted: Counter[str] = Counter()
    for model in LEDGER:
        table: Table = model.__table__  # type: ignore[attr-defined]
        count = select(func.count()).select_from(table)
        counted[table.fullname] = (await session.exec(count)).one()
    return counted


def _values(row: SQLModel, table: Table) -> dict[str, Any]:
    return {column.name: getattr(row, column.key) for column in table.c if column.computed is None}
