"""Statements that count a try before anything is compared, so that many at once are no more."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import tokens
from domains.auth.engine.codes import MOST_TRIES
from domains.auth.models import Token, TokenType
from domains.kernel.clock import now


async def challenge(session: AsyncSession, secret: str) -> Token | None:
    """The challenge of a secret, if it can still be answered."""
    query = select(Token).where(
        Token.token_hash == tokens.digest(secret),
        Token.type == TokenType.MFA_CHALLENGE,
        Token.attempts < MOST_TRIES,
        *_is_open(),
    )
    return (await session.exec(query)).first()


async def try_challenge(session: AsyncSession, id: UUID) -> bool:
    """Take one of the tries that a challenge allows, unless there is none left."""
    return await _try(session, col(Token.id) == id) is not None


async def try_code(
    session: AsyncSession, user_id: UUID, type: TokenType, within: UUID
) -> Token | None:
    """Take one of the tries that the newest code sent to a person allows."""
    return await _try(
        session,
        col(Token.user_id) == user_id,
        col(Token.type) == type,
        col(Token.details)["within"].astext == str(within),
    )


async def use_up(session: AsyncSession, id: UUID) -> bool:
    """Use it up; of several at once one succeeds."""
    used = (
        update(Token)
        .where(col(Token.id) == id, *_is_open())
        .values(consumed_at=now())
        .returning(col(Token.id))
    )
    return (await session.exec(used)).first() is not None


async def _try(session: AsyncSession, *which: Any) -> Token | None:
    tried = (
        update(Token)
        .where(*which, *_is_open(), col(Token.attempts) < MOST_TRIES)
        .values(attempts=col(Token.attempts) + 1)
        .returning(Token)
        .execution_options(populate_existing=True)
    )
    return (await session.exec(tried)).scalar_one_or_none()


def _is_open() -> tuple[Any, ...]:
    return col(Token.consumed_at).is_(None), col(Token.expires_at) > now()
