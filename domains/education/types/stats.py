"""Figures of courses and of those who take them."""

from __future__ import annotations

from datetime import date
from enum import Enum

from domains.auth.types import User
from domains.education import models
from domains.education.models import CourseLevel, EnrollmentStatus
from domains.kernel import prose
from domains.kernel.scalars import Currency
from domains.kernel.stats import (
    DecimalFigures,
    IntFigures,
    always,
    by,
    by_day,
    by_month,
    by_week,
    figures,
    group,
    row_count,
    stats,
    stats_of,
)

from .filters import EnrollmentFilter
from .nodes import Course, Student


@prose.enum
class CourseGrouping(Enum):
    """By what courses are grouped."""

    CATEGORY = by("category")
    """The field that they belong to."""

    LEVEL = by("level")
    """What they expect of those who take them."""

    INSTRUCTOR = by("instructor")
    """The person who teaches them."""

    DAY = by_day("published_on")
    """The day on which they were published."""

    WEEK = by_week("published_on")
    """The week, from Monday, in which they were published."""

    MONTH = by_month("published_on")
    """The month in which they were published."""


@stats(models.Course)
@prose.output
class CourseStats:
    """A group of courses in one currency, of at least one course."""

    category: str | None = group("category")
    """Their field; null unless they are grouped by it."""

    level: CourseLevel | None = group("level")
    """Their level; null unless they are grouped by it."""

    instructor: User | None = group("instructor_id")
    """Who teaches them; null unless they are grouped by it."""

    published_on: date | None = group("published_at")
    """The first day of the period in which they were published; null for drafts, and unless they
    are grouped by day, week or month."""

    currency: Currency = always("currency")
    """What their prices are counted in; courses of two currencies are never in one group."""

    count: int = row_count()
    """How many they are."""

    price: DecimalFigures = figures("price")
    """What they cost."""

    duration_hours: IntFigures = figures("duration_hours")
    """How many hours they take, about."""


@prose.enum
class LearningGrouping(Enum):
    """By what places in courses are grouped."""

    COURSE = by("course")
    """The course that is taken."""

    STATUS = by("status")
    """Where the students stand."""

    DAY = by_day("enrolled_on")
    """The day on which the places were taken."""

    WEEK = by_week("enrolled_on")
    """The week, from Monday, in which the places were taken."""

    MONTH = by_month("enrolled_on")
    """The month in which the places were taken."""


@stats(models.Enrollment)
@prose.output
class LearningStats:
    """A group of students' places in courses, of at least one place."""

    course: Course | None = group("course_id")
    """The course that is taken; null unless they are grouped by it."""

    status: EnrollmentStatus | None = group("status")
    """Where the students stand; null unless they are grouped by it."""

    enrolled_on: date | None = group("enrolled_at")
    """The first day of the period in which the places were taken; null unless they are grouped by
    day, week or month."""

    count: int = row_count()
    """How many places they are."""

    progress: DecimalFigures = figures("progress")
    """Percent of the course that the students have done."""


@prose.extends(Course)
class CourseWithStats:
    """How a course is taken."""

    learning_stats: list[LearningStats] = stats_of(
        by=LearningGrouping, where=EnrollmentFilter, there="course_id"
    )
    """The places in it that the viewer may see, counted: all of them for its instructor."""


@prose.extends(Student)
class StudentWithStats:
    """How a student learns."""

    learning_stats: list[LearningStats] = stats_of(
        by=LearningGrouping, where=EnrollmentFilter, there="student_id"
    )
    """Their places in courses, counted."""
