"""What a request to move money must say before the ledger is asked."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domains.auth.public import kept_reason
from domains.mint.errors import (
    AmountInvalid,
    CurrencyMismatch,
    IdempotencyConflict,
    IdempotencyKeyInvalid,
    InsufficientFunds,
    SameWallet,
    SupplyExhausted,
    WalletNotActive,
    WalletNotFound,
)

LONGEST_REASON = 200

PATHS = {
    AmountInvalid: ["input", "amount"],
    CurrencyMismatch: ["input", "toAddress"],
    IdempotencyConflict: ["input", "idempotencyKey"],
    IdempotencyKeyInvalid: ["input", "idempotencyKey"],
    InsufficientFunds: ["input", "amount"],
    SameWallet: ["input", "toAddress"],
    SupplyExhausted: ["input", "amount"],
    WalletNotActive: ["input", "walletId"],
    WalletNotFound: ["input", "walletId"],
}
"""The fields of the inputs of wallets, by what may be wrong with them."""


@dataclass(frozen=True, slots=True)
class Order:
    """So much, in or out of a wallet, once for the key."""

    key: str
    wallet_id: UUID
    amount: Decimal
    reason: str | None


def told(reason: str) -> str:
    """A reason as it is kept with what was moved, or a refusal."""
    return kept_reason(reason, LONGEST_REASON)
