"""Statements that write accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import tokens
from domains.auth.models import Token, TokenType, User, UserProfile
from domains.kernel.clock import now

from .tokens import caused_at

TOLD = {"id", "email", "email_verified_at", "password_hash", "pepper_kid", "name", "role"}
"""What is known of a person who is new."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a check of a password needs to know of a person."""

    id: UUID
    password_hash: str | None
    pepper_kid: str | None


async def person(session: AsyncSession, user_id: UUID) -> User | None:
    """The row of a person who has not been deleted."""
    query = select(User).where(User.id == user_id, col(User.deleted_at).is_(None))
    return (await session.exec(query)).first()


async def holder(session: AsyncSession, email: str) -> User | None:
    """Whose address it is."""
    return (await session.exec(select(User).where(_is_living(email)))).first()


async def lock_holder(session: AsyncSession, email: str) -> User | None:
    """Whose address it is; they stay as they are until the transaction ends."""
    query = select(User).where(_is_living(email)).with_for_update()
    return (await session.exec(query)).first()


async def add_user(session: AsyncSession, user: User) -> bool:
    """Add a person unless the address is taken; of two at once the unique index admits one."""
    return bool(await add_users(session, [user]))


async def add_users(session: AsyncSession, users: Sequence[User]) -> set[UUID]:
    """Add those whose addresses are free, and a profile for each; gives their ids."""
    rows = [user.model_dump(include=TOLD) for user in users]
    added = insert(User).values(rows).on_conflict_do_nothing().returning(col(User.id))
    ids = set((await session.exec(added)).scalars())
    if ids:
        await session.exec(insert(UserProfile).values([{"user_id": id} for id in ids]))
    return ids


async def replace_profile(session: AsyncSession, user_id: UUID) -> None:
    """Make a profile as empty as a new one."""
    empty = {"avatar": None, "bio": None, "location": None, "timezone": None}
    await write_profile(session, user_id, empty | {"language": "en", "details": {}})


async def lock_profile(session: AsyncSession, user_id: UUID) -> UserProfile | None:
    """What a person tells about themselves, unchanged by others until the transaction ends."""
    query = select(UserProfile).where(UserProfile.user_id == user_id).with_for_update()
    return (await session.exec(query)).first()


async def write_profile(session: AsyncSession, user_id: UUID, values: Mapping[str, Any]) -> None:
    """Change what a person tells about themselves."""
    written = insert(UserProfile).values(user_id=user_id, **values)
    key = [col(UserProfile.user_id)]
    await session.exec(written.on_conflict_do_update(index_elements=key, set_=dict(values)))


async def mark_verified(session: AsyncSession, checked: Account, **values: Any) -> bool:
    """Note that the address is the person's, if the account still is the one that was checked."""
    marked = (
        update(User)
        .where(
            col(User.id) == checked.id,
            col(User.password_hash) == checked.password_hash,
            col(User.email_verified_at).is_(None),
            col(User.disabled_at).is_(None),
            col(User.deleted_at).is_(None),
        )
        .values(email_verified_at=now(), **values)
        .returning(col(User.id))
    )
    return (await session.exec(marked)).first() is not None


async def count_try(
    session: AsyncSession, secret: str, type: TokenType, most: int
) -> Account | None:
    """Use up one of a secret's tries, and give whose it is; of many at once so many get one."""
    tried = (
        update(Token)
        .where(_is_usable(secret, type), col(Token.attempts) < most)
        .values(attempts=col(Token.attempts) + 1)
        .returning(col(Token.user_id))
    )
    user_id: UUID | None = (await session.exec(tried)).scalar()
    user = await person(session, user_id) if user_id else None
    return Account(user.id, user.password_hash, user.pepper_kid) if user else None


async def bearer(session: AsyncSession, secret: str, type: TokenType) -> User | None:
    """Whose secret it is, which stays as good as it was."""
    query = select(User).join(Token).where(_is_usable(secret, type), col(User.deleted_at).is_(None))
    return (await session.exec(query)).first()


async def forget_undos(session: AsyncSession, user_id: UUID, after: datetime) -> None:
    """Make useless what could undo the changes of an address that came after a moment."""
    dead = (
        update(Token)
        .where(
            col(Token.user_id) == user_id,
            col(Token.type) == TokenType.EMAIL_UNDO,
            caused_at() > after,
            col(Token.consumed_at).is_(None),
        )
        .values(consumed_at=now())
    )
    await session.exec(dead)


def _is_living(email: str) -> Any:
    return (col(User.email) == email) & col(User.deleted_at).is_(None)


def _is_usable(secret: str, type: TokenType) -> Any:
    return (
        (col(Token.token_hash) == tokens.digest(secret))
        & (col(Token.type) == type)
        & col(Token.consumed_at).is_(None)
        & (col(Token.expires_at) > now())
    )
