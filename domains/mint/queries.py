"""The mint's fields of `Query`."""

from typing import Any

from sqlalchemy import ColumnElement, select

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import by_id, pages, single
from domains.kernel.read.meanings import Arguments
from domains.kernel.stats import stats_of

from . import models
from .types import (
    EconomicMetrics,
    EconomicMetricsFilter,
    MiningRecord,
    MiningRecordFilter,
    Stake,
    StakeFilter,
    Transaction,
    TransactionFilter,
    TransactionGrouping,
    TransactionOrder,
    TransactionStats,
    Wallet,
    WalletFilter,
)


def is_newest(metrics: Columns, _arguments: Arguments, _viewer: ViewerTerms) -> ColumnElement[Any]:
    noted = models.EconomicMetrics.__table__.alias("noted")  # type: ignore[attr-defined]
    newest = select(noted.c.id).order_by(noted.c.recorded_at.desc()).limit(1)
    return metrics.id == newest.scalar_subquery()  # type: ignore[no-any-return]


@prose.output
class MintQuery:
    """Money."""

    wallet: Wallet | None = by_id()
    """A wallet: one's own, or one that one is a party of."""

    wallets: Connection[Wallet] | None = pages(where=WalletFilter)
    """The wallets that the viewer may see, newest first."""

    transaction: Transaction | None = by_id()
    """A movement of money."""

    transactions: Connection[Transaction] | None = pages(
        orders=TransactionOrder, where=TransactionFilter
    )
    """What moved in and out of the wallets that the viewer may see."""

    transaction_stats: list[TransactionStats] | None = stats_of(
        by=TransactionGrouping, where=TransactionFilter
    )
    """What moved, counted and added up in groups."""

    stakes: Connection[Stake] | None = pages(where=StakeFilter)
    """What the viewer has locked, newest first."""

    mining_records: Connection[MiningRecord] | None = pages(where=MiningRecordFilter)
    """The proofs of knowledge that the viewer was paid for, newest first."""

    economic_metrics: EconomicMetrics | None = single(is_newest)
    """How much AZR there is and where, when that was last noted; null if it never was."""

    economic_history: Connection[EconomicMetrics] | None = pages(where=EconomicMetricsFilter)
    """All that was noted, the latest first."""
