"""What education does on news of other domains."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.auth.events import UserEmailChanged, UserErased, UserSignedUp
from domains.kernel.events import subscribe
from domains.kernel.viewer import Role

from . import service


@subscribe(UserSignedUp)
async def register_student(session: AsyncSession, event: UserSignedUp, _entry_id: UUID) -> None:
    """Who signs up as a student can take courses."""
    person = await auth.person(session, event.user_id)
    if person is not None and person.role is Role.STUDENT:
        await service.register(session, person)


@subscribe(UserEmailChanged)
async def follow_email(session: AsyncSession, event: UserEmailChanged, _entry_id: UUID) -> None:
    """A student's address is that of their account."""
    person = await auth.person(session, event.user_id)
    if person is not None:
        await service.change_email(session, person)


@subscribe(UserErased)
async def erase_student(session: AsyncSession, event: UserErased, _entry_id: UUID) -> None:
    """What a student learned stays, and is nobody's."""
    await service.erase(session, event.user_id)
