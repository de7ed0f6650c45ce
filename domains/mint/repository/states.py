"""What tells one state of a wallet from the next."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.mint.models import Wallet


async def wallet_states(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Of each wallet another text after each movement of its money, and in each status."""
    query = select(Wallet.id, Wallet.version, Wallet.status).where(
        col(Wallet.id) == any_(literal([*ids], ARRAY(Uuid)))
    )
    return {id: f"{version} {status}" for id, version, status in await session.exec(query)}


async def is_visible(session: AsyncSession, id: UUID) -> bool:
    """Whether the session's viewer may see a wallet, as its rows' policy says."""
    return (await session.exec(select(Wallet.id).where(Wallet.id == id))).first() is not None
