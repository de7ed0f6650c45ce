"""What people are told on news of other domains. An event told twice notifies once."""

import hashlib
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.events import SignUpRepeated, UserSignedUp
from domains.education import public as education
from domains.education.events import CourseCompleted, StudentEnrolled
from domains.kernel.events import subscribe

from . import service
from .models import Notification, NotificationType

VARIANT = 0b10 << 62


def notification_id(entry_id: UUID, user_id: UUID) -> UUID:
    """The same for the same event and person, and ordered by time as the event is."""
    told = hashlib.sha256(entry_id.bytes + user_id.bytes).digest()
    low = int.from_bytes(told[:8]) & (2**62 - 1) | VARIANT
    return UUID(int=entry_id.int >> 64 << 64 | low)


async def tell(
    session: AsyncSession,
    entry_id: UUID,
    user_id: UUID,
    title: str,
    message: str,
    type: NotificationType = NotificationType.INFO,
) -> None:
    id = notification_id(entry_id, user_id)
    notification = Notification(id=id, user_id=user_id, title=title, message=message, type=type)
    await service.tell(session, notification)


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


@subscribe(StudentEnrolled)
async def confirm_enrollment(session: AsyncSession, event: StudentEnrolled, entry_id: UUID) -> None:
    course = await education.course_title(session, event.course_id)
    title, message = "You are enrolled", f"You have a place in “{course}”."
    await tell(session, entry_id, event.user_id, title, message, NotificationType.SUCCESS)


@subscribe(CourseCompleted)
async def congratulate(session: AsyncSession, event: CourseCompleted, entry_id: UUID) -> None:
    course = await education.course_title(session, event.course_id)
    title, message = "Course completed", f"You have completed “{course}”."
    await tell(session, entry_id, event.user_id, title, message, NotificationType.SUCCESS)
