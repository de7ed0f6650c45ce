"""What the mutations of education take and answer."""

from __future__ import annotations

import strawberry

from domains.education.errors import AlreadyEnrolled
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

    course_id: strawberry.ID
    """A published course."""


@prose.output
class CourseEnrollPayload(Payload):
    """What `courseEnroll` answers."""

    enrollment: Enrollment | None = None
    """The new place in the course."""


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
