"""Who may see money; nobody changes it but by posting."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from domains.kernel.policy import (
    Columns,
    Group,
    ViewerTerms,
    anybody,
    nobody,
    owns_or_administers,
    protect,
)
from domains.kernel.viewer import Role

from .models import (
    EconomicMetrics,
    MiningRecord,
    Posting,
    Stake,
    Transaction,
    Wallet,
    WalletKind,
)

WALLETS = Wallet.__table__  # type: ignore[attr-defined]


def holds_wallet(wallet: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """It is the viewer's own, or stands between them and somebody else."""
    return or_(
        and_(wallet.kind == WalletKind.USER, wallet.user_id == viewer.user_id),
        wallet.payer_id == viewer.user_id,
        wallet.payee_id == viewer.user_id,
    )


def _own_wallet_ids(viewer: ViewerTerms) -> Select[Any]:
    return select(WALLETS.c.id).where(holds_wallet(WALLETS.c, viewer))


OWN_WALLETS = Group("mint.viewer_wallet_ids", _own_wallet_ids)


def sees_wallet(wallet: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """What is locked, and where money comes from, is shown to nobody."""
    shown = wallet.kind.in_((WalletKind.USER, WalletKind.ESCROW, WalletKind.PLATFORM))
    return or_(and_(viewer.is_a(Role.ADMIN), shown), holds_wallet(wallet, viewer))


def sees_transaction(transaction: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Both sides see what moved."""
    return or_(
        viewer.is_a(Role.ADMIN),
        viewer.holds(transaction.from_id, OWN_WALLETS),
        viewer.holds(transaction.to_id, OWN_WALLETS),
    )


protect(Wallet, visible=sees_wallet)
protect(Posting, visible=nobody)
protect(Transaction, visible=sees_transaction)
protect(Stake, visible=owns_or_administers)
protect(MiningRecord, visible=owns_or_administers)
protect(EconomicMetrics, visible=anybody)
