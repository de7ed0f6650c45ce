"""Two people with wallets, and short ways to move their money."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import User, UserRole
from domains.kernel.database import Database
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint import public as mint
from domains.mint.public import Leg, Movement, TransactionType
from tests.auth.sessions import a_session
from tests.makers import a_user, a_wallet

CALLERS = 32
"""Who come at once."""


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


async def proven(database: Database, user: User, **values: Any) -> Viewer:
    """Somebody who has just proved who they are."""
    return (await a_session(database, user, **values))[1]


async def an_admin(database: Database) -> Viewer:
    """An admin who has."""
    return await proven(database, await a_user(database, UserRole.ADMIN))


async def address_of(owner: asyncpg.Connection, wallet: UUID) -> str:
    found: str = await owner.fetchval("select address from mint.wallets where id = $1", wallet)
    return found


async def told_of(owner: asyncpg.Connection, topic: str) -> list[dict[str, Any]]:
    """What was told under a topic, in order."""
    rows = await owner.fetch(
        "select body from kernel.outbox where topic = $1 order by position", topic
    )
    return [json.loads(row["body"]) for row in rows]


async def audited(owner: asyncpg.Connection, action: str) -> list[Any]:
    """What the audit log says of an act, in order."""
    return await owner.fetch(
        "select user_id, actor_id, session_id, resource, details::text as details"
        " from auth.audit_logs where action = $1 order by id",
        action,
    )


async def balance(owner: asyncpg.Connection, wallet: UUID) -> Decimal:
    found: Decimal = await owner.fetchval("select balance from mint.wallets where id = $1", wallet)
    return found


async def books(owner: asyncpg.Connection) -> list[str]:
    """All that is written in the ledger."""
    tables = ("wallets", "postings", "transactions")
    query = " union all ".join(f"select row::text from mint.{table} row" for table in tables)
    return sorted(row[0] for row in await owner.fetch(query))
