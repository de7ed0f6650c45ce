"""Who may see courses, and what students do in them; all of it is changed by services alone."""

from typing import Any, cast

from sqlalchemy import ColumnElement, Select, or_, select

from domains.kernel.policy import Columns, Group, ViewerTerms, group_of, protect
from domains.kernel.viewer import Role

from .models import (
    AssessmentSubmission,
    Course,
    Enrollment,
    LearningProgress,
    Module,
    Student,
    Transaction,
    Wallet,
)

STUDENTS = Student.__table__  # type: ignore[attr-defined]
COURSES = Course.__table__  # type: ignore[attr-defined]
MODULES = Module.__table__  # type: ignore[attr-defined]
ENROLLMENTS = Enrollment.__table__  # type: ignore[attr-defined]
WALLETS = Wallet.__table__  # type: ignore[attr-defined]


def is_student(student: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The row describes the viewer."""
    return cast("ColumnElement[bool]", student.user_id == viewer.user_id)


def instructs(course: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", course.instructor_id == viewer.user_id)


def _own_wallet_ids(viewer: ViewerTerms) -> Select[Any]:
    return (
        select(WALLETS.c.id)
        .join_from(WALLETS, STUDENTS, STUDENTS.c.id == WALLETS.c.student_id)
        .where(STUDENTS.c.user_id == viewer.user_id)
    )


def _enrolled_course_ids(viewer: ViewerTerms) -> Select[Any]:
    return (
        select(ENROLLMENTS.c.course_id)
        .join_from(ENROLLMENTS, STUDENTS, STUDENTS.c.id == ENROLLMENTS.c.student_id)
        .where(STUDENTS.c.user_id == viewer.user_id)
    )


def _taught_module_ids(viewer: ViewerTerms) -> Select[Any]:
    return (
        select(MODULES.c.id)
        .join_from(MODULES, COURSES, COURSES.c.id == MODULES.c.course_id)
        .where(COURSES.c.instructor_id == viewer.user_id)
    )


def _taught_student_ids(viewer: ViewerTerms) -> Select[Any]:
    return (
        select(ENROLLMENTS.c.student_id)
        .join_from(ENROLLMENTS, COURSES, COURSES.c.id == ENROLLMENTS.c.course_id)
        .where(COURSES.c.instructor_id == viewer.user_id)
    )


OWN_STUDENTS = group_of("education.viewer_student_ids", Student, is_student)
OWN_WALLETS = Group("education.viewer_wallet_ids", _own_wallet_ids)
ENROLLED_COURSES = Group("education.viewer_enrolled_course_ids", _enrolled_course_ids)
TAUGHT_COURSES = group_of("education.viewer_taught_course_ids", Course, instructs)
TAUGHT_MODULES = Group("education.viewer_taught_module_ids", _taught_module_ids)
TAUGHT_STUDENTS = Group("education.viewer_taught_student_ids", _taught_student_ids)


def belongs_to_student(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The student whom the row is about."""
    return viewer.holds(row.student_id, OWN_STUDENTS)


def sees_student(student: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Students are known to those who teach them."""
    return or_(
        viewer.is_a(Role.ADMIN),
        is_student(student, viewer),
        viewer.holds(student.id, TAUGHT_STUDENTS),
    )


def sees_course(course: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Drafts are for those who work on them, and for students whom a published course has left."""
    return or_(
        viewer.is_a(Role.ADMIN),
        course.published_at.is_not(None),
        instructs(course, viewer),
        viewer.holds(course.id, ENROLLED_COURSES),
    )


def sees_module(module: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """A module is seen with its course."""
    return or_(
        viewer.is_a(Role.ADMIN),
        module.published,
        viewer.holds(module.course_id, TAUGHT_COURSES),
        viewer.holds(module.course_id, ENROLLED_COURSES),
    )


def sees_enrollment(enrollment: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Students see their own places, educators those in their courses."""
    return or_(
        viewer.is_a(Role.ADMIN),
        belongs_to_student(enrollment, viewer),
        viewer.holds(enrollment.course_id, TAUGHT_COURSES),
    )


def sees_progress(progress: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Students see how they get on, educators how students do in their courses."""
    return or_(
        viewer.is_a(Role.ADMIN),
        belongs_to_student(progress, viewer),
        viewer.holds(progress.module_id, TAUGHT_MODULES),
    )


def sees_own_or_administers(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The student whom the row is about, and admins."""
    return or_(viewer.is_a(Role.ADMIN), belongs_to_student(row, viewer))


def sees_transaction(transaction: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The student whose wallet it is, and admins."""
    return or_(viewer.is_a(Role.ADMIN), viewer.holds(transaction.wallet_id, OWN_WALLETS))


protect(Student, visible=sees_student)
protect(Course, visible=sees_course)
protect(Module, visible=sees_module)
protect(Enrollment, visible=sees_enrollment)
protect(LearningProgress, visible=sees_progress)
protect(AssessmentSubmission, visible=sees_own_or_administers)
protect(Wallet, visible=sees_own_or_administers)
protect(Transaction, visible=sees_transaction)
