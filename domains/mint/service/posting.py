"""Moving money, and why that is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.refusal import Refused, UserError
from domains.mint import repository
from domains.mint.errors import (
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
from domains.mint.repository import Leg, Movement

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

Paths = Mapping[type[UserError], Sequence[str]]


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
        refusal = refusal_of(error.orig.__cause__ if error.orig else None)
        if refusal is None:
            raise
        raise Refused(refusal) from None


def refusal_of(error: BaseException | None) -> UserError | None:
    """What an error of the driver means; None if it is no refusal of the ledger."""
    if not isinstance(error, asyncpg.PostgresError):
        return None
    if getattr(error, "constraint_name", None) == SUPPLY:
        return SupplyExhausted()
    refusal = REFUSALS.get(error.sqlstate or "")
    return refusal() if refusal else None


@contextmanager
def located(paths: Paths) -> Iterator[None]:
    """Say of refusals from here which field of the input is at fault, by their class."""
    try:
        yield
    except Refused as refused:
        for error in refused.errors:
            error.path = error.path or list(paths.get(type(error), ()))
        raise
