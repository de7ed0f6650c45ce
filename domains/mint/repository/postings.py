"""Movements of money, made by the database's function `mint.post`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Numeric, Text, Uuid, bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency
from domains.mint.models import TransactionType

from .calls import id_from, rows_from


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement to be made."""

    from_id: UUID
    to_id: UUID
    amount: Decimal
    type: TransactionType
    reason: str | None = None
    """What it is for, in words."""

    reversal_of_id: UUID | None = None
    """The movement that it takes back."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement that was made."""

    id: UUID
    from_id: UUID
    to_id: UUID
    amount: Decimal
    currency: Currency
    type: TransactionType


MOVEMENT = "id, from_id, to_id, amount, currency::text, type::text"

POST = text(
    f"select {MOVEMENT} from mint.post(:actor, :key, :purpose,"  # noqa: S608 (of constants)
    " :senders, :recipients, :amounts, :kinds, :reasons, :reversals)"
).bindparams(
    bindparam("actor", type_=Uuid),
    bindparam("key", type_=Text),
    bindparam("purpose", type_=Text),
    bindparam("senders", type_=ARRAY(Uuid)),
    bindparam("recipients", type_=ARRAY(Uuid)),
    bindparam("amounts", type_=ARRAY(Numeric)),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("reasons", type_=ARRAY(Text)),
    bindparam("reversals", type_=ARRAY(Uuid)),
)
MOVED = text(
    f"select {MOVEMENT} from mint.transactions where id = :id"  # noqa: S608 (of constants)
).bindparams(bindparam("id", type_=Uuid))
IS_NEW = text(
    "select exists (select from mint.postings where xmin = pg_current_xact_id()::xid"
    " and id = (select posting_id from mint.transactions where id = :id))"
).bindparams(bindparam("id", type_=Uuid))
RECORD_METRICS = text("select mint.record_metrics()")


async def post(
    session: AsyncSession,
    actor_id: UUID | None,
    key: str,
    legs: Sequence[Leg],
    reference: str | None,
) -> list[Movement]:
    """Move money along all legs, or along none."""
    given = {
        "actor": actor_id,
        "key": key,
        "purpose": reference,
        "senders": [leg.from_id for leg in legs],
        "recipients": [leg.to_id for leg in legs],
        "amounts": [leg.amount for leg in legs],
        "kinds": [leg.type.value for leg in legs],
        "reasons": [leg.reason for leg in legs],
        "reversals": [leg.reversal_of_id for leg in legs],
    }
    return [_movement(row) for row in await rows_from(session, POST, given)]


async def movement(session: AsyncSession, id: UUID) -> Movement:
    """One movement that was made."""
    return _movement((await rows_from(session, MOVED, {"id": id})).one())


async def is_new(session: AsyncSession, id: UUID) -> bool:
    """Whether a movement was made in this transaction, and not when its key came before."""
    return bool((await rows_from(session, IS_NEW, {"id": id})).scalar_one())


async def record_metrics(session: AsyncSession) -> UUID:
    """Note how much money there is and where, as one snapshot shows it."""
    return await id_from(session, RECORD_METRICS, {})


def _movement(row: Any) -> Movement:
    id, from_id, to_id, amount, currency, type = row
    return Movement(id, from_id, to_id, amount, Currency(currency), TransactionType(type))
