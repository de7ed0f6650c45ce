"""What other domains may ask of the mint: they open wallets and move money in their transaction."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency

from . import repository, service
from .models import Transaction, TransactionType, Wallet, WalletKind
from .policy import OWN_WALLETS
from .repository import Leg, Movement

__all__ = [
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
    wallet = Wallet.__table__.alias("held")  # type: ignore[attr-defined]
    return _only(select(wallet.c.balance).where(wallet.c.id == wallet_id), wallet)


def currency_of(wallet_id: ColumnElement[Any]) -> ColumnElement[Currency]:
    """What a wallet's money is counted in."""
    wallet = Wallet.__table__.alias("held")  # type: ignore[attr-defined]
    return _only(select(wallet.c.currency).where(wallet.c.id == wallet_id), wallet)


def amount_of(transaction_id: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """How much a transaction moved."""
    moved = Transaction.__table__.alias("moved")  # type: ignore[attr-defined]
    return _only(select(moved.c.amount).where(moved.c.id == transaction_id), moved)


def currency_moved_by(transaction_id: ColumnElement[Any]) -> ColumnElement[Currency]:
    """What it was counted in."""
    moved = Transaction.__table__.alias("moved")  # type: ignore[attr-defined]
    return _only(select(moved.c.currency).where(moved.c.id == transaction_id), moved)


def _only(found: Select[Any], table: FromClause) -> ColumnElement[Any]:
    """As a value of the statement around it."""
    return found.correlate_except(table).scalar_subquery()
