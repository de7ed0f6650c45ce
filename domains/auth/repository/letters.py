"""Statements about whom a letter is for."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import Session, Token, TokenType, User

from .tokens import caused_at


async def reader(
    session: AsyncSession, *, user_id: UUID | None, address: str | None
) -> User | None:
    """The person with this id or else this address, as they are now, unless they were deleted."""
    told = User.id == user_id if user_id else col(User.email) == address
    query = select(User).where(told, col(User.deleted_at).is_(None))
    return (await session.exec(query)).first()


async def is_open(session: AsyncSession, session_id: UUID) -> bool:
    """Whether a session has not been ended by anybody."""
    query = select(Session.id).where(Session.id == session_id, col(Session.revoked_at).is_(None))
    return (await session.exec(query)).first() is not None


async def is_undone(session: AsyncSession, user_id: UUID, changed_at: datetime) -> bool:
    """Whether a change of an address was undone along with one before it."""
    query = select(Token.id).where(
        Token.user_id == user_id,
        Token.type == TokenType.EMAIL_UNDO,
        caused_at() < changed_at,
        col(Token.consumed_at) > changed_at,
    )
    return (await session.exec(query.limit(1))).first() is not None
