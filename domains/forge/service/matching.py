"""Whom work is recommended to, and who is recommended for work."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.engine.matching import Asked, Freelancer, Match, best
from domains.forge.models import SkillProfile
from domains.forge.repository import matching as repository
from domains.kernel.clock import now
from domains.kernel.viewer import Role, Viewer

MOST_COMPARED = 1000
"""So many are compared: the newest of jobs, and the best rated of freelancers."""

Found = Sequence[tuple[UUID, Match]]
"""The ids of what was found, the best match first."""


async def jobs_for(session: AsyncSession, viewer: Viewer, most: int) -> Found | None:
    """Open jobs that go best with the viewer's skill profile; None if they have none."""
    profile = await repository.profile_of(session, auth.signed_in(viewer))
    if profile is None:
        return None
    able = _freelancer(profile)
    jobs = await repository.jobs_for(session, profile, now(), MOST_COMPARED)
    return best(((id, Asked(skills), able) for id, skills in jobs), most)


async def candidates_for(
    session: AsyncSession, viewer: Viewer, job_id: UUID, most: int
) -> Found | None:
    """Freelancers who go best with a job; None unless it is the viewer's, or they administer."""
    user_id = auth.signed_in(viewer)
    job = await repository.job(session, job_id)
    if job is None or (job.employer_id != user_id and viewer.role is not Role.ADMIN):
        return None
    profiles = await repository.profiles_for(session, job, MOST_COMPARED)
    asked = Asked(job.skills)
    return best(((profile.id, asked, _freelancer(profile)) for profile in profiles), most)


def _freelancer(profile: SkillProfile) -> Freelancer:
    return Freelancer(
        skills=profile.skills,
        rating=profile.rating or Decimal(0),
        rating_count=profile.rating_count,
        jobs_completed=profile.jobs_completed,
    )
