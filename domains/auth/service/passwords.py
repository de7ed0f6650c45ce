"""The rules of passwords: which will do, and how a person comes by a new one."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import passwords
from domains.auth.engine.letters import Letter
from domains.auth.engine.passwords import LONGEST, Flaw, Hashed, Weakness
from domains.auth.errors.accounts import (
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordTooSimilar,
    PasswordTooWeak,
    TokenInvalid,
)
from domains.auth.errors.sessions import PasswordWrong
from domains.auth.events import UserSignedUp
from domains.auth.models import TokenType, User
from domains.auth.repository import accounts as repository
from domains.auth.repository import tokens
from domains.auth.repository.administration import change_user, lock_user
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.limiter import granted, reserve
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM, Viewer

from . import letters, sessions, sign_in, step_up
from .audit import Action, note
from .choices import choices
from .sessions import OpenedSession

NEW_PASSWORD = ["input", "newPassword"]

STALE = tuple(set(TokenType) - {TokenType.EMAIL_UNDO, TokenType.ACCOUNT_RESTORE})
"""What was mailed or begun under an older password, and ends with it. What takes an account back
from a thief stays, for the new password may be the thief's."""


async def flaws(password: str, path: Sequence[str], *personal: str) -> list[UserError]:
    """Why a password will not do for somebody of whom this is known."""
    found = await passwords.weakness(password, personal, choices.password_minimum)
    return [_refusal(found, list(path))] if found else []


def _refusal(found: Weakness, path: list[str]) -> UserError:
    match found.flaw:
        case Flaw.SHORT:
            return PasswordTooShort(path=path, minimum=choices.password_minimum)
        case Flaw.LONG:
            return PasswordTooLong(path=path, maximum=LONGEST)
        case Flaw.SIMILAR:
            return PasswordTooSimilar(path=path)
        case Flaw.COMMON:
            return PasswordTooCommon(path=path)
        case Flaw.WEAK:
            suggestions = list(found.suggestions)
            return PasswordTooWeak(path=path, score=found.score, suggestions=suggestions)


async def change(
    database: Database, client: Client, viewer: Viewer, current: str, new: str
) -> OpenedSession:
    """Choose another password, knowing the present one; all other sessions end."""
    user = await database.transaction(SYSTEM, _of_viewer, viewer)
    if found := await flaws(new, NEW_PASSWORD, user.email, user.name):
        raise Refused(*found)
    if not await sign_in.verify_password(database, client, user.id, current):
        raise Refused(PasswordWrong(path=["input", "currentPassword"]))
    hashed = await passwords.hashed(new)
    return await database.transaction(SYSTEM, _change, client, viewer, hashed)


async def request_reset(database: Database, client: Client, email: str) -> None:
    """Mail a secret that sets a new password, if there is such an account."""
    await reserve(database, *choices.rates.letter(client))
    mailed = await granted(database, *choices.rates.mail(email))
    await database.transaction(SYSTEM, _request, client, email, mailed=mailed)


async def reset(database: Database, client: Client, secret: str, new: str) -> None:
    """Set a new password, knowing the mailed secret. A password that will not do leaves it good."""
    await reserve(database, *choices.rates.sign_up(client))
    user = await database.transaction(SYSTEM, _bearer, secret)
    if user is None:
        raise Refused(TokenInvalid(path=["input", "token"]))
    if found := await flaws(new, NEW_PASSWORD, user.email, user.name):
        raise Refused(*found)
    hashed = await passwords.hashed(new)
    await database.transaction(SYSTEM, _reset, client, secret, hashed)


async def _of_viewer(session: AsyncSession, _viewer: Viewer, viewer: Viewer) -> User:
    return _present(await repository.person(session, await step_up.demand(session, viewer)))


async def _change(
    session: AsyncSession, _viewer: Viewer, client: Client, viewer: Viewer, hashed: Hashed
) -> OpenedSession:
    user = _present(await lock_user(session, await step_up.demand(session, viewer)))
    await _set(session, user, hashed)
    await sessions.revoke_all(session, user.id, but=viewer.session_id, reason="password changed")
    opened = await sessions.renew(session, client, viewer)
    note(session, Action.PASSWORD_CHANGED, client, user_id=user.id, viewer=viewer)
    await letters.send(session, Letter.PASSWORD_CHANGED, user_id=user.id, client=client)
    return opened


async def _request(
    session: AsyncSession, _viewer: Viewer, client: Client, email: str, *, mailed: bool
) -> None:
    there = await repository.holder(session, email)
    user_id = there.id if there else None
    # Written down for an address of nobody's as well, so that asking takes as long.
    outcome = "success" if mailed and there else "denied"
    note(session, Action.PASSWORD_RESET_REQUESTED, client, user_id=user_id, outcome=outcome)
    if mailed:
        await letters.send(session, Letter.RESET_PASSWORD, to=email, client=client)


async def _bearer(session: AsyncSession, _viewer: Viewer, secret: str) -> User | None:
    return await repository.bearer(session, secret, TokenType.RESET_PASSWORD)


async def _reset(
    session: AsyncSession, _viewer: Viewer, client: Client, secret: str, hashed: Hashed
) -> None:
    token = await tokens.consume(session, secret, TokenType.RESET_PASSWORD)
    user = await lock_user(session, token.user_id) if token and token.user_id else None
    # A mailbox that was the account's when the secret was made may not be by now.
    if token is None or user is None or token.details.get("email") != user.email:
        raise Refused(TokenInvalid(path=["input", "token"]))
    await _set(session, user, hashed)
    await _verify(session, client, user)
    await sessions.revoke_all(session, user.id, reason="password reset")
    note(session, Action.PASSWORD_RESET, client, user_id=user.id)
    await letters.send(session, Letter.PASSWORD_CHANGED, user_id=user.id, client=client)


async def _set(session: AsyncSession, user: User, hashed: Hashed) -> None:
    """A new password opens a locked account again, and ends what the old one began."""
    values = {"password_hash": hashed.hash, "pepper_kid": hashed.pepper_kid}
    unlocked = {"failed_logins": 0, "last_failed_at": None, "locked_until": None}
    await change_user(session, user.id, **values, **unlocked)
    await tokens.revoke(session, user.id, *STALE)


async def _verify(session: AsyncSession, client: Client, user: User) -> None:
    """Who reads the mail of an address has proved that it is theirs."""
    if user.email_verified_at is None:
        await change_user(session, user.id, email_verified_at=now())
        note(session, Action.EMAIL_VERIFIED, client, user_id=user.id)
        emit(session, UserSignedUp(user_id=user.id))


def _present(user: User | None) -> User:
    if user is None:
        raise RuntimeError("a person who is signed in has no account")
    return user
