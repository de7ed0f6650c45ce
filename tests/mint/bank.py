"""Two people with wallets, and short ways to move their money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import User
from domains.kernel.database import Database
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint import public as mint
from domains.mint.public import Leg, Movement, TransactionType
from tests.makers import a_user, a_wallet


@dataclass(frozen=True, slots=True)
class Bank:
    """Ada's wallet holds 500 AZR, Bob's nothing."""

    database: Database
    ada: User
    bob: User
    adas: UUID
    bobs: UUID

    @classmethod
    async def opened(cls, database: Database) -> "Bank":
        ada, bob = await a_user(database, name="Ada"), await a_user(database, name="Bob")
        wallets = await a_wallet(database, ada, Decimal(500)), await a_wallet(database, bob)
        return cls(database, ada, bob, *wallets)

    def leg(
        self, amount: Any, type: TransactionType = TransactionType.TRANSFER, **more: Any
    ) -> Leg:
        """From Ada to Bob unless it says otherwise."""
        ends = {"from_id": self.adas, "to_id": self.bobs}
        return Leg(amount=Decimal(amount), type=type, **ends | more)

    def back(self, amount: Any, **more: Any) -> Leg:
        """From Bob to Ada."""
        return self.leg(amount, from_id=self.bobs, to_id=self.adas, **more)

    async def post(
        self,
        *legs: Leg,
        key: str | None = None,
        actor: UUID | None = None,
        reference: str | None = None,
        database: Database | None = None,
    ) -> list[Movement]:
        return await (database or self.database).transaction(
            SYSTEM, _post, actor, str(uuid4()) if key is None else key, legs, reference
        )

    async def refusal(self, *legs: Leg, **more: Any) -> type[UserError] | None:
        """Why the bank refuses; None if it does not."""
        try:
            await self.post(*legs, **more)
        except Refused as refused:
            return type(refused.errors[0])
        return None


async def _post(
    session: AsyncSession,
    _viewer: Viewer,
    actor: UUID | None,
    key: str,
    legs: tuple[Leg, ...],
    reference: str | None,
) -> list[Movement]:
    return await mint.post(session, actor, key, legs, reference)


async def balance(owner: asyncpg.Connection, wallet: UUID) -> Decimal:
    found: Decimal = await owner.fetchval("select balance from mint.wallets where id = $1", wallet)
    return found


async def books(owner: asyncpg.Connection) -> list[str]:
    """All that is written in the ledger."""
    tables = ("wallets", "postings", "transactions")
    query = " union all ".join(f"select row::text from mint.{table} row" for table in tables)
    return sorted(row[0] for row in await owner.fetch(query))
