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
