"""Every statement of a write on the namespace `forge`."""

from uuid import UUID

from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .models import SkillProfile

NOBODY = "Erased person"


async def erase_freelancer(session: AsyncSession, user_id: UUID) -> None:
    """Forget under which name somebody offered work; what they earned stays."""
    mine = col(SkillProfile.user_id) == user_id
    await session.exec(update(SkillProfile).where(mine).values(name=NOBODY, headline=None))
