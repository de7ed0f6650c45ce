"""The mutations of wallets."""

from domains.auth.public import ReasonInvalid
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM
from domains.mint import errors
from domains.mint.service import issuing, transfers, wallets
from domains.mint.service.orders import Order
from domains.mint.types.wallets import (
    WalletBurnInput,
    WalletBurnPayload,
    WalletFreezeInput,
    WalletFreezePayload,
    WalletMintInput,
    WalletMintPayload,
    WalletOpenInput,
    WalletOpenPayload,
    WalletTransferInput,
    WalletTransferPayload,
    WalletUnfreezeInput,
    WalletUnfreezePayload,
)

ORDERS = [
    errors.AmountInvalid,
    errors.IdempotencyConflict,
    errors.IdempotencyKeyInvalid,
    errors.WalletNotActive,
    errors.WalletNotFound,
    ReasonInvalid,
]
"""Why any order to move money may be refused."""


def _order(input: WalletTransferInput | WalletMintInput | WalletBurnInput) -> Order:
    wallet_id = key_of("Wallet", input.wallet_id)
    return Order(input.idempotency_key, wallet_id, input.amount, input.reason)


@prose.output
class WalletMutation:
    """Opening wallets, sending money, and what admins do to both.

    All but opening want a proof of who one is from the last minutes, or are refused with
    `STEP_UP_REQUIRED`.
    """

    @mutation(refuses=[])
    async def wallet_open(self, info: Info, input: WalletOpenInput) -> WalletOpenPayload | None:
        """Open a wallet of a currency; who has one gets that one."""
        context = info.context
        opened = await context.database.transaction(
            SYSTEM, wallets.open_own, context.viewer, input.currency
        )
        return WalletOpenPayload(wallet=keyed("Wallet", opened))

    @mutation(
        refuses=[*ORDERS, errors.CurrencyMismatch, errors.InsufficientFunds, errors.SameWallet]
    )
    async def wallet_transfer(
        self, info: Info, input: WalletTransferInput
    ) -> WalletTransferPayload | None:
        """Send money to somebody whose address one knows, at once and for good.

        What is refused moves nothing and leaves its key unused. If no answer comes, the same
        request can be sent again until one does: the money moves once.
        """
        order, context = _order(input), info.context
        moved = await transfers.transfer(context.database, context.viewer, order, input.to_address)
        return WalletTransferPayload(
            transaction=keyed("Transaction", moved), wallet=keyed("Wallet", order.wallet_id)
        )

    @mutation(refuses=[*ORDERS, errors.SupplyExhausted])
    async def wallet_mint(self, info: Info, input: WalletMintInput) -> WalletMintPayload | None:
        """Make money in a wallet, as an admin. There is never more than 1000000000 AZR."""
        order, context = _order(input), info.context
        made = await context.database.transaction(
            SYSTEM, issuing.mint, context.client, context.viewer, order
        )
        return WalletMintPayload(
            transaction=keyed("Transaction", made), wallet=keyed("Wallet", order.wallet_id)
        )

    @mutation(refuses=[*ORDERS, errors.InsufficientFunds])
    async def wallet_burn(self, info: Info, input: WalletBurnInput) -> WalletBurnPayload | None:
        """End money of a wallet, as an admin."""
        order, context = _order(input), info.context
        ended = await context.database.transaction(
            SYSTEM, issuing.burn, context.client, context.viewer, order
        )
        return WalletBurnPayload(
            transaction=keyed("Transaction", ended), wallet=keyed("Wallet", order.wallet_id)
        )

    @mutation(refuses=[errors.WalletNotActive, errors.WalletNotFound, ReasonInvalid])
    async def wallet_freeze(
        self, info: Info, input: WalletFreezeInput
    ) -> WalletFreezePayload | None:
        """Let nothing in or out of a wallet for now, as an admin."""
        id, context = key_of("Wallet", input.wallet_id), info.context
        await context.database.transaction(
            SYSTEM, wallets.freeze, context.client, context.viewer, id, input.reason
        )
        return WalletFreezePayload(wallet=keyed("Wallet", id))

    @mutation(refuses=[errors.WalletNotActive, errors.WalletNotFound, ReasonInvalid])
    async def wallet_unfreeze(
        self, info: Info, input: WalletUnfreezeInput
    ) -> WalletUnfreezePayload | None:
        """Let a frozen wallet be used again, as an admin."""
        id, context = key_of("Wallet", input.wallet_id), info.context
        await context.database.transaction(
            SYSTEM, wallets.unfreeze, context.client, context.viewer, id, input.reason
        )
        return WalletUnfreezePayload(wallet=keyed("Wallet", id))
