"""What education tells the other domains."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domains.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentEnrolled(Event):
    """A student has taken a place in a course."""

    topic: ClassVar[str] = "education.student.enrolled"
    aggregate: ClassVar[str] = "enrollment_id"

    enrollment_id: UUID
    course_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCompleted(Event):
    """A student has completed every module of a course."""

    topic: ClassVar[str] = "education.course.completed"
    aggregate: ClassVar[str] = "enrollment_id"

    enrollment_id: UUID
    course_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePublished(Event):
    """A course can be seen and taken by everybody."""

    topic: ClassVar[str] = "education.course.published"
    aggregate: ClassVar[str] = "course_id"

    course_id: UUID
    user_id: UUID
    """Who teaches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePurchased(Event):
    """A student has paid for a place in a course."""

    topic: ClassVar[str] = "education.course.purchased"
    aggregate: ClassVar[str] = "enrollment_id"

    enrollment_id: UUID
    course_id: UUID
    user_id: UUID
    transaction_id: UUID
    """The mint's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRefunded(Event):
    """A student has been paid back what a place in a course had cost."""

    topic: ClassVar[str] = "education.course.refunded"
    aggregate: ClassVar[str] = "enrollment_id"

    enrollment_id: UUID
    course_id: UUID
    user_id: UUID
    transaction_id: UUID
    """The mint's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentDropped(Event):
    """A student has given up a place in a course."""

    topic: ClassVar[str] = "education.student.dropped"
    aggregate: ClassVar[str] = "enrollment_id"

    enrollment_id: UUID
    course_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentPassed(Event):
    """A student's answers have passed an assessment."""

    topic: ClassVar[str] = "education.assessment.passed"
    aggregate: ClassVar[str] = "submission_id"

    submission_id: UUID
    assessment_id: UUID
    user_id: UUID
