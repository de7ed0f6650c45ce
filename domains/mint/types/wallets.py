"""What the mutations of wallets take and answer."""

from decimal import Decimal

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.scalars import Currency

from .nodes import Transaction, Wallet


@prose.input
class WalletOpenInput:
    """Which wallet to open."""

    currency: Currency
    """What its money is counted in."""


@prose.output
class WalletOpenPayload(Payload):
    """What `walletOpen` answers."""

    wallet: Wallet | None = None
    """The viewer's wallet of the currency, new or not."""


@prose.input
class WalletTransferInput:
    """What to send, and to whom."""

    idempotency_key: strawberry.ID
    """1 to 255 characters of the client's choice, a UUID at best. Sent again with the same input,
    it answers the same and moves nothing; with another input it is refused."""

    wallet_id: strawberry.ID
    """Where the money comes from: one of the viewer's own wallets. An admin may name one of the
    platform's."""

    to_address: str
    """Where it goes: the address of somebody's wallet of the same currency."""

    amount: Decimal
    """How much: more than 0, with at most 8 decimals."""

    reason: str | None = None
    """What it is for, in 3 to 200 characters that both sides see."""


@prose.output
class WalletTransferPayload(Payload):
    """What `walletTransfer` answers."""

    transaction: Transaction | None = None
    """What moved."""

    wallet: Wallet | None = None
    """The wallet that it came from."""


@prose.input
class WalletMintInput:
    """What to make, and where."""

    idempotency_key: strawberry.ID
    """1 to 255 characters of the client's choice, as for `walletTransfer`."""

    wallet_id: strawberry.ID
    """Into which wallet: a person's own or the platform's."""

    amount: Decimal
    """How much: more than 0, with at most 8 decimals."""

    reason: str
    """Why; 3 to 200 characters that the owner sees."""


@prose.output
class WalletMintPayload(Payload):
    """What `walletMint` answers."""

    transaction: Transaction | None = None
    """What was made."""

    wallet: Wallet | None = None
    """The wallet that holds it now."""


@prose.input
class WalletBurnInput:
    """What to end, and where."""

    idempotency_key: strawberry.ID
    """1 to 255 characters of the client's choice, as for `walletTransfer`."""

    wallet_id: strawberry.ID
    """Out of which wallet: a person's own or the platform's."""

    amount: Decimal
    """How much: more than 0, with at most 8 decimals."""

    reason: str
    """Why; 3 to 200 characters that the owner sees."""


@prose.output
class WalletBurnPayload(Payload):
    """What `walletBurn` answers."""

    transaction: Transaction | None = None
    """What is gone."""

    wallet: Wallet | None = None
    """The wallet that held it."""


@prose.input
class WalletFreezeInput:
    """Which wallet to stop, and why."""

    wallet_id: strawberry.ID
    """The wallet: a person's own, the platform's, or one between two people."""

    reason: str
    """Why; 3 to 200 characters."""


@prose.output
class WalletFreezePayload(Payload):
    """What `walletFreeze` answers."""

    wallet: Wallet | None = None
    """The wallet, now frozen."""


@prose.input
class WalletUnfreezeInput:
    """Which wallet to let go on, and why."""

    wallet_id: strawberry.ID
    """The wallet."""

    reason: str
    """Why; 3 to 200 characters."""


@prose.output
class WalletUnfreezePayload(Payload):
    """What `walletUnfreeze` answers."""

    wallet: Wallet | None = None
    """The wallet, now in use."""
