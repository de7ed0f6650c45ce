"""Every statement of a write on the namespace `sapiens`."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .models import Assessment


async def assessment_of(
    session: AsyncSession, student_id: UUID, assessment_id: UUID
) -> Assessment | None:
    """An assessment, if it was made for the student."""
    query = select(Assessment).where(
        Assessment.id == assessment_id, Assessment.student_id == student_id
    )
    return (await session.exec(query)).first()


async def complete(session: AsyncSession, assessment_id: UUID, **values: Any) -> bool:
    """Keep the answers to an assessment and what they are worth; of many at once, one does."""
    done = (
        update(Assessment)
        .where(col(Assessment.id) == assessment_id, col(Assessment.completed_at).is_(None))
        .values(**values)
        .returning(col(Assessment.id))
        .execution_options(synchronize_session=False)
    )
    return (await session.exec(done)).first() is not None
