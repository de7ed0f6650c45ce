"""What has had its time is ended, forgotten or erased."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.repository import deletion as repository
from domains.auth.service import deletion
from domains.auth.service.audit import Action, note
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.jobs import job

MOST_PEOPLE = 100
MOST_SESSIONS = 1000
MOST_SECRETS = 20_000
"""In one run. What is left over has the next."""

KEPT = timedelta(days=30)
"""How long a secret that has run out can still be asked after."""


@job(every=timedelta(hours=1))
async def erase_people(session: AsyncSession) -> None:
    """Make accounts nobody's whose owners wanted that long enough."""
    await deletion.erase_due(session, MOST_PEOPLE)


@job(every=timedelta(minutes=10))
async def end_sessions(session: AsyncSession) -> None:
    """Write down which sessions ran out; they opened nothing since."""
    for session_id, user_id in await repository.end_expired(session, now(), MOST_SESSIONS):
        note(session, Action.SESSION_EXPIRED, Client(), user_id=user_id, session_id=session_id)


@job(every=timedelta(hours=1))
async def forget_secrets(session: AsyncSession) -> None:
    """Forget mailed secrets and those that renewed sessions, a month after they ran out."""
    await repository.forget_secrets(session, now() - KEPT, MOST_SECRETS)
