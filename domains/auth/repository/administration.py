"""Statements by which admins write accounts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import User, UserRole


async def is_admin(session: AsyncSession, user_id: UUID) -> bool:
    """Whether somebody still is one; they stay one until the transaction ends."""
    query = select(User.id).where(User.id == user_id, _administers()).with_for_update(read=True)
    return (await session.exec(query)).first() is not None


async def is_open(session: AsyncSession, user_id: UUID) -> bool:
    """Whether somebody's account is open; it stays so until the transaction ends."""
    open_now = (
        col(User.deleted_at).is_(None),
        col(User.disabled_at).is_(None),
        col(User.deletion_requested_at).is_(None),
    )
    query = select(User.id).where(User.id == user_id, *open_now).with_for_update(read=True)
    return (await session.exec(query)).first() is not None


async def admins(session: AsyncSession) -> Sequence[UUID]:
    """All who can run the platform."""
    return (await session.exec(select(User.id).where(_administers()).order_by(col(User.id)))).all()


async def lock_admins(session: AsyncSession) -> list[UUID]:
    """All who can run the platform, who stay so until the transaction ends."""
    query = select(User.id).where(_administers()).order_by(col(User.id))
    return list(await session.exec(query.with_for_update(key_share=True)))


async def lock_user(session: AsyncSession, user_id: UUID) -> User | None:
    """Somebody who was not deleted, unchanged by others until the transaction ends.

    Rows that name the person may be added meanwhile: who moves money waits for nobody's account.
    """
    query = select(User).where(User.id == user_id, col(User.deleted_at).is_(None))
    return (await session.exec(query.with_for_update(key_share=True))).first()


async def change_user(session: AsyncSession, user_id: UUID, **values: Any) -> None:
    """Write columns of a locked row."""
    await session.exec(update(User).where(col(User.id) == user_id).values(**values))


def _administers() -> Any:
    return (
        (col(User.role) == UserRole.ADMIN)
        & col(User.deleted_at).is_(None)
        & col(User.disabled_at).is_(None)
        & col(User.deletion_requested_at).is_(None)
        & col(User.email_verified_at).is_not(None)
    )
