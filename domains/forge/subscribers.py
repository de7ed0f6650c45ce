"""What the forge does on news of other domains."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.events import UserErased
from domains.kernel.events import subscribe

from . import repository


@subscribe(UserErased)
async def erase_freelancer(session: AsyncSession, event: UserErased, _entry_id: UUID) -> None:
    """Who an account belonged to is told by nothing that they offered."""
    await repository.erase_freelancer(session, event.user_id)
