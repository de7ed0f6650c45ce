"""Proving again who one is, before acts that somebody at an unlocked screen must not do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.audit import Action
from domains.auth.errors.factors import CodeInvalid
from domains.auth.errors.passkeys import PasskeyInvalid
from domains.auth.errors.sessions import PasswordWrong
from domains.auth.repository import sessions as repository
from domains.auth.repository.sign_in import has_password
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Refused, StepUpRequired, Unauthenticated
from domains.kernel.viewer import SYSTEM, Viewer

from . import factors, passkeys
from .audit import note
from .choices import choices
from .factors import Factor
from .sessions import OpenedSession, renew, revoke_all, themselves
from .sign_in import PASSWORD, verify_password


async def demand(session: AsyncSession, viewer: Viewer) -> UUID:
    """Go on only for somebody who proved lately, in this very session, who they are."""
    user_id = themselves(viewer)
    proven_at = None
    if viewer.session_id is not None:
        proven_at = await repository.proven_at(session, viewer.session_id)
    if proven_at is None or proven_at < proof_needed_since():
        raise StepUpRequired(await _allowed(session, user_id))
    return user_id


def proof_needed_since() -> datetime:
    """From when on a proof is recent."""
    return now() - choices.step_up_window


async def _allowed(session: AsyncSession, user_id: UUID) -> list[str]:
    """By what a person can prove it."""
    known = [PASSWORD] if await has_password(session, user_id) else []
    offered = await factors.offered(session, user_id)
    return [*known, *(factor for factor in offered if factor != Factor.RECOVERY)]


async def by_password(
    database: Database, client: Client, viewer: Viewer, password: str
) -> OpenedSession:
    """Prove it by the password, whose tries count as at a sign-in."""
    if not await verify_password(database, client, themselves(viewer), password):
        raise Refused(PasswordWrong(path=["input", "password"]))
    return await database.transaction(SYSTEM, _renew, client, viewer, PASSWORD, 1)


async def by_code(
    database: Database, client: Client, viewer: Viewer, method: str, code: str
) -> OpenedSession:
    """Prove it by a second factor, whose tries count apart from those of the password."""
    user_id = themselves(viewer)
    await factors.reserve(database, user_id)
    opened = await database.transaction(SYSTEM, _by_code, client, viewer, method, code)
    if opened is None:
        raise Refused(CodeInvalid(path=["input", "code"]))
    return opened


async def _by_code(
    session: AsyncSession, system: Viewer, client: Client, viewer: Viewer, method: str, code: str
) -> OpenedSession | None:
    """None commits as well: the try was counted."""
    user_id, within = themselves(viewer), viewer.session_id
    if within is None:
        raise Unauthenticated
    if not await factors.verify(session, client, user_id, method, code, within=within):
        return None
    return await _renew(session, system, client, viewer, method, 2)


async def by_passkey(
    database: Database, client: Client, viewer: Viewer, challenge: str, credential: Any
) -> OpenedSession:
    """Prove it by a passkey, which is two factors by itself."""
    await factors.reserve(database, themselves(viewer))
    opened = await database.transaction(SYSTEM, _by_passkey, client, viewer, challenge, credential)
    if opened is None:
        raise Refused(PasskeyInvalid(path=["input", "credential"]))
    return opened


async def _by_passkey(
    session: AsyncSession,
    system: Viewer,
    client: Client,
    viewer: Viewer,
    challenge: str,
    credential: Any,
) -> OpenedSession | None:
    """None commits as well: the challenge was used up."""
    user_id = themselves(viewer)
    if not await passkeys.verify(session, client, user_id, challenge, credential):
        return None
    return await _renew(session, system, client, viewer, Factor.PASSKEY, 2)


async def _renew(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, method: str, aal: int
) -> OpenedSession:
    opened = await renew(session, client, viewer, methods=[method], aal=aal)
    about: dict[str, Any] = {"viewer": viewer, "method": method}
    note(session, Action.SESSION_STEPPED_UP, client, user_id=viewer.user_id, **about)
    return opened


async def sign_out_everywhere(database: Database, client: Client, viewer: Viewer) -> int:
    """End all of the viewer's sessions, this one as well; says how many."""
    return await database.transaction(SYSTEM, _sign_out_everywhere, client, viewer)


async def _sign_out_everywhere(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer
) -> int:
    user_id = await demand(session, viewer)
    count = await revoke_all(session, user_id, reason="signed out everywhere")
    about: dict[str, Any] = {"viewer": viewer, "sessions": count}
    note(session, Action.SESSION_REVOKED, client, user_id=user_id, **about)
    return count
