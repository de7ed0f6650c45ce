"""Why taking a course, and learning in it, is refused."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from domains.education.models import EnrollmentStatus
from domains.kernel import prose
from domains.kernel.refusal import UserError
from domains.kernel.scalars import Money


@prose.output
class NotAStudent(UserError):
    """Only students take courses."""

    message: str = "You are not registered as a student."


@prose.output
class OwnCourse(UserError):
    """Nobody takes the course that they teach."""

    message: str = "You teach this course yourself."


@prose.output
class PriceChanged(UserError):
    """The course costs more than the student is ready to pay."""

    message: str = "This course costs more than that."

    price: Money
    """What it costs now."""


@prose.output
class AlreadyEnrolled(UserError):
    """A student takes a course once."""

    message: str = "You are enrolled in this course already."

    enrollment_id: strawberry.Private[UUID]


@prose.output
class EnrollmentNotFound(UserError):
    """There is no such place in a course, or it is not the viewer's."""

    message: str = "Enrolment not found."


@prose.output
class EnrollmentEnded(UserError):
    """The course was completed, or the place was given up before."""

    message: str = "You do not take this course any more."

    status: EnrollmentStatus
    """Where the student stands in it."""


@prose.output
class RefundNotCovered(UserError):
    """It is too late for a refund; the place can be given up without one."""

    message: str = "What you paid for this course is not paid back any more."

    until: datetime
    """Until when it would have been."""

    progress: Decimal
    """Percent of the course from which it is not."""


@prose.output
class RefundNotPossible(UserError):
    """A refund is due, and cannot be paid for the moment; the place can be given up without one."""

    message: str = "This cannot be paid back at the moment. Try again later."


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


@prose.output
class ProgressInvalid(UserError):
    """Progress is 0 percent or more, and less than all of it."""

    message: str = "Progress is 0 percent or more, and less than 100: `moduleComplete` is for that."
