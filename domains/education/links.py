"""What education adds to the types of the domains below it."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import one, pages

from .types import Course, CourseFilter, CourseOrder, Student


@prose.extends(User)
class UserInEducation:
    """A person who learns or teaches."""

    student: Student | None = one(here="id", there="user_id")
    """The person as a learner; null if they are none, or none of the viewer's students."""

    courses: Connection[Course] = pages(
        there="instructor_id", orders=CourseOrder, where=CourseFilter
    )
    """The courses that they teach."""
