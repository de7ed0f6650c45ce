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
from .errors.administration import ReasonInvalid
from .models import UserRole
from .policy import is_known_to_all
from .repository import accounts, sessions
from .repository.administration import admins, is_open
from .repository.audit import HEADS, LINKS, SHORTEST_RETENTION_DAYS
from .repository.functions import PROVEN_SINCE, PROVER, READ_VIEWER, SESSION_PROVER
from .service.accounts import NewUser, appoint
from .service.audit import Witness, note
from .service.choices import choices
from .service.farewells import after_returning, before_leaving
from .service.imports import KnownUser
from .service.imports import bring as bring_users
from .service.presence import SESSIONS_ENDED, session_end
from .service.rates import Rates
from .service.reasons import kept_reason
from .service.sessions import signed_in, themselves
from .service.step_up import demand, proof_needed_since

__all__ = [
    "HEADS",
    "LINKS",
    "PROVEN_SINCE",
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
    "ReasonInvalid",
    "RememberedViewers",
    "Site",
    "UserRole",
    "Witness",
    "admins",
    "after_returning",
    "appoint",
    "before_leaving",
    "bring_users",
    "choices",
    "demand",
    "kept_reason",
    "note",
    "person",
    "proof_needed_since",
    "session_end",
    "signed_in",
    "stays",
    "themselves",
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
    is_public: bool = False
    """Whether everybody may know them, as those whose courses and jobs bear their names."""


async def person(session: AsyncSession, user_id: UUID) -> Person | None:
    """Somebody with an account, for work of the system."""
    row = await accounts.person(session, user_id)
    if row is None:
        return None
    return Person(row.id, row.name, row.email, Role(row.role), is_public=is_known_to_all(row))


async def stays(session: AsyncSession, user_id: UUID) -> bool:
    """Whether somebody's account is open; until the transaction ends they cannot leave.

    Who enters into something with people asks this first, before any lock of its own: who wants to
    leave waits, and is then told of it.
    """
    return await is_open(session, user_id)


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
        self._viewers[proof] = replace(viewer, proof=proof, prover=PROVER), until
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
