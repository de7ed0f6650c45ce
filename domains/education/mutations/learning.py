"""The mutations of taking courses, and of learning in them."""

from domains.education.errors import learning as errors
from domains.education.errors.courses import CourseNotFound, ModuleNotFound
from domains.education.service import enrollments
from domains.education.service import learning as service
from domains.education.service.enrollments import Asked
from domains.education.types import (
    CourseEnrollInput,
    CourseEnrollPayload,
    EnrollmentDropInput,
    EnrollmentDropPayload,
    ModuleCompleteInput,
    ModuleCompletePayload,
    ModuleProgressInput,
    ModuleProgressPayload,
)
from domains.kernel import prose
from domains.kernel.context import Context, Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM
from domains.mint.public import MONEY_REFUSALS

LEARNING = [errors.NotAStudent, ModuleNotFound, errors.NotEnrolled, errors.MinutesInvalid]


def _asked(context: Context, key: str) -> Asked:
    return Asked(context.client, context.viewer, key)


@prose.output
class LearningMutation:
    """Taking courses."""

    @mutation(
        refuses=[
            errors.NotAStudent,
            CourseNotFound,
            errors.OwnCourse,
            errors.AlreadyEnrolled,
            errors.PriceChanged,
            *MONEY_REFUSALS,
        ]
    )
    async def course_enroll(
        self, info: Info, input: CourseEnrollInput
    ) -> CourseEnrollPayload | None:
        """Take a place in a course, which its educator is paid for at the same moment.

        The price is the course's at that moment, out of the viewer's wallet of its currency. A
        place that was given up can be taken again; it costs again, unless it is still paid for.
        """
        context, course_id = info.context, key_of("Course", input.course_id)
        id = await context.database.transaction(
            SYSTEM,
            enrollments.enroll,
            _asked(context, input.idempotency_key),
            course_id,
            input.maximum_price,
        )
        return CourseEnrollPayload(enrollment=keyed("Enrollment", id))

    @mutation(
        refuses=[
            errors.NotAStudent,
            errors.EnrollmentNotFound,
            errors.EnrollmentEnded,
            errors.RefundNotCovered,
            errors.RefundNotPossible,
            *MONEY_REFUSALS,
        ]
    )
    async def enrollment_drop(
        self, info: Info, input: EnrollmentDropInput
    ) -> EnrollmentDropPayload | None:
        """Give up a place in a course.

        Its price is paid back in full within 14 days of taking it, to who has done less than 20
        percent of the course, unless the operator says otherwise. Later, it has to be given up
        `withoutRefund`.
        """
        context, id = info.context, key_of("Enrollment", input.enrollment_id)
        await context.database.transaction(
            SYSTEM,
            enrollments.drop,
            _asked(context, input.idempotency_key),
            id,
            without_refund=input.without_refund,
        )
        return EnrollmentDropPayload(enrollment=keyed("Enrollment", id))

    @mutation(refuses=[*LEARNING, errors.ProgressInvalid])
    async def module_progress(
        self, info: Info, input: ModuleProgressInput
    ) -> ModuleProgressPayload | None:
        """Note how far a module is done; `moduleComplete` completes it."""
        context, module_id = info.context, key_of("Module", input.module_id)
        noted = await context.database.transaction(
            SYSTEM,
            service.note_progress,
            context.viewer,
            module_id,
            input.progress,
            input.minutes_spent,
        )
        return ModuleProgressPayload(
            learning_progress=keyed("LearningProgress", noted.progress_id),
            enrollment=keyed("Enrollment", noted.enrollment_id),
        )

    @mutation(refuses=LEARNING)
    async def module_complete(
        self, info: Info, input: ModuleCompleteInput
    ) -> ModuleCompletePayload | None:
        """Note a module as done; the last one completes the course."""
        context, module_id = info.context, key_of("Module", input.module_id)
        noted = await context.database.transaction(
            SYSTEM, service.complete_module, context.viewer, module_id, input.minutes_spent
        )
        return ModuleCompletePayload(
            learning_progress=keyed("LearningProgress", noted.progress_id),
            enrollment=keyed("Enrollment", noted.enrollment_id),
        )
