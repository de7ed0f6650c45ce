"""The rules of signing up, in and out.

Passwords are hashed between transactions and never inside one, so that no connection waits for a
thread. All of this runs as the system: whoever signs in is nobody yet.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.refusal import Refused, Unauthenticated, UserError
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM, Role, Viewer

from . import repository
from .engine import passwords, tokens
from .errors import (
    InvalidCredentials,
    NameInvalid,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SessionNotFound,
)
from .events import SignUpRepeated, UserSignedUp
from .models import Session, User, UserProfile, UserRole

SHORTEST_NAME = 2
LONGEST_NAME = 100
JOINERS = str.maketrans("", "", "\u200c\u200d")
"""They cannot be seen, but some scripts need them to write a name."""


@dataclass(slots=True)
class Choices:
    """What the operator may choose; set once, before the first request."""

    session_lifetime: timedelta = timedelta(hours=24)


choices = Choices()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What a person tells at sign-up."""

    email: str
    password: str
    name: str
    role: UserRole


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened; the only time that its token is known."""

    token: str
    expires_at: datetime
    viewer: Viewer


def signed_in(viewer: Viewer) -> UUID:
    """The person who asks; nobody else may go on."""
    if viewer.user_id is None:
        raise Unauthenticated
    return viewer.user_id


async def sign_up(database: Database, client: Client, new: NewUser) -> None:
    """Make an account. Where the address has one already, only its owner is told so."""
    await database.transaction(SYSTEM, _add, client, await _account_of(new))


async def appoint(database: Database, new: NewUser) -> bool:
    """Make an account on an operator's word, its address verified; false if it has one already."""
    user = await _account_of(new)
    user.email_verified_at = now()
    return await database.transaction(SYSTEM, _appoint, user)


async def _account_of(new: NewUser) -> User:
    """The row of somebody whose name and password will do."""
    name = " ".join(unicodedata.normalize("NFC", new.name).split())
    flaws = [*_name_flaws(name), *_password_flaws(new)]
    if flaws:
        raise Refused(*flaws)
    return User(
        email=new.email,
        name=name,
        role=new.role,
        password_hash=await passwords.hashed(new.password),
    )


async def _appoint(session: AsyncSession, _viewer: Viewer, user: User) -> bool:
    added = await repository.add_user(session, user)
    if added:
        session.add(UserProfile(user_id=user.id))
        repository.note(session, "user.appointed", user.id, resource=f"role:{user.role}")
        emit(session, UserSignedUp(user_id=user.id))
    return added


async def _add(session: AsyncSession, _viewer: Viewer, client: Client, user: User) -> None:
    if await repository.add_user(session, user):
        session.add(UserProfile(user_id=user.id))
        repository.note(session, "user.signed_up", user.id, ip=client.address)
        emit(session, UserSignedUp(user_id=user.id))
    elif there := await repository.account(session, user.email):
        repository.note(session, "user.sign_up_repeated", there.id, ip=client.address)
        emit(session, SignUpRepeated(user_id=there.id))


def _name_flaws(name: str) -> list[UserError]:
    shown = name.translate(JOINERS)
    if len(shown) >= SHORTEST_NAME and len(name) <= LONGEST_NAME and shown.isprintable():
        return []
    return [NameInvalid(path=["input", "name"], minimum=SHORTEST_NAME, maximum=LONGEST_NAME)]


def _password_flaws(new: NewUser) -> list[UserError]:
    path = ["input", "password"]
    length = len(passwords.normalized(new.password))
    if length < passwords.SHORTEST:
        return [PasswordTooShort(path=path, minimum=passwords.SHORTEST)]
    if length > passwords.LONGEST:
        return [PasswordTooLong(path=path, maximum=passwords.LONGEST)]
    if passwords.is_common(new.password, new.email, new.name):
        return [PasswordTooCommon(path=path)]
    return []


async def sign_in(database: Database, client: Client, email: str, password: str) -> OpenedSession:
    """Open a session. Whatever is wrong, the answer and the work are the same."""
    account = await database.transaction(SYSTEM, _account, email)
    checked = await passwords.check(password, account.password_hash if account else None)
    opened = None
    if account is not None and checked.matches:
        opened = await database.transaction(SYSTEM, _open, client, account, checked.new_hash)
    if opened is None:
        await database.transaction(SYSTEM, _note_failure, client, account)
        raise Refused(InvalidCredentials(path=["input"]))
    return opened


async def _account(session: AsyncSession, _viewer: Viewer, email: str) -> repository.Account | None:
    return await repository.account(session, email)


async def _open(
    session: AsyncSession,
    _viewer: Viewer,
    client: Client,
    account: repository.Account,
    new_hash: str | None,
) -> OpenedSession | None:
    role = await repository.enter(session, account, new_hash)
    if role is None:
        return None
    token, id, expires_at = tokens.new_access_token(), uuid7(), now() + choices.session_lifetime
    opened = Session(
        id=id,
        user_id=account.id,
        token_hash=tokens.digest(token),
        ip=client.address,
        user_agent=client.user_agent,
        expires_at=expires_at,
    )
    session.add(opened)
    _note_session(session, "login.succeeded", account.id, id, client)
    return OpenedSession(token, expires_at, Viewer(account.id, Role(role), id))


async def _note_failure(
    session: AsyncSession, _viewer: Viewer, client: Client, account: repository.Account | None
) -> None:
    repository.note(session, "login.failed", account.id if account else None, ip=client.address)


async def revoke_session(
    database: Database, client: Client, viewer: Viewer, id: UUID | None
) -> None:
    """End one of the viewer's sessions: its token is refused from the next request on."""
    await database.transaction(SYSTEM, _revoke, client, signed_in(viewer), id)


async def _revoke(
    session: AsyncSession, _viewer: Viewer, client: Client, user_id: UUID, id: UUID | None
) -> None:
    if id is None or not await repository.revoke(session, user_id, id):
        raise Refused(SessionNotFound(path=["input", "id"]))
    _note_session(session, "session.revoked", user_id, id, client)


def _note_session(
    session: AsyncSession, action: str, user_id: UUID, session_id: UUID, client: Client
) -> None:
    repository.note(session, action, user_id, resource=f"session:{session_id}", ip=client.address)
