"""The mint's fields of `Subscription`."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import key_of, keyed

from .service import watching
from .types import Wallet

WalletId = Annotated[strawberry.ID, strawberry.argument(description="One that the viewer may see.")]


@prose.output
class MintSubscription:
    """Money, as it moves."""

    @strawberry.subscription
    async def wallet_changed(self, info: Info, wallet_id: WalletId) -> AsyncIterator[Wallet | None]:
        """A wallet as it is, each time that its money or its status has changed.

        What changed it stands first in its `transactions`. Changes that come faster than they are
        read are told as one, the last. Ends with the viewer's session. Subscribe first, and then
        read: what changes after that is told.
        """
        id = key_of("Wallet", wallet_id)
        await info.context.transaction(watching.check_sight, id)
        wallet: Wallet | None = keyed("Wallet", id)
        return await info.context.watch(watching.WALLETS, id, wallet)
