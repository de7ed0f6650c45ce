"""How a sign-in goes on after the right password: a second factor answers its challenge.

A challenge is no session: it opens nothing and tells nothing. It dies with the right answer, with
the fifth wrong one, and after five minutes.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.errors.factors import ChallengeInvalid, CodeInvalid, FactorNotOffered
from domains.auth.errors.passkeys import PasskeyInvalid
from domains.auth.models import MFAMethod
from domains.auth.repository import accounts, tries
from domains.auth.repository import factors as repository
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.limiter import reserve
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import SYSTEM, Viewer

from . import codes, factors, passkeys, recovery, sign_in
from .audit import Action, note
from .choices import choices
from .codes import Errand, Purpose
from .factors import Factor
from .sessions import OpenedSession, themselves

PASSWORD = sign_in.PASSWORD
CHALLENGE = ("input", "challengeToken")


@dataclass(frozen=True, slots=True)
class Answered:
    """A sign-in that is complete."""

    opened: OpenedSession
    recovery_codes_left: int | None = None
    """Told where one was used."""


Shown: TypeAlias = int | None
"""What is left of the recovery codes, where one was shown."""

Proof: TypeAlias = Callable[[AsyncSession, UUID], Awaitable[tuple[bool, Shown]]]
"""Whether what was shown is right; counts tries in the transaction."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody shows to complete a sign-in."""

    factor: Factor
    wrong: UserError
    """The refusal if it is not right."""

    proof: Proof


async def answer(
    database: Database, client: Client, secret: str, factor: Factor, code: str
) -> Answered:
    """Complete a sign-in by a code."""
    user_id = await _asked(database, secret)
    hash = None
    if factor is Factor.RECOVERY:
        hash = await recovery.hash_of(database, user_id, code)

    async def proof(session: AsyncSession, challenge_id: UUID) -> tuple[bool, Shown]:
        if factor is Factor.RECOVERY:
            left = await recovery.use(session, client, user_id, hash)
            return left is not None, left
        shown = (session, client, user_id, factor, code)
        return await factors.verify(*shown, within=challenge_id), None

    wrong = CodeInvalid(path=["input", "code"])
    return await _complete(database, client, secret, Answer(factor, wrong, proof))


async def answer_by_passkey(
    database: Database, client: Client, secret: str, passkey_challenge: str, credential: Any
) -> Answered:
    """Complete a sign-in by a passkey of the same person."""
    user_id = await _asked(database, secret)

    async def proof(session: AsyncSession, _challenge: UUID) -> tuple[bool, Shown]:
        shown = (session, client, user_id, passkey_challenge, credential)
        return await passkeys.verify(*shown), None

    wrong = PasskeyInvalid(path=["input", "credential"])
    return await _complete(database, client, secret, Answer(Factor.PASSKEY, wrong, proof))


async def send_code(
    database: Database, client: Client, viewer: Viewer, secret: str | None, method: MFAMethod
) -> None:
    """Send a code for a challenge, or without one to somebody who is to prove again who they are.

    Whoever has only the challenge is not told where it goes.
    """
    errand, to = await database.transaction(SYSTEM, _errand, viewer, secret, method)
    await reserve(database, *choices.rates.sent_code(to, errand.user_id))
    await database.transaction(SYSTEM, _send, client, viewer, errand)


async def _asked(database: Database, secret: str) -> UUID:
    """Whose second factor is asked for, with one of their tries taken."""
    user_id = await database.transaction(SYSTEM, _owner, secret)
    await factors.reserve(database, user_id)
    return user_id


async def _owner(session: AsyncSession, _system: Viewer, secret: str) -> UUID:
    _, user_id = await _living(session, secret)
    return user_id


async def _complete(database: Database, client: Client, secret: str, answer: Answer) -> Answered:
    outcome = await database.transaction(SYSTEM, _try, client, secret, answer)
    if isinstance(outcome, UserError):
        raise Refused(outcome)
    return outcome


async def _try(
    session: AsyncSession, _system: Viewer, client: Client, secret: str, answer: Answer
) -> Answered | UserError:
    """A refusal is returned and not raised, because the try was counted and has to commit."""
    id, user_id = await _living(session, secret)
    if not await tries.try_challenge(session, id):
        raise Refused(ChallengeInvalid(path=list(CHALLENGE)))
    if answer.factor not in await factors.offered(session, user_id):
        return FactorNotOffered(path=["input", "method"])
    right, left = await answer.proof(session, id)
    if not right:
        return answer.wrong
    await tries.use_up(session, id)
    note(session, Action.CHALLENGE_SUCCEEDED, client, user_id=user_id, factor=answer.factor.value)
    methods = [PASSWORD, answer.factor.value]
    opened = await sign_in.finish(session, client, user_id, methods, aal=2)
    return Answered(opened, left)


async def _errand(
    session: AsyncSession, _system: Viewer, viewer: Viewer, secret: str | None, method: MFAMethod
) -> tuple[Errand, str]:
    """What a code is sent for, and where to."""
    user_id, within = await _whose(session, viewer, secret)
    errand = Errand(user_id, method, Purpose.PERSON, within)
    person = await accounts.person(session, user_id)
    settings = await repository.settings(session, user_id)
    to = person and codes.destination(person, settings, errand)
    if not to or method not in codes.TYPES or Factor(method) not in factors.confirmed(settings):
        raise Refused(FactorNotOffered(path=["input", "method"]))
    return errand, to


async def _whose(session: AsyncSession, viewer: Viewer, secret: str | None) -> tuple[UUID, UUID]:
    """Who is to prove who they are, and in which challenge or session."""
    if secret is not None:
        within, user_id = await _living(session, secret)
        return user_id, within
    user_id = themselves(viewer)
    return user_id, viewer.session_id or user_id


async def _send(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, errand: Errand
) -> None:
    note(
        session,
        Action.CODE_SENT,
        client,
        user_id=errand.user_id,
        viewer=viewer,
        factor=errand.method.value,
    )
    await codes.ask(session, client, errand)


async def _living(session: AsyncSession, secret: str) -> tuple[UUID, UUID]:
    """A challenge that can be answered, and whose it is."""
    challenge = await tries.challenge(session, secret)
    if challenge is None or challenge.user_id is None:
        raise Refused(ChallengeInvalid(path=list(CHALLENGE)))
    return challenge.id, challenge.user_id
