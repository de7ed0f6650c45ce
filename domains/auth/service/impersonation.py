"""Admins who act as somebody else: briefly, for a reason, and never unseen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import tokens
from domains.auth.engine.audit import Action
from domains.auth.engine.letters import Letter
from domains.auth.errors.administration import ImpersonationRefused
from domains.auth.models import Session, User, UserRole
from domains.auth.repository import accounts
from domains.auth.repository import sessions as repository
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Forbidden, Refused, Unauthenticated
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM, Role, Viewer

from . import letters
from .audit import note
from .reasons import kept_reason
from .sessions import OpenedSession

LIFETIME = timedelta(minutes=15)
"""Of such a session as a whole: it has no refresh token."""


@dataclass(slots=True)
class Impersonation:
    """The session that an act of administration is asked to open."""

    opened: OpenedSession | None = None


async def impersonate(
    session: AsyncSession,
    client: Client,
    viewer: Viewer,
    user: User,
    reason: str,
    made: Impersonation,
) -> None:
    """Open a session as somebody who is no admin. They are told by mail."""
    reason = kept_reason(reason)
    if user.role is UserRole.ADMIN or user.disabled_at or user.deletion_requested_at:
        raise Refused(ImpersonationRefused(path=["input", "id"]))
    admin = await accounts.person(session, viewer.user_id) if viewer.user_id else None
    if admin is None:
        raise Unauthenticated
    token, row = _session(client, admin, user, reason)
    session.add(row)
    role = Role(user.role)
    opened = Viewer(user.id, role, row.id, impersonator_id=admin.id)
    made.opened = OpenedSession(token, row.access_expires_at, opened)
    about: dict[str, Any] = {"user_id": user.id, "viewer": viewer, "session_id": row.id}
    note(session, Action.IMPERSONATION_STARTED, client, reason=reason, **about)
    minutes = LIFETIME // timedelta(minutes=1)
    letter = Letter.IMPERSONATION_STARTED
    await letters.send(session, letter, user_id=user.id, minutes=minutes, reason=reason)


def _session(client: Client, admin: User, user: User, reason: str) -> tuple[str, Session]:
    token, end = tokens.new_access_token(), now() + LIFETIME
    return token, Session(
        id=uuid7(),
        user_id=user.id,
        token_hash=tokens.digest(token),
        access_expires_at=end,
        expires_at=end,
        ip=client.address,
        user_agent=client.user_agent,
        methods=["impersonation"],
        impersonator_id=admin.id,
        impersonator_name=admin.name,
        impersonation_reason=reason,
    )


async def end_impersonation(database: Database, client: Client, viewer: Viewer) -> UUID:
    """Be oneself again; gives the session that has ended."""
    return await database.transaction(SYSTEM, _end, client, viewer)


async def _end(session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer) -> UUID:
    if viewer.user_id is None or viewer.session_id is None:
        raise Unauthenticated
    if viewer.impersonator_id is None:
        raise Forbidden("Nobody acts as somebody else in this session.")
    await repository.revoke(session, viewer.user_id, viewer.session_id)
    note(session, Action.IMPERSONATION_ENDED, client, user_id=viewer.user_id, viewer=viewer)
    return viewer.session_id
