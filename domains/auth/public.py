"""What other domains and the gateway may ask of auth."""

import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM, Role, Viewer

from .engine import tokens
from .engine.audit import Action
from .engine.chain import Anchor, Break, ChainCheck, Head, Link
from .engine.passkeys import Site
from .models import UserRole
from .repository import accounts, sessions
from .repository.audit import HEADS, LINKS, SHORTEST_RETENTION_DAYS
from .repository.functions import PROVER, READ_VIEWER, SESSION_PROVER
from .service.accounts import NewUser, appoint
from .service.audit import Witness
from .service.choices import choices
from .service.imports import KnownUser
from .service.imports import bring as bring_users
from .service.presence import SESSIONS_ENDED, session_end
from .service.rates import Rates
from .service.sessions import signed_in

__all__ = [
    "HEADS",
    "LINKS",
    "PROVER",
    "SESSIONS_ENDED",
    "SESSION_PROVER",
    "SHORTEST_RETENTION_DAYS",
    "Action",
    "Anchor",
    "Break",
    "ChainCheck",
    "Head",
    "KnownUser",
    "Link",
    "NewUser",
    "Person",
    "Rates",
    "RememberedViewers",
    "Site",
    "UserRole",
    "Witness",
    "appoint",
    "bring_users",
    "choices",
    "person",
    "session_end",
    "signed_in",
    "viewer_of",
]

logger = logging.getLogger("azora.auth")

TOUCHED_EVERY = timedelta(minutes=1)
"""How exactly `lastSeenAt` is kept, so that reading does not mean writing."""


@dataclass(frozen=True, slots=True)
class Person:
    """What other domains may know of somebody."""

    id: UUID
    name: str
    email: str
    role: Role


async def person(session: AsyncSession, user_id: UUID) -> Person | None:
    """Somebody with an account, for work of the system."""
    row = await accounts.person(session, user_id)
    return Person(row.id, row.name, row.email, Role(row.role)) if row else None


async def viewer_of(database: Database, token: str) -> Viewer | None:
    """The bearer of a living session's token, as the database knows them now."""
    if not tokens.is_access_token(token):
        return None
    found = await database.value(READ_VIEWER, [tokens.digest(token), now()])
    if found is None:
        return None
    user_id, role, session_id, seconds_unseen, impersonator_id = found
    viewer = Viewer(
        UUID(user_id),
        Role(role),
        UUID(session_id),
        impersonator_id=UUID(impersonator_id) if impersonator_id else None,
    )
    if float(seconds_unseen) > TOUCHED_EVERY.total_seconds():
        await _touch(database, UUID(session_id))
    return viewer


class RememberedViewers:
    """Who the bearers of tokens were a moment ago, so that nobody is asked for twice.

    A remembered viewer carries a proof: every statement on their behalf checks it before it reads
    anything, so a session that ends is of no use from the next statement on.
    """

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._viewers: OrderedDict[bytes, tuple[Viewer, float]] = OrderedDict()

    def viewer(self, token: str) -> Viewer | None:
        """The bearer, if they were asked for within the last minute."""
        found = self._viewers.get(tokens.digest(token))
        if found is None or found[1] < monotonic():
            return None
        return found[0]

    def remember(self, token: str, viewer: Viewer) -> None:
        proof = tokens.digest(token)
        until = monotonic() + TOUCHED_EVERY.total_seconds()
        self._viewers.pop(proof, None)
        self._viewers[proof] = replace(viewer, proof=proof), until
        if len(self._viewers) > self._size:
            self._viewers.popitem(last=False)


async def _touch(database: Database, session_id: UUID) -> None:
    try:
        await database.transaction(SYSTEM, _note_presence, session_id)
    except (OSError, SQLAlchemyError):
        # The note can wait for the next request; the answer need not.
        logger.warning("could not note that a session is in use", exc_info=True)


async def _note_presence(session: AsyncSession, _viewer: Viewer, session_id: UUID) -> None:
    await sessions.touch(session, session_id, TOUCHED_EVERY)
