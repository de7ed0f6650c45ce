"""The mint's fields of `Query`."""

from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, select

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import Connection, key_of
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import by_id, pages, single
from domains.kernel.read.meanings import Arguments
from domains.kernel.read.ranges import Period
from domains.kernel.stats import stats_of

from . import models
from .service import statements
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
from .types.statements import WalletStatement, shown

WalletId = Annotated[strawberry.ID, strawberry.argument(description="The wallet's id.")]
Within = Annotated[
    Period | None, strawberry.argument(description="From when until when; all time if left out.")
]


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

    @strawberry.field
    async def wallet_statement(
        self, info: Info, wallet_id: WalletId, period: Within = None
    ) -> WalletStatement | None:
        """What went in and out of a wallet that the viewer may see, in a period.

        One in an operation. Refused for a period of more than 10000 movements.
        """
        id, context = key_of("Wallet", wallet_id), info.context
        context.once("statement")
        if not await context.transaction(statements.is_shown, id):
            return None
        since, until = (period.since or None, period.until or None) if period else (None, None)
        return shown(await statements.made(context.database, id, since, until))
