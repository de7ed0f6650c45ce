"""What other domains may ask of education."""

from .policy import OWN_STUDENTS, TAUGHT_COURSES, sees_own_or_administers
from .repository import course_title

__all__ = ["OWN_STUDENTS", "TAUGHT_COURSES", "course_title", "sees_own_or_administers"]
