"""How courses, and those who take them, are narrowed and sorted."""

from __future__ import annotations

from enum import Enum

import strawberry

from domains.auth.types import UserFilter
from domains.education.models import CourseLevel, EnrollmentStatus
from domains.kernel import prose
from domains.kernel.read.declarations import NEWEST, ascending, descending, matching, related
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import DecimalRange, IntRange, Period, between, within
from domains.kernel.read.words import LONGEST_SEARCH, has_words
from domains.kernel.scalars import Currency

prose.enum(CourseLevel)
prose.enum(EnrollmentStatus)


@prose.input
class PriceRange(DecimalRange):
    """From one amount to another, both included; an end that is left out is open."""


@filters
class CourseFilter:
    """Which courses."""

    category: str | None = matching(lambda course, category: course.category == category)
    """Those of this field."""

    level: CourseLevel | None = matching(lambda course, level: course.level == level)
    """Those of this level."""

    levels: list[CourseLevel] | None = matching(lambda course, levels: one_of(course.level, levels))
    """Those of one of these levels."""

    price: PriceRange | None = matching(lambda course, ends: between(course.price, ends))
    """Those that cost so much."""

    free: bool | None = matching(
        lambda course, free: course.price == 0 if free else course.price > 0
    )
    """Those that cost nothing; if false, those that do."""

    currency: Currency | None = matching(lambda course, currency: course.currency == currency)
    """Those whose price is in this currency."""

    published_at: Period | None = matching(
        lambda course, period: within(course.published_at, period)
    )
    """Those that everybody could see first at such a time; no drafts."""

    duration_hours: IntRange | None = matching(
        lambda course, ends: between(course.duration_hours, ends)
    )
    """Those that take so many hours, about."""

    search: str | None = matching(
        lambda course, text: has_words(course.search, text), longest=LONGEST_SEARCH
    )
    """Those that have these words; also `"a phrase"`, `or`, and `-` before a word to leave out."""

    instructor_id: strawberry.ID | None = matching(
        lambda course, id: course.instructor_id == id, id_of="User"
    )
    """Those taught by this person."""

    instructor: UserFilter | None = related(here="instructor_id")
    """Those taught by such a person."""

    modules: ModuleFilter | None = related(there="course_id")
    """Those with such a module, among the modules that the viewer may see."""

    enrollments: EnrollmentFilter | None = related(there="course_id")
    """Those in which somebody has such a place, among the places that the viewer may see."""


@filters
class ModuleFilter:
    """Which modules."""

    search: str | None = matching(
        lambda module, text: has_words(module.title, text), longest=LONGEST_SEARCH
    )
    """Those whose title has these words; also `"a phrase"`, `or`, and `-` before a word to leave
    out."""

    course: CourseFilter | None = related(here="course_id")
    """Those of such a course."""


@filters
class EnrollmentFilter:
    """Which enrolments."""

    status: EnrollmentStatus | None = matching(lambda place, status: place.status == status)
    """Those in this state."""

    course: CourseFilter | None = related(here="course_id")
    """Those in such a course, among the courses that the viewer may see."""

    student: StudentFilter | None = related(here="student_id")
    """Those of such a student, among the students whom the viewer may see."""


@filters
class StudentFilter:
    """Which students."""

    user: UserFilter | None = related(here="user_id")
    """Those with such an account."""

    enrollments: EnrollmentFilter | None = related(there="student_id")
    """Those with such a place in a course, among the places that the viewer may see."""


@prose.enum
class CourseOrder(Enum):
    """How courses are sorted."""

    NEWEST = NEWEST
    """The latest begun first."""

    TITLE = ascending("title")
    """By title, from A."""

    PRICE = ascending("price")
    """The cheapest first."""

    PRICE_DESC = descending("price")
    """The dearest first."""


@prose.enum
class EnrollmentOrder(Enum):
    """How enrolments are sorted."""

    NEWEST = NEWEST
    """The latest first."""

    OLDEST = ascending("id")
    """The earliest first."""
