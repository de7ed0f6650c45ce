"""What the forge does on news of other domains."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.events import UserErased
from domains.kernel.events import subscribe
from domains.mint import public as mint

from .events import ContractCompleted
from .repository import profiles
from .service import proofs  # noqa: F401 (whoever mines asks it for the proof)


@subscribe(UserErased)
async def erase_freelancer(session: AsyncSession, event: UserErased, _entry_id: UUID) -> None:
    """Who an account belonged to is told by nothing that they offered."""
    await profiles.erase_freelancer(session, event.user_id)


@subscribe(ContractCompleted)
async def reward_work(session: AsyncSession, event: ContractCompleted, _entry_id: UUID) -> None:
    """Work is knowledge that was put to use: it is paid for once."""
    type = mint.ActivityType.JOB_COMPLETION
    await mint.mine_later(session, event.freelancer_id, type, event.contract_id)
