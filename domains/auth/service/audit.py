"""What is written down of acts on accounts, and of those who are turned away."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.audit import Action, plain, plain_details
from domains.auth.models import AuditLog, AuditOutcome
from domains.auth.repository.audit import add, last_details
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.keys import current_ids
from domains.kernel.limiter import Claim, Limit, granted, subject_of
from domains.kernel.viewer import SYSTEM, Viewer

__all__ = ["Action", "AuditOutcome", "Witness", "note", "note_keys"]

logger = logging.getLogger("azora.audit")

PER_ADDRESS = Limit("audit.address", 5, timedelta(minutes=1))
IN_ALL = Limit("audit.all", 120, timedelta(minutes=1))
PER_PROCESS = 60
"""So many a minute of what anybody can cause are so much as counted in the database."""


def note(
    session: AsyncSession,
    action: Action | str,
    client: Client,
    *,
    user_id: UUID | None,
    viewer: Viewer | None = None,
    session_id: UUID | None = None,
    resource: str | None = None,
    outcome: AuditOutcome | str = AuditOutcome.SUCCESS,
    **details: Any,
) -> None:
    """Write down what was done to somebody's account, if the transaction commits.

    The viewer is who did it, or else the admin who acts as them. Details never hold a secret.
    """
    viewer = viewer or SYSTEM
    row = AuditLog(
        user_id=user_id,
        actor_id=viewer.impersonator_id or viewer.user_id,
        session_id=session_id or viewer.session_id,
        action=Action(action),
        outcome=AuditOutcome(outcome),
        resource=plain(resource),
        ip=client.address,
        user_agent=plain(client.user_agent),
        request_id=plain(client.request_id),
        details=plain_details(details),
    )
    add(session, row)


async def note_keys(session: AsyncSession) -> None:
    """Write down which keys are in use if these are not those that were written down last."""
    ids = current_ids()
    before = await last_details(session, Action.KEY_ROTATED)
    if before != ids:
        keys, peppers = ids["keys"], ids["peppers"]
        note(session, Action.KEY_ROTATED, Client(), user_id=None, keys=keys, peppers=peppers)


class Witness:
    """Writes down what anybody can cause as often as they like: of much, a little.

    Most of it does not even reach the database: a process passes on so many a minute. Of these the
    limiter lets through a few of each address and more of all together. A row says how many were
    seen of its kind since the one before, so that what is not written is counted at least.
    """

    def __init__(self) -> None:
        self._left = float(PER_PROCESS)
        self._refilled = monotonic()
        self._unwritten: dict[Action, int] = {}

    async def see(
        self, database: Database, action: Action, client: Client, viewer: Viewer, **details: Any
    ) -> None:
        """Write it down or only count it; what goes wrong with that concerns nobody else."""
        seen = self._unwritten[action] = self._unwritten.get(action, 0) + 1
        if not self._passes():
            return
        try:
            if await granted(database, *_claims(action, client)):
                told = (action, client, viewer, {**details, "seen": seen})
                await database.transaction(SYSTEM, _write, *told)
                self._unwritten[action] -= seen
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError):
            logger.warning("could not write down: %s", action.value, exc_info=True)

    def _passes(self) -> bool:
        moment = monotonic()
        refill = (moment - self._refilled) * PER_PROCESS / 60
        self._left, self._refilled = min(PER_PROCESS, self._left + refill), moment
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _claims(action: Action, client: Client) -> tuple[Claim, Claim]:
    subject = f"{action.value} {subject_of(client.address)}"
    return Claim(PER_ADDRESS, subject), Claim(IN_ALL, action.value)


async def _write(
    session: AsyncSession,
    _viewer: Viewer,
    action: Action,
    client: Client,
    seen: Viewer,
    details: dict[str, Any],
) -> None:
    outcome = AuditOutcome.DENIED
    note(session, action, client, user_id=seen.user_id, viewer=seen, outcome=outcome, **details)
