"""What the mutations of taking courses, and of learning in them, take and answer."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from domains.education.errors.learning import AlreadyEnrolled
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.node import keyed

from .nodes import Enrollment, LearningProgress


@prose.extends(AlreadyEnrolled)
class AlreadyEnrolledWith:
    """What stands in the way."""

    @strawberry.field
    def enrollment(self, root: strawberry.Parent[AlreadyEnrolled]) -> Enrollment | None:
        """The place that the student has."""
        return keyed("Enrollment", root.enrollment_id)  # type: ignore[no-any-return]


@prose.input
class CourseEnrollInput:
    """The course to take."""

    idempotency_key: strawberry.ID
    """Any text of the client's own that names this request: sent again, it pays for nothing."""

    course_id: strawberry.ID
    """A published course of somebody else's."""

    maximum_price: Decimal | None = None
    """The most that it may cost, in its own currency; if it costs more, nothing is done."""


@prose.output
class CourseEnrollPayload(Payload):
    """What `courseEnroll` answers."""

    enrollment: Enrollment | None = None
    """The place in the course."""


@prose.input
class EnrollmentDropInput:
    """The place to give up."""

    idempotency_key: strawberry.ID
    """Any text of the client's own that names this request: sent again, it does nothing."""

    enrollment_id: strawberry.ID
    """A place of the viewer's in a course that they have not completed."""

    without_refund: bool = False
    """Whether to give it up without being paid back, as is necessary where it is too late."""


@prose.output
class EnrollmentDropPayload(Payload):
    """What `enrollmentDrop` answers."""

    enrollment: Enrollment | None = None
    """The place, given up."""


@prose.input
class ModuleProgressInput:
    """How far a module is done."""

    module_id: strawberry.ID
    """A module of a course that the viewer takes."""

    progress: Decimal
    """Percent of it, from 0 to less than 100; less than was told before changes nothing."""

    minutes_spent: int = 0
    """How long it took, on top of what was told before; at most 1440."""


@prose.output
class ModuleProgressPayload(Payload):
    """What `moduleProgress` answers."""

    learning_progress: LearningProgress | None = None
    """The progress in the module."""

    enrollment: Enrollment | None = None
    """The place in the course, with its new progress."""


@prose.input
class ModuleCompleteInput:
    """The module that is done."""

    module_id: strawberry.ID
    """A module of a course that the viewer takes."""

    minutes_spent: int = 0
    """How long it took, on top of what was told before; at most 1440."""


@prose.output
class ModuleCompletePayload(Payload):
    """What `moduleComplete` answers."""

    learning_progress: LearningProgress | None = None
    """The progress in the module, now complete."""

    enrollment: Enrollment | None = None
    """The place in the course, with its new progress."""
