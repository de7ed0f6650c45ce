"""The rules of sessions: how they open, go on and end.

A session has one living access token and, unless an admin acts as somebody else in it, one living
refresh token. A refresh brings both anew. A refresh token that comes a second time tells of a
thief, or of a client that lost an answer: the session ends, whoever it was.

Where an operator grants a grace, the token just used may come again for so long, and gets one more
successor. Then both successors live until one of them is used, which retires the other: it counts
as used itself from then on. So a thief and the owner cannot go on beside each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, or_
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import tokens
from domains.auth.engine.audit import Action
from domains.auth.engine.letters import Letter
from domains.auth.errors.sessions import SessionNotFound
from domains.auth.models import RefreshToken, Session
from domains.auth.repository import sessions as repository
from domains.auth.repository.sessions import Lifetimes, Use
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Forbidden, Refused, Unauthenticated
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM, Role, Viewer

from . import letters
from .audit import note
from .choices import choices

MOST_LIVING = 20
"""Sessions of a person; when another is opened the oldest falls out."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened or renewed; the only time that its tokens are known."""

    token: str
    expires_at: datetime
    viewer: Viewer
    refresh_token: str | None = None
    refresh_expires_at: datetime | None = None


def signed_in(viewer: Viewer) -> UUID:
    """The person who asks; nobody else may go on."""
    if viewer.user_id is None:
        raise Unauthenticated
    return viewer.user_id


def themselves(viewer: Viewer) -> UUID:
    """The same, unless an admin acts as them."""
    user_id = signed_in(viewer)
    if viewer.impersonator_id is not None:
        raise Forbidden("Nobody may do this for somebody else.")
    return user_id


async def open_session(
    session: AsyncSession,
    client: Client,
    user_id: UUID,
    role: Role,
    *,
    methods: Sequence[str],
    aal: int,
) -> OpenedSession:
    """Let somebody in who has proved who they are.

    Their row is locked already, so that of sessions opened at once none is one too many.
    """
    row, access_token = _row(client, user_id, methods, aal)
    session.add(row)
    # Before what refers to it, of which the mapper knows nothing.
    await session.flush()
    opened, _ = await _told(session, row, access_token, Viewer(user_id, role, row.id))
    await _end_surplus(session, client, user_id)
    about: dict[str, Any] = {"methods": list(methods), "aal": aal}
    note(session, Action.LOGIN_SUCCEEDED, client, user_id=user_id, viewer=opened.viewer, **about)
    return opened


def _row(client: Client, user_id: UUID, methods: Sequence[str], aal: int) -> tuple[Session, str]:
    token, moment = tokens.new_access_token(), now()
    end = moment + choices.session_lifetime
    row = Session(
        id=uuid7(),
        user_id=user_id,
        token_hash=tokens.digest(token),
        ip=client.address,
        user_agent=client.user_agent,
        methods=list(methods),
        aal=aal,
        access_expires_at=min(moment + choices.access_lifetime, end),
        renewable_until=min(moment + choices.idle_lifetime, end),
        expires_at=end,
    )
    return row, token


async def _told(
    session: AsyncSession, row: Session, access_token: str, viewer: Viewer
) -> tuple[OpenedSession, UUID | None]:
    """What its bearer is told of a session, and the id of its new refresh token, if it has one."""
    opened = OpenedSession(access_token, row.access_expires_at, viewer)
    if row.renewable_until is None:
        return opened, None
    secret, until = tokens.new_refresh_token(), row.renewable_until
    made = RefreshToken(
        user_id=row.user_id,
        session_id=row.id,
        token_hash=tokens.digest(secret),
        expires_at=until,
    )
    session.add(made)
    await session.flush()
    return replace(opened, refresh_token=secret, refresh_expires_at=until), made.id


async def _end_surplus(session: AsyncSession, client: Client, user_id: UUID) -> None:
    surplus = await repository.surplus(session, user_id, MOST_LIVING)
    if not surplus:
        return
    for id in await repository.end(session, col(Session.id).in_(surplus), reason="one too many"):
        about: dict[str, Any] = {"session_id": id, "by": "the number of sessions"}
        note(session, Action.SESSION_REVOKED, client, user_id=user_id, **about)


