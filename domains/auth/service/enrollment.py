"""How a person gets a second factor: it counts once they have shown a code of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import codes as engine
from domains.auth.engine.letters import Letter
from domains.auth.engine.phones import NoPhone, mobile
from domains.auth.errors.factors import CodeInvalid, FactorNotFound, PhoneInvalid, PhoneNotServed
from domains.auth.models import MFAMethod, MFASettings
from domains.auth.repository import accounts, tokens
from domains.auth.repository import factors as repository
from domains.auth.repository.administration import lock_user
from domains.kernel import keys
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.limiter import reserve
from domains.kernel.refusal import Refused, Unauthenticated
from domains.kernel.viewer import SYSTEM, Viewer

from . import codes, factors, letters, recovery, sessions, step_up
from .audit import Action, note
from .choices import choices
from .codes import Errand, Purpose
from .factors import Factor


@dataclass(frozen=True, slots=True)
class NewApp:
    """What an authenticator app has to learn, told this once."""

    secret: str = field(repr=False)
    link: str = field(repr=False)

    @property
    def picture(self) -> str:
        """The link for a camera."""
        return engine.qr_code(self.link)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A factor that counts from now on."""

    settings_id: UUID
    recovery_codes: Sequence[str] = field(default=(), repr=False)
    """Told this once, if it is the first factor."""


async def enroll_app(database: Database, client: Client, viewer: Viewer) -> NewApp:
    """Make a secret for an app; the app before it stays good until this one has shown a code."""
    return await database.transaction(SYSTEM, _enroll_app, client, viewer)


async def enroll_phone(database: Database, client: Client, viewer: Viewer, text: str) -> None:
    """Send a code to a phone that is to be a factor."""
    user_id = await database.transaction(SYSTEM, step_up_first, viewer)
    phone = _served(text)
    await reserve(database, *choices.rates.sent_code(phone, user_id))
    await database.transaction(SYSTEM, _enroll, client, viewer, MFAMethod.SMS, phone)


async def enroll_mailbox(database: Database, client: Client, viewer: Viewer) -> None:
    """Send a code to the account's own address, which is to be a factor."""
    user_id = await database.transaction(SYSTEM, step_up_first, viewer)
    email = await database.transaction(SYSTEM, _address, user_id)
    await reserve(database, *choices.rates.sent_code(email, user_id))
    await database.transaction(SYSTEM, _enroll, client, viewer, MFAMethod.EMAIL, None)


async def confirm(
    database: Database, client: Client, viewer: Viewer, method: MFAMethod, code: str
) -> Confirmed:
    """Have a factor count whose code this is; with the first one come recovery codes."""
    user_id = await database.transaction(SYSTEM, step_up_first, viewer)
    await factors.reserve(database, user_id)
    settings_id = await database.transaction(SYSTEM, _confirm, client, viewer, method, code)
    if settings_id is None:
        raise Refused(CodeInvalid(path=["input", "code"]))
    return Confirmed(settings_id, await recovery.first_codes(database, user_id))


async def remove(database: Database, client: Client, viewer: Viewer, method: MFAMethod) -> UUID:
    """Take one of the viewer's own factors away."""
    return await database.transaction(SYSTEM, _remove, client, viewer, method)


async def admit(
    session: AsyncSession, client: Client, viewer: Viewer, factor: Factor, *, first: bool
) -> None:
    """Tell of a factor that counts from now on; sessions that did without one end with the first.

    Whoever adds it has shown it, so their own session is as strong as those to come.
    """
    user_id = sessions.signed_in(viewer)
    await letters.send(
        session, Letter.FACTOR_ADDED, user_id=user_id, client=client, factor=factor.value
    )
    if viewer.session_id is not None:
        await repository.strengthen(session, viewer.session_id, factor)
    if first:
        # Whoever is signing in without it holds the row until their session can be ended here.
        await lock_user(session, user_id)
        reason = "second factor added"
        await sessions.revoke_all(session, user_id, but=viewer.session_id, reason=reason)


async def step_up_first(session: AsyncSession, _system: Viewer, viewer: Viewer) -> UUID:
    """The person who asks, if they proved lately who they are."""
    return await step_up.demand(session, viewer)


def _served(text: str) -> str:
    """A number to which codes are sent."""
    path = ["input", "phone"]
    try:
        phone = mobile(text)
    except NoPhone:
        raise Refused(PhoneInvalid(path=path)) from None
    served = choices.sms_countries
    if served is not None and phone.country not in served:
        raise Refused(PhoneNotServed(path=path))
    return phone.number


