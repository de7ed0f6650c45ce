"""Who may see money; nobody changes it but by posting."""

from sqlalchemy import ColumnElement, and_, or_

from domains.kernel.policy import (
    Columns,
    ViewerTerms,
    anybody,
    group_of,
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


def holds_wallet(wallet: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """It is the viewer's own, or stands between them and somebody else."""
    return or_(
        and_(wallet.kind == WalletKind.USER, wallet.user_id == viewer.user_id),
        wallet.payer_id == viewer.user_id,
        wallet.payee_id == viewer.user_id,
    )


OWN_WALLETS = group_of("mint.viewer_wallet_ids", Wallet, holds_wallet)


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
