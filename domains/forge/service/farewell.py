"""What becomes of somebody's work when they leave: what was agreed on has to end first."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import before_leaving
from domains.forge.events import ApplicationWithdrawn
from domains.forge.repository import farewell as repository
from domains.kernel.events import emit

from .applications import told
from .jobs import give_up


@before_leaving
async def let_go(session: AsyncSession, user_id: UUID) -> Sequence[str]:
    """Give up open jobs and take back pending applications; tell what stands in the way."""
    for job in await repository.lock_open_jobs(session, user_id):
        await give_up(session, job)
    for offer in await repository.withdraw_all(session, user_id):
        emit(session, told(ApplicationWithdrawn, offer))
    # Only now, when no more can be agreed on.
    contracts = await repository.running_contracts(session, user_id)
    disputes = await repository.open_disputes(session, user_id)
    return [*_reason(contracts, "running contract"), *_reason(disputes, "open dispute")]


def _reason(count: int, thing: str) -> Sequence[str]:
    if count == 0:
        return ()
    return (f"You have {count} {thing}{'' if count == 1 else 's'}.",)