async def _address(session: AsyncSession, _system: Viewer, user_id: UUID) -> str:
    person = await accounts.person(session, user_id)
    if person is None:
        raise Unauthenticated
    return person.email


async def _enroll_app(
    session: AsyncSession, system: Viewer, client: Client, viewer: Viewer
) -> NewApp:
    user_id = await step_up.demand(session, viewer)
    secret = engine.new_app_secret()
    settings = await repository.locked(session, user_id)
    settings.pending_secret_encrypted = keys.seal(secret.encode(), factors.about(user_id))
    _note(session, client, viewer, Action.FACTOR_ENROLLED, MFAMethod.TOTP)
    return NewApp(secret, engine.app_link(secret, await _address(session, system, user_id)))


async def _enroll(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    method: MFAMethod,
    phone: str | None,
) -> None:
    user_id = await step_up.demand(session, viewer)
    settings = await repository.locked(session, user_id)
    if phone is not None:
        # A code that went to another phone must not prove this one.
        await tokens.revoke(session, user_id, codes.TYPES[method])
        settings.pending_phone = phone
    _note(session, client, viewer, Action.FACTOR_ENROLLED, method)
    await codes.ask(session, client, _errand(user_id, viewer, method))


async def _confirm(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    method: MFAMethod,
    code: str,
) -> UUID | None:
    user_id = await step_up.demand(session, viewer)
    settings = await repository.locked(session, user_id)
    first = not await factors.offered(session, user_id)
    if not await CONFIRMATIONS[method](session, viewer, settings, code):
        _note(session, client, viewer, Action.CHALLENGE_FAILED, method, outcome="failure")
        return None
    if settings.enabled_at is None:
        settings.enabled_at, settings.method = now(), method
    _note(session, client, viewer, Action.FACTOR_CONFIRMED, method)
    await admit(session, client, viewer, Factor(method), first=first)
    return settings.id


async def _confirm_app(
    _session: AsyncSession, _viewer: Viewer, settings: MFASettings, code: str
) -> bool:
    sealed = settings.pending_secret_encrypted
    if sealed is None:
        raise Refused(FactorNotFound())
    secret = keys.unseal(sealed, factors.about(settings.user_id)).decode()
    step = engine.step_of(secret, code, now())
    if step is None:
        return False
    settings.secret_encrypted, settings.pending_secret_encrypted = sealed, None
    # The code that confirms is used up like any other.
    settings.totp_confirmed_at, settings.totp_last_step = now(), step
    return True


async def _confirm_phone(
    session: AsyncSession, viewer: Viewer, settings: MFASettings, code: str
) -> bool:
    if settings.pending_phone is None:
        raise Refused(FactorNotFound())
    errand = _errand(settings.user_id, viewer, MFAMethod.SMS)
    if not await codes.is_right(session, errand, code):
        return False
    settings.phone, settings.pending_phone = settings.pending_phone, None
    settings.sms_confirmed_at = now()
    return True


async def _confirm_mailbox(
    session: AsyncSession, viewer: Viewer, settings: MFASettings, code: str
) -> bool:
    errand = _errand(settings.user_id, viewer, MFAMethod.EMAIL)
    if not await codes.is_right(session, errand, code):
        return False
    settings.email_confirmed_at = now()
    return True


Confirmation = Callable[[AsyncSession, Viewer, MFASettings, str], Awaitable[bool]]
"""Whether the code of a factor that waits is right; if so the factor counts."""

CONFIRMATIONS: Mapping[MFAMethod, Confirmation] = {
    MFAMethod.TOTP: _confirm_app,
    MFAMethod.SMS: _confirm_phone,
    MFAMethod.EMAIL: _confirm_mailbox,
}


async def _remove(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, method: MFAMethod
) -> UUID:
    user_id = await step_up.demand(session, viewer)
    await factors.remove(session, user_id, method, path=())
    _note(session, client, viewer, Action.FACTOR_REMOVED, method)
    factor = method.value
    await letters.send(
        session, Letter.FACTOR_REMOVED, user_id=user_id, client=client, factor=factor
    )
    return (await repository.locked(session, user_id)).id


def _errand(user_id: UUID, viewer: Viewer, method: MFAMethod) -> Errand:
    """What a code proves that is sent to a new destination; good in this session alone."""
    return Errand(user_id, method, Purpose.DESTINATION, viewer.session_id or user_id)


def _note(
    session: AsyncSession,
    client: Client,
    viewer: Viewer,
    action: Action,
    method: MFAMethod,
    outcome: str = "success",
) -> None:
    about: dict[str, Any] = {"user_id": viewer.user_id, "viewer": viewer, "outcome": outcome}
    note(session, action, client, **about, factor=method.value)
