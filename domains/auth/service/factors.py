"""The rules of second factors: which a person has, and whether a code is right."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.codes import step_of
from domains.auth.errors.factors import FactorNotFound, FactorNotOffered
from domains.auth.models import MFAMethod, MFASettings
from domains.auth.repository import factors as repository
from domains.auth.repository import passkeys, tokens
from domains.kernel import keys
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.limiter import reserve as take
from domains.kernel.refusal import Refused
from domains.kernel.viewer import SYSTEM, Viewer

from . import codes
from .audit import Action, note
from .choices import choices
from .codes import Errand, Purpose
from .sessions import signed_in

ALL_PASSKEYS = "passkeys"
"""How admins call them: they take none away alone."""


class Factor(StrEnum):
    """By what a person can prove who they are beside the password; the surest first."""

    PASSKEY = "passkey"
    """A key of one of their devices."""

    TOTP = "totp"
    """A code that an authenticator app shows."""

    EMAIL = "email"
    """A code that is mailed."""

    SMS = "sms"
    """A code that is sent to the phone."""

    RECOVERY = "recovery"
    """A code that they kept on paper."""


async def offered(session: AsyncSession, user_id: UUID) -> list[str]:
    """By what a person can complete a sign-in, what they prefer first; empty if by nothing else.

    A passkey counts although it is no setting of its own: whoever has one is not let in by a
    password alone. Recovery codes stand in for the other factors and never alone.
    """
    settings = await repository.settings(session, user_id)
    factors: list[Factor] = confirmed(settings)
    if await passkeys.exists(session, user_id):
        factors.append(Factor.PASSKEY)
    if factors and settings is not None and settings.backup_code_hashes:
        factors.append(Factor.RECOVERY)
    preferred = Factor(settings.method) if settings is not None else None
    ranked = [factor for factor in Factor if factor in factors]
    return sorted(ranked, key=lambda factor: factor is not preferred)


def confirmed(settings: MFASettings | None) -> list[Factor]:
    """The factors that count, passkeys aside."""
    if settings is None:
        return []
    moments = {
        Factor.TOTP: settings.totp_confirmed_at,
        Factor.EMAIL: settings.email_confirmed_at,
        Factor.SMS: settings.sms_confirmed_at,
    }
    return [factor for factor, moment in moments.items() if moment is not None]


async def reserve(database: Database, user_id: UUID) -> None:
    """Take one of the tries that a person's second factors allow, or raise `RateLimited`."""
    await take(database, *choices.rates.second_factor(user_id))


async def verify(
    session: AsyncSession,
    client: Client,
    user_id: UUID,
    method: str,
    code: str,
    *,
    within: UUID | None,
) -> bool:
    """Whether a code of a factor that counts is right, which uses it up.

    `within` is the challenge or the session in which it is shown. Tries are counted in the
    transaction, so it has to commit whatever comes out, and `reserve` has to come before it.
    """
    settings = await repository.settings(session, user_id)
    if settings is None or method not in confirmed(settings):
        right = False
    elif method == Factor.TOTP:
        right = await _shows(session, settings, code)
    elif within is None:
        right = False
    else:
        errand = Errand(user_id, MFAMethod(method), Purpose.PERSON, within)
        right = await codes.is_right(session, errand, code)
    if right:
        await repository.note_use(session, user_id)
    else:
        failed(session, client, user_id, method)
    return right


def failed(session: AsyncSession, client: Client, user_id: UUID, method: str) -> None:
    """Write down that a second factor was not right."""
    note(
        session, Action.CHALLENGE_FAILED, client, user_id=user_id, outcome="failure", factor=method
    )


async def prefer(database: Database, viewer: Viewer, method: MFAMethod) -> UUID:
    """Offer this factor first from now on."""
    return await database.transaction(SYSTEM, _prefer, signed_in(viewer), method)


async def remove(
    session: AsyncSession,
    user_id: UUID,
    method: str,
    path: Sequence[str] = ("input", "factor"),
) -> None:
    """Take a factor away; what stood in for it goes with the last one."""
    settings = await repository.locked(session, user_id)
    if method in {Factor.PASSKEY, ALL_PASSKEYS}:
        found = await passkeys.remove(session, user_id) > 0
    else:
        found = method in confirmed(settings)
        await _empty(session, settings, MFAMethod(method))
    if not found:
        raise Refused(FactorNotFound(path=list(path)))
    await settle(session, settings)


async def settle(session: AsyncSession, settings: MFASettings) -> None:
    """Put in order what depends on the factors that are left."""
    left = confirmed(settings)
    if Factor(settings.method) not in left:
        settings.method = MFAMethod(left[0]) if left else MFAMethod.TOTP
    if not left and not await passkeys.exists(session, settings.user_id):
        settings.backup_code_hashes = []


def about(user_id: UUID) -> str:
    """What an app's secret is sealed for: it is of no use in another person's row."""
    return f"{user_id}|{Factor.TOTP}"


async def _empty(session: AsyncSession, settings: MFASettings, method: MFAMethod) -> None:
    repository.empty(settings, method)
    if method in codes.TYPES:
        await tokens.revoke(session, settings.user_id, codes.TYPES[method])


async def _shows(session: AsyncSession, settings: MFASettings, code: str) -> bool:
    if settings.secret_encrypted is None:
        return False
    secret = keys.unseal(settings.secret_encrypted, about(settings.user_id)).decode()
    step = step_of(secret, code, now())
    return step is not None and await repository.accept_step(session, settings.user_id, step)


async def _prefer(session: AsyncSession, _viewer: Viewer, user_id: UUID, method: MFAMethod) -> UUID:
    settings = await repository.locked(session, user_id)
    if Factor(method) not in confirmed(settings):
        raise Refused(FactorNotOffered(path=["input", "method"]))
    settings.method = method
    return settings.id
