"""Every statement of a write on the namespace `mint`."""

from . import invariants, invariants_of_economy  # noqa: F401 (declared when imported)
from .functions import FUNCTIONS
from .postings import Leg, Movement, is_new, movement, post, record_metrics
from .transfers import transfer
from .wallets import (
    close_own,
    freeze_own,
    has_active_stake,
    issuance,
    lock_wallet,
    lock_wallets_of,
    open_escrow,
    open_wallet,
    platform,
    reopen_own,
    set_status,
    wallet,
)

__all__ = [
    "FUNCTIONS",
    "Leg",
    "Movement",
    "close_own",
    "freeze_own",
    "has_active_stake",
    "is_new",
    "issuance",
    "lock_wallet",
    "lock_wallets_of",
    "movement",
    "open_escrow",
    "open_wallet",
    "platform",
    "post",
    "record_metrics",
    "reopen_own",
    "set_status",
    "transfer",
    "wallet",
]
