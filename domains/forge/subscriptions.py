"""The forge's fields of `Subscription`."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import key_of, keyed

from .service import watching
from .types import Contract

ContractId = Annotated[
    strawberry.ID, strawberry.argument(description="One that the viewer may see.")
]


@prose.output
class ForgeSubscription:
    """Work, as it goes on."""

    @strawberry.subscription
    async def contract_changed(
        self, info: Info, contract_id: ContractId
    ) -> AsyncIterator[Contract | None]:
        """A contract as it is, each time that it, a milestone or a dispute of it has changed.

        Changes that come faster than they are read are told as one, the last. Ends with the
        viewer's session. Subscribe first, and then read: what changes after that is told.
        """
        id = key_of("Contract", contract_id)
        await info.context.transaction(watching.check_sight, id)
        contract: Contract | None = keyed("Contract", id)
        return await info.context.watch(watching.CONTRACTS, id, contract)
