"""What the forge does in the background: nobody waits for a silent side for ever.

The clock only looks for what is due; each milestone and each dispute then is a task of its own, in
a transaction of its own, so that none stands in another's way.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.jobs import job
from domains.kernel.queue import enqueue, task
from domains.kernel.viewer import SYSTEM

from .repository import disputes, milestones
from .service import disputes as service
from .service import settlement
from .service.choices import choices

MOST = 500
"""In one run. What is left over has the next."""


@job(every=timedelta(minutes=5))
async def find_silent(session: AsyncSession) -> None:
    """Have work paid for whose employer was silent for too long."""
    for id in await milestones.silent(session, now(), MOST):
        await _have_released(session, id)


@job(every=timedelta(minutes=10))
async def find_unpaid(session: AsyncSession) -> None:
    """Have work paid for that is good, and whose freelancer could not be paid."""
    for id in await milestones.unpaid(session, MOST):
        await _have_released(session, id)


@job(every=timedelta(hours=1))
async def find_pressing(session: AsyncSession) -> None:
    """Have disputes marked that have been open for too long."""
    for id in await disputes.pressing(session, now() - choices.escalate_after, MOST):
        await enqueue(session, "forge.escalate_dispute", {"dispute_id": id}, key=str(id))


@task
async def release_milestone(database: Database, given: dict[str, Any]) -> None:
    """Pay for a milestone if that is due; twice done, it pays once."""
    await database.transaction(SYSTEM, settlement.release_due, UUID(given["milestone_id"]))


@task
async def escalate_dispute(database: Database, given: dict[str, Any]) -> None:
    """Mark a dispute as pressing if it is; twice done, it is marked once."""
    await database.transaction(SYSTEM, service.escalate, UUID(given["dispute_id"]))


async def _have_released(session: AsyncSession, milestone_id: UUID) -> None:
    given = {"milestone_id": milestone_id}
    await enqueue(session, "forge.release_milestone", given, key=str(milestone_id))
