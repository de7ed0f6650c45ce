"""Statements that write sessions and what renews them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import tokens
from domains.auth.models import RefreshToken, Session
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.row import uuid7

from .functions import ROTATE

RENEW = f"""
select user_id, role, session_id, access_until, refresh_until, outcome
from {ROTATE}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""  # noqa: S608 (of a constant)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things last that a use of a refresh token makes."""

    access: timedelta
    idle: timedelta
    reuse_grace: timedelta


@dataclass(frozen=True, slots=True)
class Use:
    """What a use of a refresh token came to."""

    user_id: UUID
    role: str
    session_id: UUID
    access_until: datetime
    refresh_until: datetime
    outcome: str

    @property
    def is_reuse(self) -> bool:
        """Whether the token had been used before, which ended the session."""
        return self.outcome == "reused"


async def use_refresh_token(
    database: Database,
    client: Client,
    presented: str,
    successors: tuple[str, str],
    lifetimes: Lifetimes,
) -> Use | None:
    """Have a session renewed: its access and refresh token become these; None if it is not."""
    access_token, refresh_token = successors
    row = await database.call(
        RENEW,
        [
            tokens.digest(presented),
            now(),
            lifetimes.reuse_grace,
            tokens.digest(access_token),
            lifetimes.access,
            uuid7(),
            tokens.digest(refresh_token),
            lifetimes.idle,
            client.address,
            client.user_agent,
            client.request_id,
        ],
    )
    if row is None:
        return None
    return Use(*row)


def is_living(session: Any, moment: Any) -> ColumnElement[bool]:
    """Whether a session, given by its columns, can still be used or renewed."""
    end = func.greatest(session.access_expires_at, session.renewable_until)
    return session.revoked_at.is_(None) & (end > moment)  # type: ignore[no-any-return]


async def surplus(session: AsyncSession, user_id: UUID, most: int) -> list[UUID]:
    """Those of a person's living sessions that are older than so many others."""
    query = (
        select(Session.id)
        .where(
            Session.user_id == user_id,
            col(Session.impersonator_id).is_(None),
            is_living(Session, now()),
        )
        .order_by(col(Session.id).desc())
        .offset(most)
    )
    return list((await session.exec(query)).all())


async def retire(session: AsyncSession, session_id: UUID, successor_id: UUID) -> None:
    """Have what renewed a session count as used, as if the successor had come of it."""
    retired = (
        update(RefreshToken)
        .where(
            col(RefreshToken.session_id) == session_id,
            col(RefreshToken.used_at).is_(None),
            col(RefreshToken.id) != successor_id,
        )
        .values(used_at=now(), replaced_by_id=successor_id)
    )
    await session.exec(retired)


async def lock(session: AsyncSession, user_id: UUID, session_id: UUID) -> Session | None:
    """A session of a person that nobody has ended, held until the transaction ends."""
    query = (
        select(Session)
        .where(
            Session.id == session_id,
            Session.user_id == user_id,
            col(Session.revoked_at).is_(None),
        )
        .with_for_update(key_share=True)
    )
    return (await session.exec(query)).first()


async def proven_at(session: AsyncSession, session_id: UUID) -> datetime | None:
    """When the person of a session that nobody has ended last proved who they are."""
    query = select(Session.auth_time).where(
        Session.id == session_id, col(Session.revoked_at).is_(None)
    )
    return (await session.exec(query)).first()


async def revoke(session: AsyncSession, user_id: UUID, session_id: UUID) -> bool:
    """End a session of a person; ending it again changes nothing. False if there is none."""
    theirs = (col(Session.id) == session_id, col(Session.user_id) == user_id)
    if await end(session, *theirs, reason="signed out"):
        return True
    return (await session.exec(select(Session.id).where(*theirs))).first() is not None


async def end(session: AsyncSession, *which: ColumnElement[bool], reason: str) -> list[UUID]:
    """End sessions and what renews them; gives those that had not ended before."""
    held = (
        select(Session.id)
        .where(*which, col(Session.revoked_at).is_(None))
        .order_by(col(Session.id))
        .with_for_update(key_share=True)
    )
    revoked = (
        update(Session)
        .where(col(Session.id).in_(held))
        .values(revoked_at=now(), revoked_reason=reason)
        .returning(col(Session.id))
    )
    ids = list((await session.exec(revoked)).scalars())
    if ids:
        dead = (
            update(RefreshToken)
            .where(col(RefreshToken.session_id).in_(ids), col(RefreshToken.used_at).is_(None))
            .values(revoked_at=now())
        )
        await session.exec(dead)
    return ids


async def touch(session: AsyncSession, session_id: UUID, interval: timedelta) -> None:
    """Note that a session is in use, unless that was noted lately or is being noted."""
    free = (
        select(Session.id)
        .where(Session.id == session_id, Session.last_seen_at < now() - interval)
        .with_for_update(skip_locked=True)
    )
    noted = update(Session).where(col(Session.id).in_(free)).values(last_seen_at=now())
    await session.exec(noted)
