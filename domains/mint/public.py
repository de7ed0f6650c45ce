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
from .models import CURRENCY, Transaction, TransactionType, Wallet, WalletKind
from .policy import OWN_WALLETS
from .repository import Leg, Movement

__all__ = [
    "CURRENCY",
    "OWN_WALLETS",
    "Leg",
    "Movement",
    "TransactionType",
    "amount_of",
    "balance_of",
    "currency_moved_by",
    "currency_of",
    "issuance",
    "open_escrow",
    "open_wallet",
    "post",
]


async def open_wallet(
    session: AsyncSession, user_id: UUID, currency: Currency = Currency.AZR
) -> UUID:
    """A person's own wallet of a currency; asked for again, it is the same."""
    return await repository.open_wallet(session, user_id, WalletKind.USER, currency)


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
