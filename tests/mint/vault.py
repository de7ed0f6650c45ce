"""Short ways to lock money, to have what it earned, and to take it back."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from domains.auth.models import User
from domains.kernel.node import encode_id, key_of
from domains.kernel.refusal import UserError
from domains.mint.engine.staking import accrued
from domains.mint.engine.units import amount_of, units_of
from tests.makers import viewer
from tests.mint.bank import books

SHOWN = """
stake {
  id status rewardRate amount { amount currency } rewardPaid { amount } unlocksAt closedAt
}
userErrors {
  __typename path
  ... on StakeLocked { unlocksAt }
  ... on TermInvalid { minimumDays maximumDays }
}
"""
CREATE = (
    f"mutation ($input: StakeCreateInput!) {{ done: stakeCreate(input: $input) {{ {SHOWN} }} }}"
)
CLAIM = f"mutation ($input: StakeClaimInput!) {{ done: stakeClaim(input: $input) {{ {SHOWN} }} }}"
CLOSE = f"mutation ($input: StakeCloseInput!) {{ done: stakeClose(input: $input) {{ {SHOWN} }} }}"


def refused(kind: type[UserError], *path: str, **more: Any) -> dict[str, Any]:
    """The payload of a refusal."""
    where = ["input", *path] if path else []
    return {"stake": None, "userErrors": [{"__typename": kind.__name__, "path": where, **more}]}


async def create(
    graph: Any, who: User, wallet: UUID, amount: Any, days: int = 30, key: str | None = None
) -> Any:
    given = {
        "idempotencyKey": key or str(uuid4()),
        "walletId": encode_id("Wallet", wallet),
        "amount": str(amount),
        "days": days,
    }
    return (await graph(CREATE, as_=viewer(who), input=given))["done"]


async def locked(graph: Any, who: User, wallet: UUID, amount: Any, days: int = 30) -> str:
    """Lock money, and give the stake's id."""
    payload = await create(graph, who, wallet, amount, days)
    assert payload["userErrors"] == []
    id: str = payload["stake"]["id"]
    return id


async def claim(graph: Any, who: User, stake: str, key: str | None = None) -> Any:
    given = {"idempotencyKey": key or str(uuid4()), "stakeId": stake}
    return (await graph(CLAIM, as_=viewer(who), input=given))["done"]


async def close(graph: Any, who: User, stake: str, key: str | None = None, **more: Any) -> Any:
    given = {"idempotencyKey": key or str(uuid4()), "stakeId": stake, **more}
    return (await graph(CLOSE, as_=viewer(who), input=given))["done"]


async def row(owner: asyncpg.Connection, stake: str) -> asyncpg.Record:
    found = await owner.fetchrow("select * from mint.stakes where id = $1", key_of("Stake", stake))
    assert found is not None
    return found


def earned(stake: asyncpg.Record, until: datetime) -> Decimal:
    """What a stake has earned until a moment."""
    return amount_of(
        accrued(units_of(stake["amount"]), stake["reward_rate"], stake["started_at"], until)
    )


async def all_of_it(owner: asyncpg.Connection) -> list[str]:
    """All that is written of money and of what is locked and mined."""
    tables = ("stakes", "mining_records")
    query = " union all ".join(f"select row::text from mint.{table} row" for table in tables)
    return [*await books(owner), *sorted(row[0] for row in await owner.fetch(query))]
