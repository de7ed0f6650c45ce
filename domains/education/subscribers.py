"""What education does on news of other domains."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.auth.events import UserEmailChanged, UserErased, UserSignedUp
from domains.kernel.events import subscribe
from domains.kernel.viewer import Role
from domains.mint import public as mint
from domains.mint.events import RewardMined

from .events import AssessmentPassed, CourseCompleted
from .service import payments, students


@subscribe(UserSignedUp)
async def register_student(session: AsyncSession, event: UserSignedUp, _entry_id: UUID) -> None:
    """Who signs up as a student can take courses."""
    person = await auth.person(session, event.user_id)
    if person is not None and person.role is Role.STUDENT:
        await students.register(session, person)


@subscribe(UserEmailChanged)
async def follow_email(session: AsyncSession, event: UserEmailChanged, _entry_id: UUID) -> None:
    """A student's address is that of their account."""
    person = await auth.person(session, event.user_id)
    if person is not None:
        await students.change_email(session, person)


@subscribe(UserErased)
async def erase_student(session: AsyncSession, event: UserErased, _entry_id: UUID) -> None:
    """What a student learned stays, and is nobody's."""
    await students.erase(session, event.user_id)


@subscribe(CourseCompleted)
async def reward_completion(session: AsyncSession, event: CourseCompleted, _entry_id: UUID) -> None:
    """Knowledge is mined: who completes a course is paid for it once."""
    type = mint.ActivityType.COURSE_COMPLETION
    await mint.mine_later(session, event.user_id, type, event.course_id)


@subscribe(AssessmentPassed)
async def reward_skill(session: AsyncSession, event: AssessmentPassed, _entry_id: UUID) -> None:
    """Who passes an assessment is paid for it once, however often they pass."""
    type = mint.ActivityType.SKILL_ASSESSMENT
    await mint.mine_later(session, event.user_id, type, event.assessment_id)


@subscribe(RewardMined)
async def tell_of_reward(session: AsyncSession, event: RewardMined, _entry_id: UUID) -> None:
    """What was earned by learning stands among a student's transactions."""
    await payments.tell_of_reward(session, event.user_id, event.record_id)
