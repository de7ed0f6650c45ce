"""Statements about tries of passwords, and about who may come in by a right one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.passwords import Hashed
from domains.auth.models import User
from domains.kernel.clock import now
from domains.kernel.database import Database

from .functions import RESERVE, TRIES

RESERVE_TRY = f"""
select user_id, password_hash, pepper_kid, locks from {RESERVE}($1, $2, $3)
"""  # noqa: S608 (of a constant)


@dataclass(frozen=True, slots=True)
class Try:
    """A try of a password that was counted, and what the password is compared with."""

    user_id: UUID
    password_hash: str | None
    pepper_kid: str | None
    locks: bool
    """Whether the account is locked if it fails."""


async def reserve(
    database: Database, *, user_id: UUID | None = None, address: str | None = None
) -> Try | None:
    """Count a try before it is made; None if it may not be made, or if there is no such account."""
    row = await database.call(RESERVE_TRY, [user_id, address, now()])
    return None if row is None else Try(*row)


async def give_back(session: AsyncSession, user_id: UUID) -> None:
    """Take back a try that was counted and not made."""
    # Nor must it show here, in a wait for the disk, whether there is such an account.
    await session.exec(select(func.set_config("synchronous_commit", "off", True)))  # noqa: FBT003 (its name is `is_local`)
    left = col(User.failed_logins) - 1
    stays = case((left >= TRIES, col(User.locked_until)))
    counted = (col(User.id) == user_id, col(User.failed_logins) > 0)
    await session.exec(update(User).where(*counted).values(failed_logins=left, locked_until=stays))


async def accept(session: AsyncSession, tried: Try, new: Hashed | None) -> User | None:
    """Count from none again, as the password was right; None if it is another by now."""
    kept = {"password_hash": new.hash, "pepper_kid": new.pepper_kid} if new else {}
    accepted = (
        update(User)
        .where(
            col(User.id) == tried.user_id,
            col(User.password_hash) == tried.password_hash,
            col(User.deleted_at).is_(None),
        )
        .values(failed_logins=0, last_failed_at=None, locked_until=None, **kept)
        .returning(User)
    )
    return await _user(session, accepted)


async def enter(session: AsyncSession, user_id: UUID) -> User | None:
    """Note that somebody signs in; until the transaction ends, nobody changes their account."""
    entered = (
        update(User)
        .where(col(User.id) == user_id, col(User.deleted_at).is_(None))
        .values(last_login_at=now())
        .returning(User)
    )
    return await _user(session, entered)


async def _user(session: AsyncSession, statement: Any) -> User | None:
    found = await session.exec(statement.execution_options(populate_existing=True))
    user: User | None = found.scalar_one_or_none()
    return user


async def named(session: AsyncSession, address: str) -> tuple[UUID, bool] | None:
    """The account of an address, and whether it has a password."""
    query = select(User.id, col(User.password_hash).is_not(None)).where(
        col(User.email) == address, col(User.deleted_at).is_(None)
    )
    row = (await session.exec(query)).first()
    return tuple(row) if row else None  # type: ignore[return-value]


async def has_password(session: AsyncSession, user_id: UUID) -> bool:
    """Whether a person can prove by a password who they are."""
    query = select(func.count()).where(User.id == user_id, col(User.password_hash).is_not(None))
    return (await session.exec(query)).one() > 0
