"""What a passkey proves: a challenge is good for one answer, right or wrong."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import passkeys as engine
from domains.auth.engine.codes import SENT_LIFETIME
from domains.auth.engine.passkeys import PasskeyRefused
from domains.auth.errors.passkeys import PasskeyInvalid
from domains.auth.models import Passkey, TokenType
from domains.auth.repository import passkeys as repository
from domains.auth.repository import tokens
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.limiter import reserve
from domains.kernel.refusal import Refused
from domains.kernel.viewer import SYSTEM, Viewer

from . import factors, sign_in
from .audit import Action, note
from .choices import choices
from .factors import Factor
from .sessions import OpenedSession


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a browser needs to ask a device for a passkey."""

    challenge: str = field(repr=False)
    options: dict[str, Any] = field(repr=False)


async def begin_sign_in(database: Database, client: Client) -> Invitation:
    """What a browser needs to ask for any passkey of this site; nothing is told of anybody."""
    await reserve(database, *choices.rates.passkey(client))
    challenge = await database.transaction(SYSTEM, _challenge)
    return Invitation(challenge, engine.sign_in_options(choices.passkey_site, challenge))


async def sign_in_with(
    database: Database, client: Client, challenge: str, credential: Any
) -> OpenedSession:
    """Let the owner of a passkey in. It is two factors by itself: a device, and who unlocks it."""
    opened = await database.transaction(SYSTEM, _sign_in, client, challenge, credential)
    if opened is None:
        raise Refused(PasskeyInvalid(path=["input", "credential"]))
    return opened


async def verify(
    session: AsyncSession, client: Client, user_id: UUID, challenge: str, credential: Any
) -> bool:
    """Whether a device proves with a challenge of `begin_sign_in` that it has a passkey of theirs.

    The challenge is used up in the transaction, so it has to commit whatever comes out.
    """
    proven = await _proven(session, client, challenge, credential, user_id)
    if proven is None:
        factors.failed(session, client, user_id, Factor.PASSKEY)
    return proven is not None


async def _challenge(session: AsyncSession, _system: Viewer) -> str:
    return await tokens.issue(session, None, TokenType.PASSKEY_SIGN_IN, lifetime=SENT_LIFETIME)


async def _sign_in(
    session: AsyncSession, _system: Viewer, client: Client, challenge: str, credential: Any
) -> OpenedSession | None:
    user_id = await _proven(session, client, challenge, credential)
    if user_id is None:
        return None
    return await sign_in.finish(session, client, user_id, [Factor.PASSKEY.value], aal=2)


async def _proven(
    session: AsyncSession,
    client: Client,
    challenge: str,
    credential: Any,
    expected: UUID | None = None,
) -> UUID | None:
    """Whose passkey a device has, if that is who is expected."""
    if await tokens.consume(session, challenge, TokenType.PASSKEY_SIGN_IN) is None:
        return None
    try:
        claim = engine.claim(credential)
        passkey = await repository.find(session, claim.user_id, claim.credential_id)
        if passkey is None or expected not in {None, passkey.user_id}:
            return None
        proof = engine.proof(choices.passkey_site, challenge, credential, passkey.public_key)
    except PasskeyRefused:
        return None
    if not await repository.count(session, passkey.id, proof.sign_count, backed_up=proof.backed_up):
        _suspect(session, client, passkey)
        return None
    return passkey.user_id


def _suspect(session: AsyncSession, client: Client, passkey: Passkey) -> None:
    resource = f"passkey:{passkey.id}"
    told: dict[str, Any] = {"resource": resource, "outcome": "denied"}
    note(session, Action.PASSKEY_CLONED, client, user_id=passkey.user_id, **told)
