"""What the mint does on news of other domains, and on its own."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.events import UserErased, UserSignedUp
from domains.kernel.events import subscribe

from . import public
from .events import MoneyTransferred
from .service import close_for_good, note_transfer


@subscribe(UserSignedUp)
async def open_wallet(session: AsyncSession, event: UserSignedUp, _entry_id: UUID) -> None:
    """Everybody has a wallet."""
    await public.open_wallet(session, event.user_id)


@subscribe(UserErased)
async def close_wallets(session: AsyncSession, event: UserErased, _entry_id: UUID) -> None:
    """Nobody's wallets are of no use."""
    await close_for_good(session, event.user_id)


@subscribe(MoneyTransferred)
async def note_it(session: AsyncSession, event: MoneyTransferred, _entry_id: UUID) -> None:
    """Who sent what is written down afterwards, so that sending takes one statement."""
    await note_transfer(session, event)
