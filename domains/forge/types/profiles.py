"""What the mutations of skill profiles take and answer."""

from __future__ import annotations

import strawberry

from domains.forge.errors.profiles import SkillProfileExists
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.node import keyed

from .nodes import SkillProfile


@prose.extends(SkillProfileExists)
class SkillProfileExistsAs:
    """What stands in the way."""

    @strawberry.field
    def skill_profile(self, root: strawberry.Parent[SkillProfileExists]) -> SkillProfile | None:
        """The profile that there is."""
        return keyed("SkillProfile", root.skill_profile_id)  # type: ignore[no-any-return]


@prose.input
class SkillProfileCreateInput:
    """What employers are to know of the viewer as a freelancer."""

    idempotency_key: strawberry.ID
    """Chosen by the client, best at random: sent again with the same input, it is the same
    profile."""

    name: str
    """The name under which they offer work; 2 to 100 characters."""

    headline: str | None = None
    """What they do, in 3 to 200 characters."""

    skills: list[str] = strawberry.field(default_factory=list)
    """What they can do: at most 50 skills of at most 50 characters each. Upper and lower case are
    one, and what is named twice counts once."""


@prose.output
class SkillProfileCreatePayload(Payload):
    """What `skillProfileCreate` answers."""

    skill_profile: SkillProfile | None = None
    """The new profile."""


@prose.input
class SkillProfileUpdateInput:
    """What to change. What is left out stays, and only the headline can be null."""

    name: strawberry.Maybe[str | None] = None
    """The name under which they offer work; 2 to 100 characters."""

    headline: strawberry.Maybe[str | None] = None
    """What they do, in 3 to 200 characters; null to say nothing of it."""

    skills: strawberry.Maybe[list[str] | None] = None
    """What they can do, in place of what was told before: at most 50 skills of at most 50
    characters each."""


@prose.output
class SkillProfileUpdatePayload(Payload):
    """What `skillProfileUpdate` answers."""

    skill_profile: SkillProfile | None = None
    """The profile as it is now."""
