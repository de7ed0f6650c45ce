"""Why the forge refuses what concerns people as freelancers."""

from uuid import UUID

import strawberry

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class SkillProfileRequired(UserError):
    """Employers know freelancers by their skill profile alone."""

    message: str = "Make a skill profile first."


@prose.output
class SkillProfileExists(UserError):
    """A person has one skill profile."""

    message: str = "You have a skill profile already."

    skill_profile_id: strawberry.Private[UUID]
