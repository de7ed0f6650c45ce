"""Education's fields of `Query`."""

from decimal import Decimal
from typing import Annotated

import strawberry

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import Connection, key_of, keyed
from domains.kernel.read.declarations import by_id, pages
from domains.kernel.scalars import Money
from domains.kernel.stats import stats_of
from domains.kernel.viewer import SYSTEM

from .repository.earnings import Earned
from .service.earnings import MOST_COURSES, earned
from .types import (
    Course,
    CourseEarnings,
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

    @strawberry.field
    async def educator_earnings(
        self,
        info: Info,
        educator_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="Who teaches; the viewer if left out. Admins name all."
            ),
        ] = None,
        first: Annotated[
            int, strawberry.argument(description=f"At most so many, up to {MOST_COURSES}.")
        ] = 50,
    ) -> list[CourseEarnings] | None:
        """What courses that were paid for have brought in to who teaches them, the latest first."""
        context = info.context
        id = key_of("User", educator_id) if educator_id else None
        found = await context.database.transaction(SYSTEM, earned, context.viewer, id, first)
        return [_shown(each) for each in found]


def _shown(found: Earned) -> CourseEarnings:
    def money(amount: Decimal) -> Money:
        return Money(amount=amount, currency=found.currency)

    return CourseEarnings(
        course=keyed("Course", found.course_id),
        payments=found.payments,
        refunds=found.refunds,
        gross=money(found.gross),
        refunded=money(found.refunded),
        net=money(found.gross - found.refunded),
    )
