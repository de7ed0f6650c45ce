"""What becomes of somebody's courses when they leave: nobody else takes them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import before_leaving
from domains.education.repository import courses, enrollments
from domains.kernel.clock import now

from .choices import choices


@before_leaving
async def let_go(session: AsyncSession, user_id: UUID) -> Sequence[str]:
    """Withdraw a person's courses; tell of students who could still ask for their money."""
    await courses.withdraw_all(session, user_id)
    since = now() - choices.refund_window
    # Only now, when no more can be paid for.
    owed = await enrollments.count_refundable(session, user_id, since, choices.refund_progress)
    if not owed:
        return ()
    students = "1 student" if owed == 1 else f"{owed} students"
    return (f"{students} of your courses can still be paid back.",)
