"""What went in and out of a wallet in a period."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Uuid, bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency
from domains.mint.engine.statements import Movement, Statement
from domains.mint.models import TransactionType, Wallet

MARGIN = timedelta(minutes=1)
"""By how much an id may be older than its row says."""

KNOWN = "others.kind = 'ESCROW' or lines.type = 'transfer' and lines.amount < 0"
"""When the other wallet's address is known to this one's holder: they were told it, or share it."""

MOVED = """
select id, created_at, type, {sign}amount as amount, {other} as other, reason, reference,
  {seq} as seq
from mint.transactions where {side} = :wallet and id >= :oldest and created_at >= :since
"""
OUT = MOVED.format(sign="-", other="to_id", seq="from_seq", side="from_id")
IN = MOVED.format(sign="", other="from_id", seq="to_seq", side="to_id")

# One statement and so one snapshot: what came after the period is taken off what is there now.
STATEMENT = text(
    f"""
with moved as materialized ({OUT} union all {IN}),
lines as (select * from moved where created_at < :until order by seq limit :most)
select wallets.currency::text as currency, wallets.balance - coalesce(
    (select sum(amount) from moved where created_at >= :until), 0) as closing,
  lines.id, lines.created_at, lines.type::text as type, lines.amount, lines.reason,
  lines.reference, case when {KNOWN} then others.address end as counterparty
from mint.wallets left join lines on true left join mint.wallets as others on others.id = other
where wallets.id = :wallet order by seq
"""  # noqa: S608 (of constants)
).bindparams(
    bindparam("wallet", type_=Uuid),
    bindparam("oldest", type_=Uuid),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("until", type_=DateTime(timezone=True)),
    bindparam("most", type_=BigInteger),
)


async def sees_wallet(session: AsyncSession, wallet_id: UUID) -> bool:
    """Whether the session's viewer may see a wallet."""
    return (
        await session.exec(select(Wallet.id).where(col(Wallet.id) == wallet_id))
    ).first() is not None


async def statement(
    session: AsyncSession, wallet_id: UUID, since: datetime, until: datetime, most: int
) -> Statement:
    """A wallet's movements from one moment until another, the first so many of them."""
    given = {
        "wallet": wallet_id,
        "oldest": _first_id(since),
        "since": since,
        "until": until,
        "most": most,
    }
    found = (await (await session.connection()).execute(STATEMENT, given)).all()
    movements = [_movement(row) for row in found if row.id is not None]
    return Statement(wallet_id, Currency(found[0].currency), found[0].closing, movements)


def _first_id(moment: datetime) -> UUID:
    """An id that is no greater than those of all rows made since."""
    milliseconds = max(0, int((moment - MARGIN).timestamp() * 1000))
    return UUID(int=milliseconds << 80)


def _movement(row: Any) -> Movement:
    type = TransactionType(row.type)
    told = (row.counterparty, row.reason, row.reference)
    return Movement(row.id, row.created_at, type, row.amount, *told)
