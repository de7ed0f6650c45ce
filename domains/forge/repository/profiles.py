"""What is written of freelancers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import SkillProfile
from domains.kernel.scalars import Currency

NOBODY = "Erased person"


async def profile_id_of(session: AsyncSession, user_id: UUID) -> UUID | None:
    """By what somebody is known as a freelancer."""
    return (await session.exec(select(SkillProfile.id).where(_of(user_id)))).first()


async def add_profile(session: AsyncSession, user_id: UUID, told: Mapping[str, Any]) -> UUID | None:
    """Make somebody a freelancer; none if they are one."""
    row = insert(SkillProfile).values(user_id=user_id, **told).on_conflict_do_nothing()
    id: UUID | None = (await session.exec(row.returning(col(SkillProfile.id)))).scalar()
    return id


async def change_profile(
    session: AsyncSession, user_id: UUID, told: Mapping[str, Any]
) -> UUID | None:
    """Change what a freelancer tells of themselves; none if they are none."""
    # Where nothing is told the row is written as it is, so that it is found.
    changed = update(SkillProfile).where(_of(user_id)).values({"user_id": user_id, **told})
    id: UUID | None = (await session.exec(changed.returning(col(SkillProfile.id)))).scalar()
    return id


async def count_completion(
    session: AsyncSession, user_id: UUID, earned: Decimal, currency: Currency
) -> None:
    """Note work that was done, and what it brought if that is the currency of the profile."""
    brought = case((col(SkillProfile.currency) == currency, earned), else_=Decimal(0))
    counted = {
        "jobs_completed": col(SkillProfile.jobs_completed) + 1,
        "total_earned": col(SkillProfile.total_earned) + brought,
    }
    await session.exec(update(SkillProfile).where(_of(user_id)).values(counted))


async def count_rating(session: AsyncSession, user_id: UUID, rating: int) -> None:
    """Note how work was rated; the mean follows."""
    counted = {
        "rating_total": col(SkillProfile.rating_total) + rating,
        "rating_count": col(SkillProfile.rating_count) + 1,
    }
    await session.exec(update(SkillProfile).where(_of(user_id)).values(counted))


async def erase_freelancer(session: AsyncSession, user_id: UUID) -> None:
    """Forget under which name and with what skills somebody offered work; what they did stays."""
    nobody: dict[str, Any] = {"name": NOBODY, "headline": None, "skills": []}
    await session.exec(update(SkillProfile).where(_of(user_id)).values(nobody))


def _of(user_id: UUID) -> Any:
    return col(SkillProfile.user_id) == user_id
