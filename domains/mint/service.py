"""The rules of moving money."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.refusal import Refused, UserError

from . import repository
from .errors import (
    AmountInvalid,
    CurrencyMismatch,
    IdempotencyConflict,
    IdempotencyKeyInvalid,
    InsufficientFunds,
    NotReversible,
    SameWallet,
    SupplyExhausted,
    WalletNotActive,
    WalletNotFound,
)
from .repository import Leg, Movement

REFUSALS: dict[str, Callable[[], UserError]] = {
    "LG001": InsufficientFunds,
    "LG002": CurrencyMismatch,
    "LG003": WalletNotActive,
    "LG004": WalletNotFound,
    "LG005": IdempotencyKeyInvalid,
    "LG006": AmountInvalid,
    "LG007": SameWallet,
    "LG008": IdempotencyConflict,
    "LG009": NotReversible,
    "22003": SupplyExhausted,
}
"""By the SQLSTATEs of `mint.post`. Amounts are bounded, so that only issuing can overflow."""

SUPPLY = "wallets_supply_check"


async def post(
    session: AsyncSession,
    actor_id: UUID | None,
    key: str,
    legs: Sequence[Leg],
    reference: str | None,
) -> list[Movement]:
    """Move money along all legs, or along none; the same request with the same key does so once.

    Keys belong to the actor; those of no actor are the platform's own. A refused request leaves
    its key unused. It fails the transaction, and it is the last thing to do in one: the wallets
    are locked until it ends.
    """
    try:
        return await repository.post(session, actor_id, key, legs, reference)
    except DBAPIError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise Refused(refusal()) from None


def _refusal(error: DBAPIError) -> Callable[[], UserError] | None:
    if getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) == SUPPLY:
        return SupplyExhausted
    return REFUSALS.get(getattr(error.orig, "sqlstate", ""))
