"""What the mint shows of itself."""

from .filters import (
    EconomicMetricsFilter,
    MiningRecordFilter,
    StakeFilter,
    TransactionFilter,
    TransactionOrder,
    WalletFilter,
)
from .nodes import EconomicMetrics, MiningRecord, Stake, Transaction, Wallet
from .stats import TransactionGrouping, TransactionStats

__all__ = [
    "EconomicMetrics",
    "EconomicMetricsFilter",
    "MiningRecord",
    "MiningRecordFilter",
    "Stake",
    "StakeFilter",
    "Transaction",
    "TransactionFilter",
    "TransactionGrouping",
    "TransactionOrder",
    "TransactionStats",
    "Wallet",
    "WalletFilter",
]
