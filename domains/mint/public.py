"""What other domains may ask of the mint: they open wallets and move money in their transaction."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency

from . import repository, service
from .engine.mining import Proof
from .engine.units import amount_of as amount_of_units
from .engine.units import units_of
from .errors import (
    ActivityNotDone,
    AlreadyMined,
    AmountInvalid,
    CurrencyMismatch,
    IdempotencyConflict,
    IdempotencyKeyInvalid,
    InsufficientFunds,
    MinedRecently,
    MiningLimitReached,
    NothingToMine,
    NotReversible,
    SameWallet,
    SupplyExhausted,
    WalletNotActive,
    WalletNotFound,
)
from .models import CURRENCY, ActivityType, Transaction, TransactionType, Wallet, WalletKind
from .policy import OWN_WALLETS
from .repository import Leg, Movement
from .repository.roots import STATE_ROOT
from .repository.words import Account, Payment, account, locked, payment, reward
from .service import mining
from .service.posting import located
from .service.provers import proves

__all__ = [
    "CURRENCY",
    "MINING_REFUSALS",
    "MONEY_REFUSALS",
    "OWN_WALLETS",
    "STATE_ROOT",
    "Account",
    "ActivityNotDone",
    "ActivityType",
    "AlreadyMined",
    "AmountInvalid",
    "CurrencyMismatch",
    "IdempotencyConflict",
    "IdempotencyKeyInvalid",
    "InsufficientFunds",
    "Leg",
    "MinedRecently",
    "MiningLimitReached",
    "Movement",
    "NotReversible",
    "NothingToMine",
    "Payment",
    "Proof",
    "SameWallet",
    "SupplyExhausted",
    "TransactionType",
    "WalletNotActive",
    "WalletNotFound",
    "account",
    "amount_of",
    "amount_of_units",
    "balance_of",
    "currency_moved_by",
    "currency_of",
    "issuance",
    "located",
    "locked",
    "mine",
    "mine_later",
    "movement",
    "open_escrow",
    "open_wallet",
    "own_wallet",
    "payment",
    "platform",
    "post",
    "proves",
    "reward",
    "units_of",
]

MONEY_REFUSALS = (
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
"""All with which a posting may be refused, for the mutations that make one."""

MINING_REFUSALS = (
    ActivityNotDone,
    AlreadyMined,
    MinedRecently,
    MiningLimitReached,
    NothingToMine,
    SupplyExhausted,
    WalletNotActive,
)
"""All with which mining may be refused, for the mutations that do it themselves."""


async def open_wallet(
    session: AsyncSession, user_id: UUID, currency: Currency = Currency.AZR
) -> UUID:
    """A person's own wallet of a currency; asked for again, it is the same."""
    return await repository.open_wallet(session, user_id, WalletKind.USER, currency)


own_wallet = open_wallet
"""By the name under which those who pay somebody ask for it."""


async def platform(session: AsyncSession, currency: Currency = Currency.AZR) -> UUID:
    """The platform's own wallet of a currency, for its fees."""
    return await repository.platform(session, currency)


async def open_escrow(
    session: AsyncSession, payer_id: UUID, payee_id: UUID, currency: Currency
) -> UUID:
    """A new wallet that stands between two people."""
    return await repository.open_escrow(session, payer_id, payee_id, currency)


async def issuance(session: AsyncSession, currency: Currency = Currency.AZR) -> UUID:
    """The wallet that all money of a currency comes from."""
    return await repository.issuance(session, currency)


async def post(
    session: AsyncSession,
    actor_id: UUID | None,
    key: str,
    legs: Sequence[Leg],
    reference: str | None = None,
) -> list[Movement]:
    """Move money along all legs, or along none; refuses with the errors of the mint.

    The same request with the same key of the same actor answers with what it did the first time.
    No actor is the platform: such a key, derived from what is paid for, pays once whoever asks.
    """
    return await service.post(session, actor_id, key, legs, reference)


async def movement(session: AsyncSession, transaction_id: UUID) -> Movement:
    """What was moved, for subscribers of the mint's news."""
    return await repository.movement(session, transaction_id)


async def mine(session: AsyncSession, user_id: UUID, type: ActivityType, activity_id: UUID) -> UUID:
    """Pay a person for something that they did, once; gives the record of it.

    The type's prover says whether they did, and how well. Belongs into a transaction of the
    system, as its last act: the wallets are locked until it ends.
    """
    return await mining.mine(session, mining.Claim(user_id, type, activity_id))


async def mine_later(
    session: AsyncSession, user_id: UUID, type: ActivityType, activity_id: UUID
) -> None:
    """Have the workers do that once the transaction commits, with many others at a time.

    What they find done already, not done or without a reward they leave; what is too much for
    one day they do on the next.
    """
    await mining.mine_later(session, mining.Claim(user_id, type, activity_id))


# Terms for the reads of other domains on the same cluster


def balance_of(wallet_id: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """What a wallet holds."""
    return _value(Wallet, "balance", wallet_id)


def currency_of(wallet_id: ColumnElement[Any]) -> ColumnElement[Currency]:
    """What a wallet's money is counted in."""
    return _value(Wallet, "currency", wallet_id)


def amount_of(transaction_id: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """How much a transaction moved."""
    return _value(Transaction, "amount", transaction_id)


def currency_moved_by(transaction_id: ColumnElement[Any]) -> ColumnElement[Currency]:
    """What it was counted in."""
    return _value(Transaction, "currency", transaction_id)


def _value(model: type[SQLModel], column: str, id: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of one row, as a value of the statement around it."""
    row = model.__table__.alias("minted")  # type: ignore[attr-defined]
    found = select(row.c[column]).where(row.c.id == id)
    return found.correlate_except(row).scalar_subquery()
