"""Education's fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages
from domains.kernel.stats import stats_of

from .types import (
    Course,
    CourseFilter,
    CourseGrouping,
    CourseOrder,
    CourseStats,
    Enrollment,
    EnrollmentFilter,
    EnrollmentOrder,
    LearningGrouping,
    LearningStats,
    Module,
    ModuleFilter,
    SearchResult,
    Student,
    StudentFilter,
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

    students: Connection[Student] | None = pages(where=StudentFilter)
    """The students whom the viewer may see, newest first."""

    enrollment: Enrollment | None = by_id()
    """A student's place in a course."""

    enrollments: Connection[Enrollment] | None = pages(
        orders=EnrollmentOrder, where=EnrollmentFilter
    )
    """The places in courses that the viewer may see: one's own, and those of one's students."""

    module: Module | None = by_id()
    """A chapter of a course."""

    modules: Connection[Module] | None = pages(where=ModuleFilter)
    """The chapters that the viewer may see, newest first."""

    course_stats: list[CourseStats] | None = stats_of(by=CourseGrouping, where=CourseFilter)
    """The courses that the viewer may see, counted in groups; none where no course is."""

    learning_stats: list[LearningStats] | None = stats_of(
        by=LearningGrouping, where=EnrollmentFilter
    )
    """The places in courses that the viewer may see, counted in groups; none where no place is."""

    search: list[SearchResult] | None = found_by_words()
    """Courses and modules that have some words, the best match first."""
