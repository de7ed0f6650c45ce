"""The rules of taking a course, and of giving it up."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import stays, themselves
from domains.education.errors.courses import CourseNotFound
from domains.education.errors.learning import (
    AlreadyEnrolled,
    EnrollmentEnded,
    EnrollmentNotFound,
    OwnCourse,
    PriceChanged,
)
from domains.education.events import StudentDropped, StudentEnrolled
from domains.education.models import Course, Enrollment, EnrollmentStatus, TransactionType
from domains.education.repository import courses
from domains.education.repository import enrollments as repository
from domains.education.repository.students import Learner
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.once import once
from domains.kernel.refusal import Refused
from domains.kernel.scalars import Money, decimal_text
from domains.kernel.viewer import Viewer
from domains.mint import public as mint

from . import payments
from .learning import advance
from .payments import Deal
from .students import learner


@dataclass(frozen=True, slots=True)
class Asked:
    """By whom, and from where, something was asked for."""

    client: Client
    viewer: Viewer
    key: str


async def enroll(
    session: AsyncSession,
    _system: Viewer,
    asked: Asked,
    course_id: UUID,
    maximum: Decimal | None = None,
) -> UUID:
    """Give the viewer a place in a course and its educator what it costs, or neither of them."""
    if maximum is not None and maximum < 0:
        raise Refused(mint.AmountInvalid(path=["input", "maximumPrice"]))
    most = None if maximum is None else decimal_text(maximum)
    work = partial(_enroll, session, asked, course_id, maximum)
    user_id = themselves(asked.viewer)
    return await once(session, user_id, asked.key, ("courseEnroll", course_id, most), work)


async def _enroll(
    session: AsyncSession, asked: Asked, course_id: UUID, maximum: Decimal | None
) -> UUID:
    student = await learner(session, asked.viewer)
    course = await _open_course(session, student, course_id)
    place, costs = await _take(session, student, course)
    if costs:
        _check_price(place, maximum)
    emit(
        session,
        StudentEnrolled(enrollment_id=place.id, course_id=course.id, user_id=student.user_id),
    )
    await advance(session, course.id, place.id)
    if costs:
        await payments.pay(session, Deal(asked.client, asked.viewer, student, course, place))
    return place.id


def _check_price(place: Enrollment, maximum: Decimal | None) -> None:
    """Refuse to have somebody pay more than they are ready to."""
    if maximum is not None and place.price > maximum:
        price = Money(amount=place.price, currency=place.currency)
        raise Refused(PriceChanged(path=["input", "maximumPrice"], price=price))


async def _open_course(session: AsyncSession, student: Learner, course_id: UUID) -> Course:
    """A course that the student may take; its price stays until the end."""
    path = ["input", "courseId"]
    teacher_id = await courses.instructor_of(session, course_id)
    if teacher_id is None or not await stays(session, teacher_id):
        raise Refused(CourseNotFound(path=path))
    course = await courses.hold_course(session, course_id)
    if course is None or course.published_at is None:
        raise Refused(CourseNotFound(path=path))
    if course.instructor_id == student.user_id:
        raise Refused(OwnCourse(path=path))
    return course


async def _take(session: AsyncSession, student: Learner, course: Course) -> tuple[Enrollment, bool]:
    """The student's place, and whether it has to be paid for."""
    place = await repository.take(session, student.student_id, course)
    if place is not None:
        return place, place.price > 0
    place = await repository.lock_place(session, student.student_id, course.id)
    if place is None:
        raise RuntimeError("a place was refused for one that is not there")
    if place.status is not EnrollmentStatus.DROPPED:
        raise Refused(AlreadyEnrolled(path=["input", "courseId"], enrollment_id=place.id))
    still_paid = await payments.stands(session, place)
    place.status = EnrollmentStatus.ACTIVE
    if not still_paid:
        _take_anew(place, course)
    return place, place.price > 0 and not still_paid


def _take_anew(place: Enrollment, course: Course) -> None:
    if place.price or course.price:
        # It tells payments apart.
        place.attempt += 1
    place.price, place.currency = course.price, course.currency
    place.enrolled_at = now()


async def drop(
    session: AsyncSession,
    _system: Viewer,
    asked: Asked,
    enrollment_id: UUID,
    *,
    without_refund: bool,
) -> UUID:
    """Give up the viewer's place in a course, and have them paid back where the rules say so."""
    request = ("enrollmentDrop", enrollment_id, without_refund)
    work = partial(_drop, session, asked, enrollment_id, without_refund=without_refund)
    return await once(session, themselves(asked.viewer), asked.key, request, work)


async def _drop(
    session: AsyncSession, asked: Asked, enrollment_id: UUID, *, without_refund: bool
) -> UUID:
    student = await learner(session, asked.viewer)
    place = await _active_place(session, student, enrollment_id)
    course = await courses.course(session, place.course_id)
    if course is None:
        raise RuntimeError("a place is in a course that is not there")
    payment = None
    if not without_refund and (payment := await _payment(session, place)):
        payments.check_refund(place)
    place.status = EnrollmentStatus.DROPPED
    if payment is not None:
        deal = Deal(asked.client, asked.viewer, student, course, place)
        await payments.refund(session, deal, payment)
    emit(
        session,
        StudentDropped(enrollment_id=place.id, course_id=course.id, user_id=student.user_id),
    )
    return place.id


async def _payment(session: AsyncSession, place: Enrollment) -> UUID | None:
    told = await repository.told(session, place, TransactionType.PAYMENT)
    return told.mint_transaction_id if told else None


async def _active_place(session: AsyncSession, student: Learner, enrollment_id: UUID) -> Enrollment:
    path = ["input", "enrollmentId"]
    place = await repository.lock_own_place(session, student.student_id, enrollment_id)
    if place is None:
        raise Refused(EnrollmentNotFound(path=path))
    if place.status is not EnrollmentStatus.ACTIVE:
        raise Refused(EnrollmentEnded(path=path, status=place.status))
    return place
