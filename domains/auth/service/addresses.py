"""The rules of changing the address of an account, and of taking such a change back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.letters import Letter
from domains.auth.errors.accounts import EmailTaken, EmailUnchanged, TokenInvalid
from domains.auth.events import UserEmailChanged
from domains.auth.models import Token, TokenType, User
from domains.auth.repository import accounts as repository
from domains.auth.repository import tokens
from domains.auth.repository.administration import change_user, lock_user
from domains.auth.repository.letters import is_open
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.limiter import reserve
from domains.kernel.refusal import Refused
from domains.kernel.viewer import SYSTEM, Viewer

from . import letters, sessions, step_up
from .audit import Action, note
from .choices import choices
from .deletion import erase

OF_THE_ADDRESS = (
    TokenType.EMAIL_CHANGE,
    TokenType.EMAIL_VERIFICATION,
    TokenType.MFA_EMAIL,
    TokenType.RESET_PASSWORD,
)
"""What was mailed, and dies with a change of the address."""


async def request(database: Database, client: Client, viewer: Viewer, email: str) -> None:
    """Mail a secret to the new address; until it comes back nothing changes."""
    await database.transaction(SYSTEM, _demand, viewer, email)
    await reserve(database, *choices.rates.letter(client), *choices.rates.mail(email))
    await database.transaction(SYSTEM, _request, client, viewer, email)


async def confirm(database: Database, client: Client, secret: str) -> None:
    """Put the new address in the old one's place. The old one is told, and can undo it."""
    await database.transaction(SYSTEM, _confirm, client, secret)


async def undo(database: Database, client: Client, secret: str) -> None:
    """Put the old address back.

    Whoever changed it knew the password, so that is worth nothing from now on: the old address is
    mailed a secret that sets a new one.
    """
    await database.transaction(SYSTEM, _undo, client, secret)


async def _demand(session: AsyncSession, _viewer: Viewer, viewer: Viewer, email: str) -> None:
    user = await repository.person(session, await step_up.demand(session, viewer))
    if user is None or user.email == email:
        raise Refused(EmailUnchanged(path=["input", "newEmail"]))


async def _request(
    session: AsyncSession, _viewer: Viewer, client: Client, viewer: Viewer, email: str
) -> None:
    user_id = await step_up.demand(session, viewer)
    note(session, Action.EMAIL_CHANGE_REQUESTED, client, user_id=user_id, viewer=viewer)
    # It goes out even if the address is another account's: only the mailbox is told so.
    await letters.send(
        session,
        Letter.CONFIRM_NEW_EMAIL,
        user_id=user_id,
        to=email,
        client=client,
        session_id=viewer.session_id,
    )


async def _confirm(session: AsyncSession, _viewer: Viewer, client: Client, secret: str) -> None:
    token = await tokens.consume(session, secret, TokenType.EMAIL_CHANGE)
    user = await _owner(session, token)
    if token is None or user.disabled_at or user.deletion_requested_at:
        raise Refused(TokenInvalid(path=["input", "token"]))
    # A thief whose session was ended may still have the link that they asked for in it.
    if not await _is_open(session, token):
        raise Refused(TokenInvalid(path=["input", "token"]))
    old, new = user.email, token.details["email"]
    await _free(session, client, new)
    await _move(session, user, new)
    note(session, Action.EMAIL_CHANGED, client, user_id=user.id)
    await letters.send(session, Letter.EMAIL_CHANGE_NOTICE, user_id=user.id, to=old, client=client)


async def _undo(session: AsyncSession, _viewer: Viewer, client: Client, secret: str) -> None:
    token = await tokens.consume(session, secret, TokenType.EMAIL_UNDO)
    user = await _owner(session, token)
    if token is None:
        raise Refused(TokenInvalid(path=["input", "token"]))
    old = token.details["email"]
    if user.email != old:
        await _free(session, client, old)
    await _move(session, user, old)
    await change_user(session, user.id, password_hash=None, pepper_kid=None)
    await tokens.revoke(session, user.id, TokenType.MFA_CHALLENGE)
    # Older ones stay good: of two changes in a row the first may have been the thief's as well.
    await repository.forget_undos(session, user.id, _changed_at(token))
    await sessions.revoke_all(session, user.id, reason="email change undone")
    note(session, Action.EMAIL_CHANGE_UNDONE, client, user_id=user.id)
    await letters.send(session, Letter.RESET_PASSWORD, to=old, client=client)


def _changed_at(token: Token) -> datetime:
    """When the change was made that a secret takes back."""
    told = token.details.get("at")
    return token.created_at if told is None else datetime.fromisoformat(told)


async def _is_open(session: AsyncSession, token: Token) -> bool:
    """Whether nobody has ended the session in which a change was asked for."""
    asked_in = token.details.get("session_id")
    return asked_in is None or await is_open(session, UUID(asked_in))


async def _owner(session: AsyncSession, token: Token | None) -> User:
    """Whose account a secret is about."""
    user = await lock_user(session, token.user_id) if token and token.user_id else None
    if user is None:
        raise Refused(TokenInvalid(path=["input", "token"]))
    return user


async def _free(session: AsyncSession, client: Client, email: str) -> None:
    """Make sure that an address is nobody's: an account that never verified it yields."""
    holder = await repository.lock_holder(session, email)
    if holder is None:
        return
    if holder.email_verified_at is not None:
        raise Refused(EmailTaken(path=["input", "token"]))
    await erase(session, client, holder)


async def _move(session: AsyncSession, user: User, email: str) -> None:
    """Give an account another address, which is known to be its owner's."""
    try:
        await change_user(session, user.id, email=email, email_verified_at=now())
    except IntegrityError:
        raise Refused(EmailTaken(path=["input", "token"])) from None
    await tokens.revoke(session, user.id, *OF_THE_ADDRESS)
    emit(session, UserEmailChanged(user_id=user.id))
