"""Doing something once although it is asked for again: the answer of the first time counts."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from . import prose
from .policy import nobody, protect
from .refusal import Refused, UserError
from .row import CreatedRow

LONGEST_KEY = 255


@prose.output
class IdempotencyKeyInvalid(UserError):
    """The key is empty or too long."""

    message: str = "An idempotency key has 1 to 255 characters."


@prose.output
class IdempotencyConflict(UserError):
    """The key was used before, for something else."""

    message: str = "This idempotency key belongs to another request."


class Request(CreatedRow, table=True):
    """Something that was asked for and granted; the key makes it happen once."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(
            f"length(idempotency_key) between 1 and {LONGEST_KEY}", name="idempotency_key"
        ),
        UniqueConstraint("actor_id", "idempotency_key"),
        {"schema": "kernel"},
    )

    actor_id: UUID
    """Whose key it is; of a person outside this namespace, and no key holds it."""

    idempotency_key: str
    request_hash: bytes
    """SHA-256 of what was asked for, to tell a repetition from another request."""

    answer_id: UUID | None = None
    """The id of what it made or changed."""


protect(Request, visible=nobody)


async def once(
    session: AsyncSession,
    actor_id: UUID,
    key: str,
    asked: tuple[object, ...],
    work: Callable[[], Awaitable[UUID]],
) -> UUID:
    """Do the work unless this key of the actor did it before; gives the id that it answered.

    Of many who ask at once the others wait for the first. What is refused leaves its key unused.
    `asked` names the operation and all of its input. Belongs into a transaction of the system.
    """
    if not 1 <= len(key) <= LONGEST_KEY or "\0" in key:
        raise Refused(IdempotencyKeyInvalid(path=["input", "idempotencyKey"]))
    digest = hashlib.sha256(json.dumps(asked, default=str).encode()).digest()
    id = await _begin(session, actor_id, key, digest)
    if id is None:
        return await _answered(session, actor_id, key, digest)
    answer = await work()
    await session.flush()
    await session.exec(update(Request).where(col(Request.id) == id).values(answer_id=answer))
    return answer


async def _begin(session: AsyncSession, actor_id: UUID, key: str, digest: bytes) -> UUID | None:
    row = insert(Request).values(actor_id=actor_id, idempotency_key=key, request_hash=digest)
    fresh = row.on_conflict_do_nothing().returning(col(Request.id))
    id: UUID | None = (await session.exec(fresh)).scalar()
    return id


async def _answered(session: AsyncSession, actor_id: UUID, key: str, digest: bytes) -> UUID:
    query = select(Request.answer_id).where(
        col(Request.actor_id) == actor_id,
        col(Request.idempotency_key) == key,
        col(Request.request_hash) == digest,
    )
    found = (await session.exec(query)).first()
    if found is None:
        raise Refused(IdempotencyConflict(path=["input", "idempotencyKey"]))
    return found
