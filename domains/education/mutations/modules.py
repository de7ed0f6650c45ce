"""The mutations of courses' modules."""

from domains.education.errors import courses as errors
from domains.education.service import modules as service
from domains.education.types import (
    ModuleAddInput,
    ModuleAddPayload,
    ModuleRemoveInput,
    ModuleRemovePayload,
    ModulesReorderInput,
    ModulesReorderPayload,
    ModuleUpdateInput,
    ModuleUpdatePayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.once import IdempotencyConflict, IdempotencyKeyInvalid
from domains.kernel.viewer import SYSTEM

from .given import changed, told


@prose.output
class ModuleMutation:
    """The modules of courses, which those write who write the course."""

    @mutation(
        refuses=[
            errors.CourseNotFound,
            errors.CourseTextInvalid,
            errors.ContentInvalid,
            errors.TooManyModules,
            IdempotencyKeyInvalid,
            IdempotencyConflict,
        ]
    )
    async def module_add(self, info: Info, input: ModuleAddInput) -> ModuleAddPayload | None:
        """Put a module at the end of a course.

        Who takes the course has done a smaller share of it then; who has completed it, has.
        """
        context, course_id = info.context, key_of("Course", input.course_id)
        id = await context.database.transaction(
            SYSTEM,
            service.add,
            context.viewer,
            input.idempotency_key,
            course_id,
            told(input),
        )
        return ModuleAddPayload(module=keyed("Module", id), course=keyed("Course", course_id))

    @mutation(refuses=[errors.ModuleNotFound, errors.CourseTextInvalid, errors.ContentInvalid])
    async def module_update(
        self, info: Info, input: ModuleUpdateInput
    ) -> ModuleUpdatePayload | None:
        """Change what a module says and holds."""
        context, id = info.context, key_of("Module", input.module_id)
        await context.database.transaction(
            SYSTEM, service.update, context.viewer, id, changed(input)
        )
        return ModuleUpdatePayload(module=keyed("Module", id))

    @mutation(refuses=[errors.CourseNotFound, errors.ModulesIncomplete])
    async def modules_reorder(
        self, info: Info, input: ModulesReorderInput
    ) -> ModulesReorderPayload | None:
        """Give a course's modules another order."""
        context, id = info.context, key_of("Course", input.course_id)
        modules = [key_of("Module", each) for each in input.module_ids]
        await context.database.transaction(SYSTEM, service.reorder, context.viewer, id, modules)
        return ModulesReorderPayload(course=keyed("Course", id))

    @mutation(refuses=[errors.ModuleNotFound, errors.ModuleBegun, errors.CourseIncomplete])
    async def module_remove(
        self, info: Info, input: ModuleRemoveInput
    ) -> ModuleRemovePayload | None:
        """Take a module that nobody has begun out of its course.

        Who takes the course has done a greater share of it then, which may complete it.
        """
        context, id = info.context, key_of("Module", input.module_id)
        course_id = await context.database.transaction(SYSTEM, service.remove, context.viewer, id)
        return ModuleRemovePayload(course=keyed("Course", course_id))
