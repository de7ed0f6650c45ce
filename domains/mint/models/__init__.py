"""The tables of the namespace `mint`."""

from .columns import (
    CURRENCY,
    NAMESPACE,
    REWARDS,
    SUPPLY_CAP,
    ActivityType,
    StakeStatus,
    TransactionType,
    WalletKind,
    WalletStatus,
)
from .economy import EconomicMetrics, MiningRecord, Stake
from .ledger import Posting, Transaction, Wallet

__all__ = [
    "CURRENCY",
    "NAMESPACE",
    "REWARDS",
    "SUPPLY_CAP",
    "ActivityType",
    "EconomicMetrics",
    "MiningRecord",
    "Posting",
    "Stake",
    "StakeStatus",
    "Transaction",
    "TransactionType",
    "Wallet",
    "WalletKind",
    "WalletStatus",
]
