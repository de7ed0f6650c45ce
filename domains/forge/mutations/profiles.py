"""The mutations of skill profiles."""

from domains.forge.errors import profiles as errors
from domains.forge.errors.jobs import SkillsInvalid, WordingInvalid
from domains.forge.service import profiles as service
from domains.forge.types.profiles import (
    SkillProfileCreateInput,
    SkillProfileCreatePayload,
    SkillProfileUpdateInput,
    SkillProfileUpdatePayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import keyed
from domains.kernel.refusal import UserError
from domains.kernel.viewer import SYSTEM

from .inputs import given
from .jobs import ONCE

FLAWS: list[type[UserError]] = [WordingInvalid, SkillsInvalid]


@prose.output
class ProfileMutation:
    """People as freelancers."""

    @mutation(refuses=[*ONCE, *FLAWS, errors.SkillProfileExists])
    async def skill_profile_create(
        self, info: Info, input: SkillProfileCreateInput
    ) -> SkillProfileCreatePayload | None:
        """Begin to offer work.

        Employers see the profile, and whose it is only if everybody may know them.
        """
        context, told = info.context, dict(vars(input))
        key = str(told.pop("idempotency_key"))
        id = await context.database.transaction(SYSTEM, service.create, context.viewer, key, told)
        return SkillProfileCreatePayload(skill_profile=keyed("SkillProfile", id))

    @mutation(refuses=[*FLAWS, errors.SkillProfileRequired])
    async def skill_profile_update(
        self, info: Info, input: SkillProfileUpdateInput
    ) -> SkillProfileUpdatePayload | None:
        """Change what employers know of the viewer; what they have done counts by itself."""
        context = info.context
        told = given(input, but=frozenset(), nullable=frozenset({"headline"}))
        id = await context.database.transaction(SYSTEM, service.update, context.viewer, told)
        return SkillProfileUpdatePayload(skill_profile=keyed("SkillProfile", id))
