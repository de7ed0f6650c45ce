"""How wallets and what moved between them are narrowed and sorted."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import strawberry
from sqlalchemy import ColumnElement, or_

from domains.kernel import prose
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import NEWEST, ascending, matching
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import DecimalRange, Period, between, within
from domains.kernel.scalars import Currency
from domains.mint.models import (
    ActivityType,
    StakeStatus,
    TransactionType,
    WalletKind,
    WalletStatus,
)
from domains.mint.policy import OWN_WALLETS

prose.enum(WalletKind)
prose.enum(WalletStatus)
prose.enum(TransactionType)
prose.enum(StakeStatus)
prose.enum(ActivityType)


@prose.enum
class TransactionDirection(Enum):
    """Which way money moved, for whoever asks."""

    IN = "in"
    """Into a wallet of theirs."""

    OUT = "out"
    """Out of a wallet of theirs."""


def _moved(
    transaction: Columns, direction: TransactionDirection, viewer: ViewerTerms
) -> ColumnElement[bool]:
    into = direction is TransactionDirection.IN
    return viewer.holds(transaction.to_id if into else transaction.from_id, OWN_WALLETS)


def _touches(transaction: Columns, wallet: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(transaction.from_id == wallet, transaction.to_id == wallet)


def _is(column: str) -> Callable[[Columns, object], ColumnElement[bool]]:
    """Whether a column has the value."""
    return lambda row, value: row[column] == value


@filters
class WalletFilter:
    """Which wallets."""

    kind: WalletKind | None = matching(_is("kind"))
    """Those of this kind."""

    currency: Currency | None = matching(_is("currency"))
    """Those of this currency."""

    status: WalletStatus | None = matching(_is("status"))
    """Those in this state."""


@filters
class TransactionFilter:
    """Which transactions."""

    type: TransactionType | None = matching(_is("type"))
    """Those made for this."""

    types: list[TransactionType] | None = matching(lambda moved, types: one_of(moved.type, types))
    """Those made for one of these."""

    direction: TransactionDirection | None = matching(_moved)
    """Those that went this way for whoever asks."""

    created_at: Period | None = matching(lambda moved, period: within(moved.created_at, period))
    """Those made at such a time."""

    currency: Currency | None = matching(_is("currency"))
    """Those in this currency."""

    amount: DecimalRange | None = matching(lambda moved, ends: between(moved.amount, ends))
    """Those of so much."""

    wallet_id: strawberry.ID | None = matching(_touches, id_of="Wallet")
    """Those into or out of this wallet."""

    reference: str | None = matching(_is("reference"), longest=200)
    """Those with exactly this reference."""


@filters
class StakeFilter:
    """Which stakes."""

    status: StakeStatus | None = matching(_is("status"))
    """Those in this state."""

    unlocks_at: Period | None = matching(lambda stake, period: within(stake.unlocks_at, period))
    """Those whose term ends at such a time."""


@filters
class MiningRecordFilter:
    """Which mining records."""

    activity_type: ActivityType | None = matching(_is("activity_type"))
    """Those for this kind of activity."""


@filters
class EconomicMetricsFilter:
    """Which snapshots."""

    recorded_at: Period | None = matching(lambda noted, period: within(noted.recorded_at, period))
    """Those taken at such a time."""


@prose.enum
class TransactionOrder(Enum):
    """How transactions are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    OLDEST = ascending("id")
    """The earliest first."""