async def renew(
    session: AsyncSession,
    client: Client,
    viewer: Viewer,
    *,
    methods: Sequence[str] = (),
    aal: int = 1,
) -> OpenedSession:
    """Go on in the viewer's session with new tokens, because they just proved who they are."""
    user_id = themselves(viewer)
    row = await repository.lock(session, user_id, viewer.session_id) if viewer.session_id else None
    if row is None:
        raise Unauthenticated
    token, moment = tokens.new_access_token(), now()
    row.token_hash, row.auth_time, row.last_seen_at = tokens.digest(token), moment, moment
    row.aal = max(row.aal, aal)
    row.methods = [*row.methods, *(each for each in methods if each not in row.methods)]
    row.access_expires_at = min(moment + choices.access_lifetime, row.expires_at)
    if row.renewable_until is not None:
        row.renewable_until = min(moment + choices.idle_lifetime, row.expires_at)
    opened, successor_id = await _told(session, row, token, replace(viewer, proof=None))
    if successor_id is not None:
        await repository.retire(session, row.id, successor_id)
    note(session, Action.TOKEN_REFRESHED, client, user_id=user_id, viewer=viewer)
    return opened


async def refresh(database: Database, client: Client, presented: str) -> OpenedSession:
    """Go on in a session with new tokens; of all else it is not told what was wrong."""
    successors = tokens.new_access_token(), tokens.new_refresh_token()
    use = None
    if tokens.is_refresh_token(presented):
        use = await repository.use_refresh_token(
            database, client, presented, successors, _lifetimes()
        )
    if use is not None and use.is_reuse:
        await database.transaction(SYSTEM, _tell_of_reuse, client, use)
    if use is None or use.is_reuse:
        raise Unauthenticated("The session has ended. Sign in again.")
    viewer = Viewer(use.user_id, Role(use.role), use.session_id)
    access_token, refresh_token = successors
    return OpenedSession(access_token, use.access_until, viewer, refresh_token, use.refresh_until)


def _lifetimes() -> Lifetimes:
    return Lifetimes(choices.access_lifetime, choices.idle_lifetime, choices.reuse_grace)


async def _tell_of_reuse(session: AsyncSession, _system: Viewer, client: Client, use: Use) -> None:
    await letters.send(session, Letter.TOKEN_REUSED, user_id=use.user_id, client=client)


async def revoke_session(
    database: Database, client: Client, viewer: Viewer, id: UUID | None
) -> None:
    """End one of the viewer's sessions: its tokens are refused from the next request on."""
    await database.transaction(SYSTEM, _revoke, client, viewer, id)


async def _revoke(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, id: UUID | None
) -> None:
    user_id = signed_in(viewer) if id == viewer.session_id else themselves(viewer)
    if id is None or not await repository.revoke(session, user_id, id):
        raise Refused(SessionNotFound(path=["input", "id"]))
    action = Action.LOGOUT if id == viewer.session_id else Action.SESSION_REVOKED
    resource = f"session:{id}"
    note(session, action, client, user_id=user_id, viewer=viewer, resource=resource)


async def revoke_others(database: Database, client: Client, viewer: Viewer) -> int:
    """End all of the viewer's sessions but the one they ask in; says how many."""
    return await database.transaction(SYSTEM, _revoke_many, client, viewer, viewer.session_id)


async def _revoke_many(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, but: UUID | None
) -> int:
    user_id = themselves(viewer)
    count = await revoke_all(session, user_id, but=but, reason="signed out elsewhere")
    about: dict[str, Any] = {"viewer": viewer, "sessions": count}
    note(session, Action.SESSION_REVOKED, client, user_id=user_id, **about)
    return count


async def revoke_all(
    session: AsyncSession, user_id: UUID, *, but: UUID | None = None, reason: str
) -> int:
    """End a person's sessions, all or all but one; says how many there were.

    Those in which they act as somebody else are theirs as well. It writes nothing into the audit
    log: whoever calls it knows why.
    """
    which = [or_(col(Session.user_id) == user_id, col(Session.impersonator_id) == user_id)]
    if but is not None:
        which.append(col(Session.id) != but)
    return len(await repository.end(session, *which, reason=reason))


async def end_impersonations(session: AsyncSession, user_id: UUID, *, reason: str) -> None:
    """End the sessions in which a person acts as somebody else, or somebody else as them."""
    acts = col(Session.impersonator_id) == user_id
    is_acted = and_(col(Session.user_id) == user_id, col(Session.impersonator_id).is_not(None))
    await repository.end(session, or_(acts, is_acted), reason=reason)
