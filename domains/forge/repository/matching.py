"""Which jobs and which freelancers may go together, as the viewer of the session sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import type_coerce
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import Application, Job, JobStatus, SkillProfile


async def profile_of(session: AsyncSession, user_id: UUID) -> SkillProfile | None:
    """Somebody as a freelancer."""
    query = select(SkillProfile).where(SkillProfile.user_id == user_id)
    return (await session.exec(query)).first()


async def job(session: AsyncSession, id: UUID) -> Job | None:
    """A job, if the viewer sees it."""
    return (await session.exec(select(Job).where(Job.id == id))).first()


async def jobs_for(
    session: AsyncSession, profile: SkillProfile, moment: datetime, most: int
) -> Sequence[tuple[UUID, Sequence[str]]]:
    """The newest open jobs that ask for any of somebody's skills, with all that they ask for.

    None of their own, none for which they have applied, none that should be done by now.
    """
    applied = select(Application.job_id).where(Application.freelancer_id == profile.user_id)
    query = (
        select(Job.id, Job.skills)
        .where(
            _shares(col(Job.skills), profile.skills),
            col(Job.status) == JobStatus.OPEN,
            col(Job.employer_id) != profile.user_id,
            or_(col(Job.deadline).is_(None), col(Job.deadline) > moment),
            col(Job.id).not_in(applied),
        )
        .order_by(col(Job.id).desc())
        .limit(most)
    )
    return (await session.exec(query)).all()


async def profiles_for(session: AsyncSession, job: Job, most: int) -> Sequence[SkillProfile]:
    """The best rated freelancers who have any of the skills that a job asks for."""
    query = (
        select(SkillProfile)
        .where(
            _shares(col(SkillProfile.skills), job.skills),
            col(SkillProfile.user_id) != job.employer_id,
        )
        .order_by(col(SkillProfile.rating).desc(), col(SkillProfile.id).desc())
        .limit(most)
    )
    return (await session.exec(query)).all()


def _shares(column: Any, skills: Sequence[str]) -> Any:
    return column.overlap(type_coerce(skills, ARRAY(CITEXT)))
