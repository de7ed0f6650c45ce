"""Documents that a client's build has registered, so that they can be asked for by their hash.

Only the owner's role writes them: the role that serves can read the list and not add to it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .clock import now
from .policy import anybody, nobody, protect
from .row import ChangingRow

CHANGES = """
select json_build_object(
    'newest', max(updated_at),
    'living', coalesce(json_agg(hash) filter (where retired_at is null), '[]'),
    'retired', coalesce(json_agg(hash) filter (where retired_at is not null), '[]')
)::text
from kernel.operations
where updated_at > coalesce($1::text::timestamptz, '-infinity') - interval '1 minute'
"""
"""What has changed since a moment; the minute is for what was written before it and committed
after."""

DOCUMENT = "select document from kernel.operations where hash = $1"


PART = 1000
"""Rows of one statement, which has an end to its parameters."""


class RegisteredOperation(ChangingRow, table=True):
    """A document of operations that clients may run by its hash."""

    __tablename__ = "operations"
    __table_args__ = (Index(None, "updated_at"), {"schema": "kernel"})

    hash: str = Field(unique=True)
    """SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""

    document: str
    """The text itself."""

    names: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )
    """The names of its operations."""

    client: str = ""
    """Whose build registered it last, in the operator's words."""

    registered_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    retired_at: datetime | None = None
    """Since when it no longer runs."""


# There is nothing secret in what a client ships; anybody may ask for it by its hash.
protect(RegisteredOperation, visible=anybody, changeable=nobody)


async def register(session: AsyncSession, operations: Sequence[RegisteredOperation]) -> list[str]:
    """Have them run from now on; says the hashes of those that did not before."""
    # In one order, so that two builds that register at once do not wait for each other.
    rows = [_values(each) for each in sorted(operations, key=lambda each: each.hash)]
    parts = [rows[start : start + PART] for start in range(0, len(rows), PART)]
    return [hash for part in parts for hash in await _register(session, part)]


async def _register(session: AsyncSession, rows: list[dict[str, Any]]) -> list[str]:
    added = insert(RegisteredOperation).values(rows)
    again = {name: added.excluded[name] for name in ("client", "registered_at", "retired_at")}
    statement = added.on_conflict_do_update(
        index_elements=["hash"], set_=again, where=col(RegisteredOperation.retired_at).is_not(None)
    ).returning(col(RegisteredOperation.hash))
    return [row[0] for row in await session.exec(statement)]


async def retire(session: AsyncSession, hash: str) -> bool:
    """Have it no longer run; says whether it did."""
    living = (col(RegisteredOperation.hash) == hash, col(RegisteredOperation.retired_at).is_(None))
    statement = update(RegisteredOperation).where(*living).values(retired_at=now())
    found = await session.exec(statement.returning(col(RegisteredOperation.id)))
    return found.first() is not None


async def registered(session: AsyncSession) -> Sequence[RegisteredOperation]:
    """All there ever were, by their first name and then by age."""
    order = (col(RegisteredOperation.names), col(RegisteredOperation.registered_at))
    return (await session.exec(select(RegisteredOperation).order_by(*order))).all()


def _values(operation: RegisteredOperation) -> dict[str, Any]:
    return operation.model_dump(exclude={"id", "created_at", "updated_at"})
