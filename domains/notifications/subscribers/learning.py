"""What students and educators are told of courses."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education import public as education
from domains.education.events import (
    AssessmentPassed,
    CourseCompleted,
    CoursePublished,
    CoursePurchased,
    CourseRefunded,
    StudentDropped,
    StudentEnrolled,
)
from domains.kernel.events import subscribe
from domains.mint import public as mint
from domains.notifications.models import NotificationType

from .telling import money, tell

GOOD = NotificationType.SUCCESS


@subscribe(StudentEnrolled)
async def confirm_enrollment(session: AsyncSession, event: StudentEnrolled, entry_id: UUID) -> None:
    course = await education.course_title(session, event.course_id)
    title, message = "You are enrolled", f"You have a place in “{course}”."
    await tell(session, entry_id, event.user_id, title, message, GOOD)


@subscribe(CoursePurchased)
async def tell_of_purchase(session: AsyncSession, event: CoursePurchased, entry_id: UUID) -> None:
    """The educator finds who it was among the students of the course."""
    course, price = await _paid(session, event)
    message = f"You paid {price} for {course}."
    await tell(session, entry_id, event.user_id, "Receipt", message)
    message = f"A student has paid {price} for {course}."
    await _tell_educator(session, entry_id, event.course_id, "Your course was bought", message)


@subscribe(CourseRefunded)
async def tell_of_refund(session: AsyncSession, event: CourseRefunded, entry_id: UUID) -> None:
    course, price = await _paid(session, event)
    message = f"You got {price} back for {course}."
    await tell(session, entry_id, event.user_id, "You were paid back", message, GOOD)
    message = f"{price} for {course} went back to a student who gave it up."
    await _tell_educator(session, entry_id, event.course_id, "A course was paid back", message)


@subscribe(StudentDropped)
async def tell_of_loss(session: AsyncSession, event: StudentDropped, entry_id: UUID) -> None:
    course = await education.course_title(session, event.course_id)
    message = f"A student has given up “{course}”."
    await _tell_educator(session, entry_id, event.course_id, "A student has left", message)


@subscribe(CourseCompleted)
async def congratulate(session: AsyncSession, event: CourseCompleted, entry_id: UUID) -> None:
    course = await education.course_title(session, event.course_id)
    title, message = "Course completed", f"You have completed “{course}”."
    await tell(session, entry_id, event.user_id, title, message, GOOD)


@subscribe(CoursePublished)
async def confirm_publication(
    session: AsyncSession, event: CoursePublished, entry_id: UUID
) -> None:
    course = await education.course_title(session, event.course_id)
    message = f"Everybody can find “{course}” now."
    await tell(session, entry_id, event.user_id, "Your course is published", message, GOOD)


@subscribe(AssessmentPassed)
async def tell_of_success(session: AsyncSession, event: AssessmentPassed, entry_id: UUID) -> None:
    message = "You have passed an assessment."
    await tell(session, entry_id, event.user_id, "Assessment passed", message, GOOD)


async def _paid(session: AsyncSession, event: CoursePurchased | CourseRefunded) -> tuple[str, str]:
    """For what, and how much."""
    payment = await mint.payment(session, event.transaction_id)
    course = await education.course_title(session, event.course_id)
    return f"“{course}”", money(payment.amount, payment.currency)


async def _tell_educator(
    session: AsyncSession, entry_id: UUID, course_id: UUID, title: str, message: str
) -> None:
    educator_id = await education.instructor_of(session, course_id)
    if educator_id is not None:
        await tell(session, entry_id, educator_id, title, message)
