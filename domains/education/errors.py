"""Why education refuses."""

from uuid import UUID

import strawberry

from domains.kernel import prose
from domains.kernel.refusal import UserError
from domains.kernel.scalars import Money


@prose.output
class NotAStudent(UserError):
    """Only students take courses."""

    message: str = "You are not registered as a student."


@prose.output
class CourseNotFound(UserError):
    """There is no such course, or it has not been published."""

    message: str = "Course not found."


@prose.output
class PaymentRequired(UserError):
    """The course is not free."""

    message: str = "This course has to be paid for."

    price: Money
    """What it costs."""


@prose.output
class AlreadyEnrolled(UserError):
    """A student takes a course once."""

    message: str = "You are enrolled in this course already."

    enrollment_id: strawberry.Private[UUID]


@prose.output
class ModuleNotFound(UserError):
    """There is no such module, or the viewer may not see its course."""

    message: str = "Module not found."


@prose.output
class NotEnrolled(UserError):
    """Only who is enrolled in a course makes progress in it."""

    message: str = "You are not enrolled in this course."


@prose.output
class MinutesInvalid(UserError):
    """The time is negative, or longer than one sitting can be."""

    message: str = "This time cannot have been spent."

    maximum: int
    """How many minutes can be told at once."""
