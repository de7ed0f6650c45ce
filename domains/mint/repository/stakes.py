"""Stakes: whoever changes one holds its lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.mint.models import Stake, StakeStatus


def add(session: AsyncSession, stake: Stake) -> None:
    """Note that money was locked."""
    session.add(stake)


async def lock(session: AsyncSession, id: UUID) -> Stake | None:
    """A stake that nobody else changes until the transaction ends, as it is then."""
    query = select(Stake).where(Stake.id == id).with_for_update()
    return (await session.exec(query)).first()


async def lock_maturing(session: AsyncSession, moment: datetime, most: int) -> Sequence[Stake]:
    """Stakes whose term has ended and whose owners have not been told; not what others lock."""
    query = (
        select(Stake)
        .where(
            Stake.status == StakeStatus.ACTIVE,
            col(Stake.matured_at).is_(None),
            Stake.unlocks_at <= moment,
        )
        .order_by(col(Stake.unlocks_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(query)).all()
