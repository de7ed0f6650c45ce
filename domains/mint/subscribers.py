"""What the mint does on news of other domains."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.events import UserSignedUp
from domains.kernel.events import subscribe

from . import public


@subscribe(UserSignedUp)
async def open_wallet(session: AsyncSession, event: UserSignedUp, _entry_id: UUID) -> None:
    """Everybody has a wallet."""
    await public.open_wallet(session, event.user_id)
