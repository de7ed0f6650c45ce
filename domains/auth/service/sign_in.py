"""The rules of signing in. Whoever signs in is nobody yet, so all of it runs as the system.

Whatever is wrong before the password is known to be right, the answer, the statements, the waits
for the disk and the hashes are the same. A try is counted before the password is compared, in one
statement, so that any number of tries at once is no more than so many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import passwords
from domains.auth.engine.audit import Action
from domains.auth.engine.passwords import Hashed, TooManyPasswords
from domains.auth.errors.sessions import (
    AccountDisabled,
    DeletionPending,
    EmailNotVerified,
    InvalidCredentials,
)
from domains.auth.models import TokenType, User
from domains.auth.repository import sign_in as repository
from domains.auth.repository import tokens
from domains.auth.repository.sign_in import Try
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.limiter import reserve
from domains.kernel.refusal import Refused, UserError
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM, Role, Viewer

from . import factors
from .audit import note
from .choices import choices
from .sessions import OpenedSession, open_session

CHALLENGE_LIFETIME = timedelta(minutes=5)
RESTORE_LIFETIME = timedelta(minutes=15)
PASSWORD = "password"  # noqa: S105 (the name of a method)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What somebody whose password was right has to answer before they are anybody."""

    token: str
    factors: list[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a right password opens nothing, and by what that can be changed."""

    reason: UserError
    restore_token: str | None = field(default=None, repr=False)


async def sign_in(
    database: Database, client: Client, email: str, password: str
) -> OpenedSession | Challenge | Barred:
    """Open a session, ask for a second factor, or say why neither."""
    await reserve(database, *choices.rates.sign_in(client, email))
    tried = await repository.reserve(database, address=email)
    new = await _compare(database, tried, password)
    entered = None
    if tried is not None and new is not None:
        entered = await database.transaction(SYSTEM, _enter, client, tried, new.hashed)
    if entered is None:
        await database.transaction(SYSTEM, _note_failure, client, email, tried)
        raise Refused(InvalidCredentials(path=["input"]))
    return entered


@dataclass(frozen=True, slots=True)
class Right:
    """A password was the right one; perhaps its hash is to be replaced."""

    hashed: Hashed | None


async def _compare(database: Database, tried: Try | None, password: str) -> Right | None:
    """Compare with the hash of a try that may be made, or else with nobody's."""
    stored = (tried.password_hash, tried.pepper_kid) if tried else (None, None)
    try:
        checked = await passwords.check(password, *stored)
    except TooManyPasswords:
        # Of nobody's try nothing is taken back, which takes as long.
        whose = tried.user_id if tried is not None else uuid7()
        await database.transaction(SYSTEM, _give_back, whose)
        raise
    return Right(checked.new) if checked.matches else None


async def _give_back(session: AsyncSession, _system: Viewer, user_id: UUID) -> None:
    await repository.give_back(session, user_id)


async def _enter(
    session: AsyncSession, system: Viewer, client: Client, tried: Try, new: Hashed | None
) -> OpenedSession | Challenge | Barred | None:
    """What a right password leads to; None if it is not the right one any more."""
    user = await _accept(session, system, client, tried, new)
    if user is None:
        return None
    offered = await factors.offered(session, user.id)
    if reason := _reason_to_bar(user):
        about: dict[str, Any] = {"outcome": "denied", "reason": type(reason).__name__}
        note(session, Action.LOGIN_FAILED, client, user_id=user.id, **about)
        # Whoever has a second factor goes the way of the mailed link: a password is half a proof.
        leaves = isinstance(reason, DeletionPending) and not offered
        return Barred(reason, await _restore_token(session, user.id) if leaves else None)
    if offered:
        return await _challenge(session, client, user.id, offered)
    return await finish(session, client, user.id, [PASSWORD], aal=1)


def _reason_to_bar(user: User) -> UserError | None:
    """Why somebody who has proved who they are is not let in all the same."""
    path = ["input"]
    if user.disabled_at is not None:
        return AccountDisabled(path=path, reason=user.disabled_reason)
    if user.email_verified_at is None:
        return EmailNotVerified(path=path)
    if user.purge_at is None:
        return None
    return DeletionPending(path=path, purge_at=user.purge_at)


async def _restore_token(session: AsyncSession, user_id: UUID) -> str:
    return await tokens.issue(
        session, user_id, TokenType.ACCOUNT_RESTORE, lifetime=RESTORE_LIFETIME
    )


async def _challenge(
    session: AsyncSession, client: Client, user_id: UUID, offered: list[str]
) -> Challenge:
    """Stand for the right password until the second factor is shown. It opens nothing."""
    token = await tokens.issue(
        session,
        user_id,
        TokenType.MFA_CHALLENGE,
        lifetime=CHALLENGE_LIFETIME,
        details={"methods": [PASSWORD]},
    )
    note(session, Action.CHALLENGE_CREATED, client, user_id=user_id, factors=offered)
    return Challenge(token, offered, now() + CHALLENGE_LIFETIME)


async def finish(
    session: AsyncSession, client: Client, user_id: UUID, methods: Sequence[str], aal: int
) -> OpenedSession:
    """Open a session for somebody who has proved all that they have to, if they may have one."""
    user = await repository.enter(session, user_id)
    if user is None:
        raise Refused(InvalidCredentials(path=["input"]))
    if reason := _reason_to_bar(user):
        raise Refused(reason)
    return await open_session(session, client, user_id, Role(user.role), methods=methods, aal=aal)


async def _note_failure(
    session: AsyncSession, _system: Viewer, client: Client, email: str, tried: Try | None
) -> None:
    _note_try(session, client, await repository.named(session, email), tried)


def _note_try(
    session: AsyncSession, client: Client, known: tuple[UUID, bool] | None, tried: Try | None
) -> None:
    """Write down a try that failed; `known` is whose, and whether they have a password."""
    action = Action.LOGIN_LOCKED if tried and tried.locks else Action.LOGIN_FAILED
    about: dict[str, Any] = {"outcome": "failure", "reason": _reason(known, tried)}
    note(session, action, client, user_id=known[0] if known else None, **about)


def _reason(known: tuple[UUID, bool] | None, tried: Try | None) -> str:
    """For those who read the log alone."""
    match known:
        case None:
            return "no such account"
        case (_, False):
            return "no password"
    return "locked" if tried is None else "wrong password"


async def verify_password(database: Database, client: Client, user_id: UUID, password: str) -> bool:
    """Whether it is the password of somebody who is signed in. Tries count as at a sign-in."""
    await reserve(database, *choices.rates.sign_in(client, str(user_id)))
    tried = await repository.reserve(database, user_id=user_id)
    new = await _compare(database, tried, password)
    if tried is None or new is None:
        await database.transaction(SYSTEM, _note_wrong, client, user_id, tried)
        return False
    return await database.transaction(SYSTEM, _accept, client, tried, new.hashed) is not None


async def _accept(
    session: AsyncSession, _system: Viewer, client: Client, tried: Try, new: Hashed | None
) -> User | None:
    user = await repository.accept(session, tried, new)
    if user is not None and new is not None:
        note(session, Action.PASSWORD_REHASHED, client, user_id=user.id)
    return user


async def _note_wrong(
    session: AsyncSession, _system: Viewer, client: Client, user_id: UUID, tried: Try | None
) -> None:
    _note_try(session, client, (user_id, True), tried)
