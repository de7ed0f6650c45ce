"""Statements about passkeys."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import Passkey
from domains.kernel.clock import now


async def exists(session: AsyncSession, user_id: UUID) -> bool:
    """Whether a person has a passkey."""
    query = select(Passkey.id).where(Passkey.user_id == user_id, col(Passkey.removed_at).is_(None))
    return (await session.exec(query.limit(1))).first() is not None


async def credentials(session: AsyncSession, user_id: UUID) -> Sequence[bytes]:
    """What devices know a person's passkeys by."""
    query = select(Passkey.credential_id).where(
        Passkey.user_id == user_id, col(Passkey.removed_at).is_(None)
    )
    return (await session.exec(query)).all()


async def find(session: AsyncSession, user_id: UUID, credential_id: bytes) -> Passkey | None:
    """A person's passkey."""
    query = select(Passkey).where(
        Passkey.user_id == user_id,
        Passkey.credential_id == credential_id,
        col(Passkey.removed_at).is_(None),
    )
    return (await session.exec(query)).first()


async def add(session: AsyncSession, passkey: Passkey) -> bool:
    """Keep a new one, unless somebody has it, or had it."""
    told = {"id", "user_id", "name", "credential_id", "public_key"}
    told |= {"sign_count", "transports", "backed_up"}
    added = insert(Passkey).values(passkey.model_dump(include=told)).on_conflict_do_nothing()
    return (await session.exec(added.returning(col(Passkey.id)))).first() is not None


async def count(session: AsyncSession, id: UUID, sign_count: int, *, backed_up: bool) -> bool:
    """Note a signature, unless the device has counted backward; some do not count at all."""
    grown = or_(
        col(Passkey.sign_count) < sign_count,
        (col(Passkey.sign_count) == 0) & (sign_count == 0),
    )
    noted = (
        update(Passkey)
        .where(col(Passkey.id) == id, col(Passkey.removed_at).is_(None), grown)
        .values(sign_count=sign_count, backed_up=backed_up, last_used_at=now())
        .returning(col(Passkey.id))
    )
    return (await session.exec(noted)).first() is not None


async def rename(session: AsyncSession, user_id: UUID, id: UUID, name: str) -> bool:
    """Give a person's passkey another name."""
    renamed = _own(user_id).where(col(Passkey.id) == id).values(name=name)
    return (await session.exec(renamed.returning(col(Passkey.id)))).first() is not None


async def remove(session: AsyncSession, user_id: UUID, id: UUID | None = None) -> int:
    """Remove a person's passkey, or all of them; how many that were."""
    removed = _own(user_id).values(removed_at=now()).returning(col(Passkey.id))
    if id is not None:
        removed = removed.where(col(Passkey.id) == id)
    return len((await session.exec(removed)).all())


def _own(user_id: UUID) -> Any:
    return update(Passkey).where(col(Passkey.user_id) == user_id, col(Passkey.removed_at).is_(None))
