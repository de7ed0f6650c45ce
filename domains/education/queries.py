"""Education's fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages

from .types import (
    Course,
    CourseFilter,
    CourseOrder,
    Enrollment,
    SearchResult,
    Student,
    found_by_words,
)


@prose.output
class EducationQuery:
    """Courses, and those who take them."""

    course: Course | None = by_id()
    """A course."""

    courses: Connection[Course] | None = pages(orders=CourseOrder, where=CourseFilter)
    """The courses that the viewer may see."""

    student: Student | None = by_id()
    """A student."""

    students: Connection[Student] | None = pages()
    """The students whom the viewer may see, newest first."""

    enrollment: Enrollment | None = by_id()
    """A student's place in a course."""

    search: list[SearchResult] | None = found_by_words()
    """Courses and modules that have some words, the best match first."""
