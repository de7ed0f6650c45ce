"""Education's fields of `Mutation`."""

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed

from . import errors, service
from .types import (
    CourseEnrollInput,
    CourseEnrollPayload,
    ModuleCompleteInput,
    ModuleCompletePayload,
)


@prose.output
class EducationMutation:
    """Taking courses."""

    @mutation(
        refuses=[
            errors.NotAStudent,
            errors.CourseNotFound,
            errors.PaymentRequired,
            errors.AlreadyEnrolled,
        ]
    )
    async def course_enroll(
        self, info: Info, input: CourseEnrollInput
    ) -> CourseEnrollPayload | None:
        """Take a place in a free course."""
        course_id = key_of("Course", input.course_id)
        id = await info.context.transaction(service.enroll, course_id)
        return CourseEnrollPayload(enrollment=keyed("Enrollment", id))

    @mutation(
        refuses=[
            errors.NotAStudent,
            errors.ModuleNotFound,
            errors.NotEnrolled,
            errors.MinutesInvalid,
        ]
    )
    async def module_complete(
        self, info: Info, input: ModuleCompleteInput
    ) -> ModuleCompletePayload | None:
        """Note a module as done; the last one completes the course."""
        module_id = key_of("Module", input.module_id)
        progress_id, enrollment_id = await info.context.transaction(
            service.complete_module, module_id, input.minutes_spent
        )
        return ModuleCompletePayload(
            learning_progress=keyed("LearningProgress", progress_id),
            enrollment=keyed("Enrollment", enrollment_id),
        )
