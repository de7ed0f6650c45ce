"""Statements on answers to assessments, and on what people have proved to know."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import (
    AssessmentSubmission,
    Course,
    CourseLevel,
    Enrollment,
    EnrollmentStatus,
    LearningProgress,
    Module,
    Student,
)


@dataclass(frozen=True, slots=True)
class CompletedCourse:
    """How well somebody did in a course of somebody else's."""

    enrollment_id: UUID
    level: CourseLevel
    score: Decimal | None
    """The mean of what was marked; none where nothing was."""


async def completed_course(
    session: AsyncSession, user_id: UUID, course_id: UUID
) -> CompletedCourse | None:
    """What a person made of a course that they completed and do not teach."""
    marked = (
        select(func.avg(col(LearningProgress.score)))
        .join(Module, col(Module.id) == col(LearningProgress.module_id))
        .where(
            col(LearningProgress.student_id) == col(Student.id),
            col(Module.course_id) == col(Course.id),
        )
        .correlate(Student, Course)
        .scalar_subquery()
    )
    query = (
        select(Enrollment.id, Course.level, marked)
        .join(Student, col(Student.id) == col(Enrollment.student_id))
        .join(Course, col(Course.id) == col(Enrollment.course_id))
        .where(
            Student.user_id == user_id,
            Course.id == course_id,
            Course.instructor_id != user_id,
            Enrollment.status == EnrollmentStatus.COMPLETED,
        )
    )
    found = (await session.exec(query)).first()
    if found is None:
        return None
    id, level, score = found
    return CompletedCourse(id, CourseLevel(level), score)


async def passed_submission(
    session: AsyncSession, user_id: UUID, assessment_id: UUID
) -> AssessmentSubmission | None:
    """The answers with which a person passed an assessment."""
    query = (
        select(AssessmentSubmission)
        .join(Student, col(Student.id) == col(AssessmentSubmission.student_id))
        .where(
            Student.user_id == user_id,
            AssessmentSubmission.assessment_id == assessment_id,
            col(AssessmentSubmission.passed).is_(True),
        )
    )
    return (await session.exec(query)).first()
