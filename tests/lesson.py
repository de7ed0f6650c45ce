"""A small class of students, for tests of reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains.auth.models import User
from domains.education.models import Course, Module, Student
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from tests.makers import a_course, a_student, a_user, an_enrollment, viewer


@dataclass(frozen=True, slots=True)
class Class:
    """A student in a published course of two modules, and another in a course not yet published."""

    course: Course
    modules: Sequence[Module]
    hidden: Course
    user: User
    other_user: User
    student: Student

    @property
    def viewer(self) -> Viewer:
        return viewer(self.user)


async def a_class(database: Database) -> Class:
    course, modules = await a_course(database, title="Reading")
    hidden, _ = await a_course(database, published=False)
    user, other = await a_user(database), await a_user(database)
    student = await a_student(database, user)
    await an_enrollment(database, student, course)
    await an_enrollment(database, await a_student(database, other), course)
    return Class(course, modules, hidden, user, other, student)
