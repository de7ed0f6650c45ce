"""The rules of taking courses."""

from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Person, signed_in
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.scalars import Money
from domains.kernel.viewer import Viewer
from domains.mint import public as mint

from . import repository
from .errors import (
    AlreadyEnrolled,
    CourseNotFound,
    MinutesInvalid,
    ModuleNotFound,
    NotAStudent,
    NotEnrolled,
    PaymentRequired,
)
from .events import CourseCompleted, StudentEnrolled
from .models import Course, Enrollment, EnrollmentStatus, Student
from .repository import WHOLE

MOST_MINUTES = 1440
CENT = Decimal("0.01")


async def register(session: AsyncSession, person: Person) -> None:
    """Make a person a student, whose money is in their wallet; again changes nothing."""
    first, _, last = person.name.rpartition(" ")
    student = Student(
        user_id=person.id, first_name=first or last, last_name=last, email=person.email
    )
    if await repository.add_student(session, student):
        repository.add_wallet(session, student.id, await mint.open_wallet(session, person.id))


async def change_email(session: AsyncSession, person: Person) -> None:
    """Keep a student's address as their account has it."""
    await repository.change_student(session, person.id, email=person.email)


async def erase(session: AsyncSession, user_id: UUID) -> None:
    """Forget who a student was; doing it again changes nothing."""
    nobody = {"first_name": "Erased", "last_name": "person", "date_of_birth": None}
    address = f"{user_id.hex}@erased.invalid"
    await repository.change_student(session, user_id, email=address, **nobody)


async def enroll(session: AsyncSession, viewer: Viewer, course_id: UUID) -> UUID:
    """Give the viewer a place in a free course."""
    student_id = await _student_id(session, viewer)
    course = await _free_course(session, course_id)
    enrollment_id = await repository.enroll(session, student_id, course.id)
    if enrollment_id is None:
        raise await _already_enrolled(session, student_id, course.id)
    emit(
        session,
        StudentEnrolled(
            enrollment_id=enrollment_id, course_id=course.id, user_id=signed_in(viewer)
        ),
    )
    return enrollment_id


async def _student_id(session: AsyncSession, viewer: Viewer) -> UUID:
    found = await repository.student_id_of(session, signed_in(viewer))
    if found is None:
        raise Refused(NotAStudent())
    return found


async def _free_course(session: AsyncSession, course_id: UUID) -> Course:
    path = ["input", "courseId"]
    course = await repository.published_course(session, course_id)
    if course is None:
        raise Refused(CourseNotFound(path=path))
    if course.price > 0:
        price = Money(amount=course.price, currency=course.currency)
        raise Refused(PaymentRequired(path=path, price=price))
    return course


async def _already_enrolled(session: AsyncSession, student_id: UUID, course_id: UUID) -> Refused:
    there = await repository.enrollment(session, student_id, course_id)
    if there is None:
        raise RuntimeError("a place was refused for one that is not there")
    return Refused(AlreadyEnrolled(path=["input", "courseId"], enrollment_id=there.id))


async def complete_module(
    session: AsyncSession, viewer: Viewer, module_id: UUID, minutes: int
) -> tuple[UUID, UUID]:
    """Note a module as done, and what that makes of the course; answers with both keys."""
    if not 0 <= minutes <= MOST_MINUTES:
        raise Refused(MinutesInvalid(path=["input", "minutesSpent"], maximum=MOST_MINUTES))
    student_id = await _student_id(session, viewer)
    module = await repository.module(session, module_id)
    if module is None:
        raise Refused(ModuleNotFound(path=["input", "moduleId"]))
    enrollment = await repository.locked_enrollment(session, student_id, module.course_id)
    if enrollment is None:
        raise Refused(NotEnrolled(path=["input", "moduleId"]))
    progress_id = await repository.complete_module(session, student_id, module_id, minutes)
    modules, total = await repository.progress_in(session, enrollment)
    if _advance(enrollment, modules, total):
        _tell_completed(session, viewer, enrollment)
    return progress_id, enrollment.id


def _advance(enrollment: Enrollment, modules: int, total: Decimal) -> bool:
    """Set a place's progress to the mean of its modules'; says whether that completes it.

    One that was complete before stays as it is, even if its course has grown since.
    """
    if enrollment.status is not EnrollmentStatus.ACTIVE:
        return False
    complete = total == WHOLE * modules
    mean = (total / modules).quantize(CENT)
    enrollment.progress = WHOLE if complete else min(mean, WHOLE - CENT)
    if complete:
        enrollment.status = EnrollmentStatus.COMPLETED
        enrollment.completed_at = now()
    return complete


def _tell_completed(session: AsyncSession, viewer: Viewer, enrollment: Enrollment) -> None:
    emit(
        session,
        CourseCompleted(
            enrollment_id=enrollment.id,
            course_id=enrollment.course_id,
            user_id=signed_in(viewer),
        ),
    )
