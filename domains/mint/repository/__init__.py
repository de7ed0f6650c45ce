"""Every statement of a write on the namespace `mint`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CursorResult, Numeric, Text, TextClause, Uuid, bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency
from domains.mint.models import TransactionType, WalletKind

from .functions import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "Leg",
    "Movement",
    "issuance",
    "open_escrow",
    "open_wallet",
    "post",
    "record_metrics",
]


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
OPEN_WALLET = text("select mint.open_wallet(:person, :purpose, :money)").bindparams(
    bindparam("person", type_=Uuid)
)
OPEN_ISSUANCE = text("select mint.open_issuance(:money)")
OPEN_ESCROW = text("select mint.open_escrow(:payer, :payee, :money)").bindparams(
    bindparam("payer", type_=Uuid), bindparam("payee", type_=Uuid)
)


RECORD_METRICS = text("select mint.record_metrics()")


async def open_wallet(
    session: AsyncSession, user_id: UUID, kind: WalletKind, currency: Currency
) -> UUID:
    """A person's wallet, opened if there is none."""
    given = {"person": user_id, "purpose": kind.value, "money": currency.value}
    return await _id_from(session, OPEN_WALLET, given)


async def open_escrow(
    session: AsyncSession, payer_id: UUID, payee_id: UUID, currency: Currency
) -> UUID:
    """A new wallet between two people."""
    given = {"payer": payer_id, "payee": payee_id, "money": currency.value}
    return await _id_from(session, OPEN_ESCROW, given)


async def issuance(session: AsyncSession, currency: Currency) -> UUID:
    """The wallet that a currency comes from."""
    return await _id_from(session, OPEN_ISSUANCE, {"money": currency.value})


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
    return [_movement(row) for row in await _run(session, POST, given)]


async def record_metrics(session: AsyncSession) -> UUID:
    """Note how much money there is and where, as one snapshot shows it."""
    return await _id_from(session, RECORD_METRICS, {})


def _movement(row: Any) -> Movement:
    id, from_id, to_id, amount, currency, type = row
    return Movement(id, from_id, to_id, amount, Currency(currency), TransactionType(type))


async def _id_from(session: AsyncSession, function: TextClause, given: dict[str, Any]) -> UUID:
    id: UUID = (await _run(session, function, given)).scalar_one()
    return id


async def _run(
    session: AsyncSession, function: TextClause, given: dict[str, Any]
) -> CursorResult[Any]:
    """Call a function, which sees what the session has not written yet."""
    await session.flush()
    return await (await session.connection()).execute(function, given)
