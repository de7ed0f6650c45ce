"""What people have proved to know, for the mint to pay for; read from what is kept, never told."""

from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import CourseLevel
from domains.education.repository import submissions as repository
from domains.mint import public as mint

FULL_MARKS = Decimal(100)
DIFFICULTY = {CourseLevel.BEGINNER: 1, CourseLevel.INTERMEDIATE: 2, CourseLevel.ADVANCED: 3}


@mint.proves(mint.ActivityType.COURSE_COMPLETION)
async def prove_course(session: AsyncSession, user_id: UUID, course_id: UUID) -> mint.Proof | None:
    """That somebody completed a course of somebody else's; what was not marked counts in full."""
    done = await repository.completed_course(session, user_id, course_id)
    if done is None:
        return None
    return mint.Proof(
        score=FULL_MARKS if done.score is None else done.score,
        difficulty=DIFFICULTY[done.level],
        details={"enrollment": str(done.enrollment_id), "level": done.level.value},
    )


@mint.proves(mint.ActivityType.SKILL_ASSESSMENT)
async def prove_skill(
    session: AsyncSession, user_id: UUID, assessment_id: UUID
) -> mint.Proof | None:
    """That somebody passed an assessment."""
    passed = await repository.passed_submission(session, user_id, assessment_id)
    if passed is None:
        return None
    return mint.Proof(
        score=passed.score,
        difficulty=passed.difficulty,
        details={"submission": str(passed.id)},
    )
