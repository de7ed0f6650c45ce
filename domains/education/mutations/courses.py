"""The mutations of courses."""

from domains.education.errors import courses as errors
from domains.education.service import courses as service
from domains.education.types import (
    CourseCreateInput,
    CourseCreatePayload,
    CoursePublishInput,
    CoursePublishPayload,
    CourseUnpublishInput,
    CourseUnpublishPayload,
    CourseUpdateInput,
    CourseUpdatePayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.once import IdempotencyConflict, IdempotencyKeyInvalid
from domains.kernel.viewer import SYSTEM

from .given import changed, told

TEXTS = [errors.CourseTextInvalid, errors.PriceInvalid, errors.DurationInvalid]


@prose.output
class CourseMutation:
    """Courses, which educators write, each their own, and admins."""

    @mutation(refuses=[*TEXTS, IdempotencyKeyInvalid, IdempotencyConflict])
    async def course_create(
        self, info: Info, input: CourseCreateInput
    ) -> CourseCreatePayload | None:
        """Begin a course, as an educator: a draft that only its author sees."""
        context = info.context
        id = await context.database.transaction(
            SYSTEM, service.create, context.viewer, input.idempotency_key, told(input)
        )
        return CourseCreatePayload(course=keyed("Course", id))

    @mutation(refuses=[errors.CourseNotFound, *TEXTS])
    async def course_update(
        self, info: Info, input: CourseUpdateInput
    ) -> CourseUpdatePayload | None:
        """Change what a course says of itself, or its price for those who take it from now on."""
        context, id = info.context, key_of("Course", input.course_id)
        await context.database.transaction(
            SYSTEM, service.update, context.viewer, id, changed(input)
        )
        return CourseUpdatePayload(course=keyed("Course", id))

    @mutation(refuses=[errors.CourseNotFound, errors.CourseIncomplete])
    async def course_publish(
        self, info: Info, input: CoursePublishInput
    ) -> CoursePublishPayload | None:
        """Let everybody see and take a course."""
        context, id = info.context, key_of("Course", input.course_id)
        await context.database.transaction(SYSTEM, service.publish, context.viewer, id)
        return CoursePublishPayload(course=keyed("Course", id))

    @mutation(refuses=[errors.CourseNotFound])
    async def course_unpublish(
        self, info: Info, input: CourseUnpublishInput
    ) -> CourseUnpublishPayload | None:
        """Let nobody else take a course. Who takes it goes on, and still sees it."""
        context, id = info.context, key_of("Course", input.course_id)
        await context.database.transaction(SYSTEM, service.unpublish, context.viewer, id)
        return CourseUnpublishPayload(course=keyed("Course", id))
