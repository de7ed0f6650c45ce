"""The rules of signing up, and of proving whose an address is.

Passwords are hashed between transactions and never inside one, so that no connection waits for a
thread. All of this runs as the system: whoever signs up is nobody yet.

An account whose address is not verified opens nothing, and the next who signs up with the address
takes its place. To verify takes the mailed secret and the password, so neither a stranger who
signed up first nor one who signs up later gets into the account of the mailbox's owner.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import passwords
from domains.auth.engine.letters import Letter
from domains.auth.engine.passwords import Checked
from domains.auth.errors.accounts import NameInvalid, TokenInvalid
from domains.auth.errors.sessions import InvalidCredentials
from domains.auth.events import SignUpRepeated, UserSignedUp
from domains.auth.models import TokenType, User, UserRole
from domains.auth.repository import accounts as repository
from domains.auth.repository import tokens
from domains.auth.repository.accounts import Account
from domains.auth.repository.administration import change_user
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.limiter import granted, reserve
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM, Viewer

from . import letters
from .audit import Action, note
from .choices import choices
from .passwords import flaws

SHORTEST_NAME = 2
LONGEST_NAME = 100
JOINERS = str.maketrans("", "", "\u200c\u200d")
"""They cannot be seen, but some scripts need them to write a name."""

MOST_TRIES = 5
"""Passwords that can be tried with one mailed secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What a person tells at sign-up."""

    email: str
    password: str
    name: str
    role: UserRole


async def sign_up(database: Database, client: Client, new: NewUser) -> None:
    """Make an account. Where the address has one already, only its owner is told so."""
    await reserve(database, *choices.rates.sign_up(client))
    user = await _account_of(new)
    mailed = await granted(database, *choices.rates.mail(user.email))
    await database.transaction(SYSTEM, _add, client, user, mailed=mailed)


async def appoint(database: Database, new: NewUser) -> bool:
    """Make an account on an operator's word, its address verified; false if it has one already."""
    user = await _account_of(new)
    user.email_verified_at = now()
    return await database.transaction(SYSTEM, _appoint, user)


async def resend_verification(database: Database, client: Client, email: str) -> None:
    """Mail another secret, if an account waits for one; the asker does not learn whether."""
    await reserve(database, *choices.rates.letter(client))
    mailed = await granted(database, *choices.rates.mail(email))
    await database.transaction(SYSTEM, _resend, client, email, mailed=mailed)


async def verify_email(database: Database, client: Client, secret: str, password: str) -> None:
    """Note that an address is the person's, who knows the mailed secret and the password."""
    tried = await database.transaction(SYSTEM, _count_try, secret)
    if tried is None:
        raise Refused(TokenInvalid(path=["input", "token"]))
    checked = await passwords.check(password, tried.password_hash, tried.pepper_kid)
    if not checked.matches:
        await database.transaction(SYSTEM, _note_wrong_password, client, tried)
        message = "The password is not the one of the sign-up."
        raise Refused(InvalidCredentials(path=["input", "password"], message=message))
    await database.transaction(SYSTEM, _verify, client, secret, tried, checked)


def plain_name(name: str) -> str:
    """A name as it is kept."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_flaws(name: str) -> list[UserError]:
    """Why a plain name cannot be kept."""
    shown = name.translate(JOINERS)
    if len(shown) >= SHORTEST_NAME and len(name) <= LONGEST_NAME and shown.isprintable():
        return []
    return [NameInvalid(path=["input", "name"], minimum=SHORTEST_NAME, maximum=LONGEST_NAME)]


async def _account_of(new: NewUser) -> User:
    """The row of somebody whose name and password will do."""
    name = plain_name(new.name)
    path = ["input", "password"]
    found = [*name_flaws(name), *await flaws(new.password, path, new.email, name[:LONGEST_NAME])]
    if found:
        raise Refused(*found)
    hashed = await passwords.hashed(new.password)
    return User(
        email=new.email,
        name=name,
        role=new.role,
        password_hash=hashed.hash,
        pepper_kid=hashed.pepper_kid,
    )


async def _appoint(session: AsyncSession, _viewer: Viewer, user: User) -> bool:
    added = await repository.add_user(session, user)
    if added:
        about: dict[str, Any] = {"user_id": user.id, "resource": f"role:{user.role}"}
        note(session, Action.APPOINTED, Client(), **about)
        emit(session, UserSignedUp(user_id=user.id))
    return added


async def _add(
    session: AsyncSession, _viewer: Viewer, client: Client, user: User, *, mailed: bool
) -> None:
    if await repository.add_user(session, user):
        note(session, Action.SIGNED_UP, client, user_id=user.id, mailed=mailed)
        if mailed:
            await letters.send(session, Letter.VERIFY_EMAIL, user_id=user.id, client=client)
    elif there := await repository.lock_holder(session, user.email):
        note(session, Action.SIGN_UP_REPEATED, client, user_id=there.id, mailed=mailed)
        if mailed:
            await _repeat(session, client, there, user)


async def _repeat(session: AsyncSession, client: Client, there: User, user: User) -> None:
    """Somebody signs up with an address that has an account: theirs, another's or nobody's yet."""
    if there.email_verified_at is not None:
        await letters.send(session, Letter.ACCOUNT_EXISTS, user_id=there.id, client=client)
        emit(session, SignUpRepeated(user_id=there.id))
    elif there.disabled_at is None:
        await tokens.revoke(session, there.id, *TokenType)
        await repository.replace_profile(session, there.id)
        told = user.model_dump(include={"name", "role", "password_hash", "pepper_kid"})
        await change_user(session, there.id, **told)
        await letters.send(session, Letter.VERIFY_EMAIL, user_id=there.id, client=client)


async def _resend(
    session: AsyncSession, _viewer: Viewer, client: Client, email: str, *, mailed: bool
) -> None:
    there = await repository.holder(session, email)
    waits = there is not None and there.email_verified_at is None
    about: dict[str, Any] = {"user_id": there.id if there else None}
    # Written down for an address of nobody's as well, so that asking takes as long.
    outcome = "success" if mailed and waits else "denied"
    note(session, Action.VERIFICATION_SENT, client, outcome=outcome, **about)
    if mailed:
        await letters.send(session, Letter.VERIFY_EMAIL, to=email, client=client)


async def _count_try(session: AsyncSession, _viewer: Viewer, secret: str) -> Account | None:
    type = TokenType.EMAIL_VERIFICATION
    return await repository.count_try(session, secret, type, MOST_TRIES)


async def _note_wrong_password(
    session: AsyncSession, _viewer: Viewer, client: Client, tried: Account
) -> None:
    note(session, Action.EMAIL_VERIFIED, client, user_id=tried.id, outcome="failure")


async def _verify(
    session: AsyncSession,
    _viewer: Viewer,
    client: Client,
    secret: str,
    tried: Account,
    checked: Checked,
) -> None:
    token = await tokens.consume(session, secret, TokenType.EMAIL_VERIFICATION)
    new = checked.new
    better = {"password_hash": new.hash, "pepper_kid": new.pepper_kid} if new else {}
    if token is None or not await repository.mark_verified(session, tried, **better):
        raise Refused(TokenInvalid(path=["input", "token"]))
    note(session, Action.EMAIL_VERIFIED, client, user_id=tried.id)
    emit(session, UserSignedUp(user_id=tried.id))
