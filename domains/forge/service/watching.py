"""Who may watch a contract, and when it has changed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import signed_in
from domains.forge.repository import states
from domains.kernel.refusal import BadInput
from domains.kernel.viewer import Viewer
from domains.kernel.watching import Watched


async def _states(
    session: AsyncSession, _viewer: Viewer, ids: Sequence[UUID]
) -> Mapping[UUID, str]:
    return await states.contract_states(session, ids)


CONTRACTS = Watched("contracts", _states)


async def check_sight(session: AsyncSession, viewer: Viewer, id: UUID) -> None:
    """Go on only for somebody who may see the contract; for others there is none."""
    signed_in(viewer)
    if not await states.is_visible(session, id):
        raise BadInput("There is no such contract.")
