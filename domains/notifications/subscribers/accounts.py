"""What people are told of their accounts."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.events import SignUpRepeated, UserSignedUp
from domains.kernel.events import subscribe
from domains.notifications.models import NotificationType

from .telling import tell


@subscribe(UserSignedUp)
async def welcome(session: AsyncSession, event: UserSignedUp, entry_id: UUID) -> None:
    title, message = "Welcome to Azora", "Your account is ready. Find your first course."
    await tell(session, entry_id, event.user_id, title, message)


@subscribe(SignUpRepeated)
async def warn_of_sign_up(session: AsyncSession, event: SignUpRepeated, entry_id: UUID) -> None:
    """The one who tried is not told that the address has an account; its owner is."""
    title = "Somebody tried to sign up with your address"
    message = "If that was you, sign in instead: you have an account already."
    await tell(session, entry_id, event.user_id, title, message, NotificationType.WARNING)
