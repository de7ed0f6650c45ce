"""Secrets that are good once and for one purpose."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, cast
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import tokens
from domains.auth.models import Token, TokenType, User
from domains.auth.models.proofs import MANY_AT_ONCE
from domains.kernel.clock import now


async def issue(
    session: AsyncSession,
    user_id: UUID | None,
    type: TokenType,
    *,
    lifetime: timedelta,
    details: dict[str, Any] | None = None,
) -> str:
    """Make a secret, told this once; where only the newest is to live, those before it die."""
    secret = tokens.new_one_time_token()
    await keep(session, user_id, type, tokens.digest(secret), lifetime=lifetime, details=details)
    return secret


async def keep(
    session: AsyncSession,
    user_id: UUID | None,
    type: TokenType,
    digest: bytes,
    *,
    lifetime: timedelta,
    details: dict[str, Any] | None = None,
) -> Token:
    """Keep the digest of a secret that was made elsewhere."""
    if user_id is not None and type not in MANY_AT_ONCE:
        # One after the other, for of two at once neither would see the other's.
        await session.exec(
            select(User.id).where(User.id == user_id).with_for_update(key_share=True)
        )
        await revoke(session, user_id, type)
    token = Token(
        user_id=user_id,
        type=type,
        token_hash=digest,
        expires_at=now() + lifetime,
        details=details or {},
    )
    session.add(token)
    await session.flush()
    return token


async def consume(session: AsyncSession, secret: str, type: TokenType) -> Token | None:
    """Use a secret up; of several at once one succeeds."""
    used = (
        update(Token)
        .where(
            col(Token.token_hash) == tokens.digest(secret),
            col(Token.type) == type,
            col(Token.consumed_at).is_(None),
            col(Token.expires_at) > now(),
        )
        .values(consumed_at=now())
        .returning(Token)
    )
    return (await session.exec(used)).scalar_one_or_none()


async def revoke(session: AsyncSession, user_id: UUID, *types: TokenType) -> None:
    """Make a person's unused secrets of these purposes useless."""
    dead = (
        update(Token)
        .where(
            col(Token.user_id) == user_id,
            col(Token.type).in_(types),
            col(Token.consumed_at).is_(None),
        )
        .values(consumed_at=now())
    )
    await session.exec(dead)


def caused_at() -> ColumnElement[datetime]:
    """When that happened of which a letter with the secret tells; it may have waited to be sent."""
    told = cast(col(Token.details)["at"].astext, DateTime(timezone=True))
    return func.coalesce(told, col(Token.created_at))
