"""The rules of deleting an account: its owner can take it back for a while, then it is nobody's.

What an account did stays where others need it, as a course or a booking, under an id that says
nothing. What tells who the person was goes; other domains are told by `UserErased`. They are asked
before somebody leaves: nobody goes who holds money, or owes others something.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.letters import Letter
from domains.auth.errors.accounts import TokenInvalid
from domains.auth.errors.administration import LastAdmin
from domains.auth.events import UserErased
from domains.auth.models import TokenType, User, UserRole
from domains.auth.repository import accounts, deletion, tokens
from domains.auth.repository.administration import change_user, lock_admins, lock_user
from domains.kernel import keys
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.refusal import Refused, Unauthenticated
from domains.kernel.viewer import SYSTEM, Viewer

from . import farewells, letters, sessions, step_up
from .audit import Action, note
from .choices import choices

NOBODY = "Erased person"
DIGITS = 32
"""Of the name of an address that is no more."""


async def request(database: Database, client: Client, viewer: Viewer) -> datetime:
    """Close the viewer's account; gives when it is erased unless they change their mind."""
    return await database.transaction(SYSTEM, _request, client, viewer)


async def restore(database: Database, client: Client, secret: str) -> None:
    """Open an account again that is about to be erased."""
    await database.transaction(SYSTEM, _restore, client, secret)


async def erase_due(session: AsyncSession, most: int) -> int:
    """Erase accounts whose time has come; gives how many."""
    due = await deletion.lock_due(session, now(), most)
    for user in due:
        await erase(session, Client(), user)
    return len(due)


async def erase(session: AsyncSession, client: Client, user: User) -> None:
    """Make an account nobody's. The row of the person is locked."""
    if user.email_verified_at is not None:
        await letters.send(session, Letter.ACCOUNT_ERASED, user_id=user.id, to=user.email)
    await sessions.revoke_all(session, user.id, reason="erased")
    await deletion.empty(session, user.id)
    await accounts.replace_profile(session, user.id)
    await change_user(
        session,
        user.id,
        email=_nobodys_address(user.email),
        name=NOBODY,
        password_hash=None,
        pepper_kid=None,
        app_metadata={},
        disabled_reason=user.disabled_reason and "erased",
        deleted_at=now(),
    )
    note(session, Action.PURGED, client, user_id=user.id)
    emit(session, UserErased(user_id=user.id))


def _nobodys_address(email: str) -> str:
    """The same for the same address, and of no use to anybody without the server's key."""
    return f"{keys.mac('erased address', email.encode()).hex()[:DIGITS]}@erased.invalid"


async def _request(
    session: AsyncSession, _viewer: Viewer, client: Client, viewer: Viewer
) -> datetime:
    user = await _leaving(session, await step_up.demand(session, viewer))
    await farewells.let_go(session, user.id)
    moment = now()
    purge_at = moment + choices.deletion_grace
    await change_user(session, user.id, deletion_requested_at=moment, purge_at=purge_at)
    await sessions.revoke_all(session, user.id, reason="deletion requested")
    await tokens.revoke(session, user.id, *set(TokenType) - {TokenType.EMAIL_UNDO})
    note(session, Action.DELETE_REQUESTED, client, user_id=user.id, viewer=viewer)
    await letters.send(session, Letter.DELETION_REQUESTED, user_id=user.id, client=client)
    return purge_at


async def _leaving(session: AsyncSession, user_id: UUID) -> User:
    """The row of somebody without whom the platform can go on; of two last admins one stays."""
    user = await lock_user(session, user_id)
    if user is None:
        raise Unauthenticated
    if user.role is UserRole.ADMIN and await lock_admins(session) == [user.id]:
        raise Refused(LastAdmin())
    return user


async def _restore(session: AsyncSession, _viewer: Viewer, client: Client, secret: str) -> None:
    token = await tokens.consume(session, secret, TokenType.ACCOUNT_RESTORE)
    user = await lock_user(session, token.user_id) if token and token.user_id else None
    if user is None or user.purge_at is None or user.purge_at <= now():
        raise Refused(TokenInvalid(path=["input", "token"]))
    await change_user(session, user.id, deletion_requested_at=None, purge_at=None)
    await farewells.welcome_back(session, user.id)
    note(session, Action.RESTORED, client, user_id=user.id)
    await letters.send(session, Letter.ACCOUNT_RESTORED, user_id=user.id, client=client)
