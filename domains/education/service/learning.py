"""The rules of progress: it only grows, and the last module completes the course."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.errors.courses import ModuleNotFound
from domains.education.errors.learning import MinutesInvalid, NotEnrolled, ProgressInvalid
from domains.education.events import CourseCompleted
from domains.education.models import Course, Enrollment, EnrollmentStatus
from domains.education.repository import courses, enrollments
from domains.education.repository import progress as repository
from domains.education.repository.progress import WHOLE
from domains.education.repository.students import Learner
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from .students import learner

MOST_MINUTES = 1440
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Progressed:
    """What a student's word about a module has changed."""

    progress_id: UUID
    enrollment_id: UUID


async def complete_module(
    session: AsyncSession, _system: Viewer, viewer: Viewer, module_id: UUID, minutes: int
) -> Progressed:
    """Note a module as done, and what that makes of the course."""
    _check_minutes(minutes)
    student = await learner(session, viewer)
    place = await _place(session, student, module_id)
    id = await repository.complete(session, student.student_id, module_id, minutes)
    return await _progressed(session, place, id)


async def note_progress(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    module_id: UUID,
    percent: Decimal,
    minutes: int,
) -> Progressed:
    """Note how far a module is done, which it cannot be altogether in this way."""
    _check_minutes(minutes)
    if not 0 <= percent < WHOLE:
        raise Refused(ProgressInvalid(path=["input", "progress"]))
    student = await learner(session, viewer)
    place = await _place(session, student, module_id)
    kept = percent.quantize(CENT, ROUND_DOWN)
    id = await repository.progress(session, student.student_id, module_id, minutes, kept)
    return await _progressed(session, place, id)


async def advance(
    session: AsyncSession, course_id: UUID, enrollment_id: UUID | None = None
) -> None:
    """Bring the progress of a course's students, or of one of them, up to date."""
    for done in await repository.advance(session, course_id, enrollment_id):
        emit(
            session,
            CourseCompleted(
                enrollment_id=done.enrollment_id, course_id=course_id, user_id=done.user_id
            ),
        )


def _check_minutes(minutes: int) -> None:
    if not 0 <= minutes <= MOST_MINUTES:
        raise Refused(MinutesInvalid(path=["input", "minutesSpent"], maximum=MOST_MINUTES))


async def _progressed(session: AsyncSession, place: Enrollment, progress_id: UUID) -> Progressed:
    await advance(session, place.course_id, place.id)
    return Progressed(progress_id, place.id)


async def _place(session: AsyncSession, student: Learner, module_id: UUID) -> Enrollment:
    """The student's place in the module's course; both stay as they are until the end."""
    path = ["input", "moduleId"]
    course = await _course(session, module_id)
    if course is None:
        raise Refused(ModuleNotFound(path=path))
    place = await enrollments.lock_place(session, student.student_id, course.id)
    teaches = course.instructor_id == student.user_id
    if place is None and not (course.published_at or teaches):
        raise Refused(ModuleNotFound(path=path))
    if place is None or place.status is EnrollmentStatus.DROPPED:
        raise Refused(NotEnrolled(path=path))
    return place


async def _course(session: AsyncSession, module_id: UUID) -> Course | None:
    """The course of a module, which nobody takes out of it meanwhile."""
    course_id = await courses.course_id_of(session, module_id)
    course = await courses.hold_course(session, course_id) if course_id else None
    there = course and await courses.course_id_of(session, module_id)
    return course if there else None
