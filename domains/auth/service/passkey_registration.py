"""How a person adds a passkey, names it and takes it away."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import passkeys as engine
from domains.auth.engine.codes import SENT_LIFETIME
from domains.auth.engine.letters import Letter
from domains.auth.engine.passkeys import NewKey, Owner, PasskeyRefused
from domains.auth.errors.passkeys import (
    PasskeyInvalid,
    PasskeyNameInvalid,
    PasskeyNotFound,
    TooManyPasskeys,
)
from domains.auth.models import Passkey, TokenType
from domains.auth.repository import accounts, tokens
from domains.auth.repository import factors as settings_repository
from domains.auth.repository import passkeys as repository
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Refused, Unauthenticated
from domains.kernel.viewer import SYSTEM, Viewer

from . import enrollment, factors, letters, recovery, step_up
from .audit import Action, note
from .choices import choices
from .factors import Factor

MOST = 20
LONGEST_NAME = 100
CREDENTIAL = ("input", "credential")


@dataclass(frozen=True, slots=True)
class Added:
    """A passkey that counts from now on."""

    id: UUID
    recovery_codes: Sequence[str] = field(default=(), repr=False)
    """Told this once, if it is the first factor."""


async def begin(database: Database, viewer: Viewer) -> dict[str, Any]:
    """What a browser needs to have a device make a passkey."""
    return await database.transaction(SYSTEM, _begin, viewer)


async def register(
    database: Database, client: Client, viewer: Viewer, credential: Any, name: str
) -> Added:
    """Keep the passkey that a device has made; with the first factor come recovery codes."""
    name = _usable(name)
    try:
        challenge = engine.challenge_of_new(credential)
        # It is used up before the answer is looked at.
        user_id = await database.transaction(SYSTEM, _use_challenge, viewer, challenge)
        # The first passkey brings recovery codes, whose hashes are dear.
        await factors.reserve(database, user_id)
        key = engine.new_key(choices.passkey_site, challenge, credential)
    except PasskeyRefused:
        raise Refused(PasskeyInvalid(path=list(CREDENTIAL))) from None
    id = await database.transaction(SYSTEM, _add, client, viewer, key, name)
    return Added(id, await recovery.first_codes(database, user_id))


async def rename(
    database: Database, client: Client, viewer: Viewer, id: UUID | None, name: str
) -> None:
    """Call one of the viewer's passkeys something else."""
    await database.transaction(SYSTEM, _rename, client, viewer, id, _usable(name))


async def remove(database: Database, client: Client, viewer: Viewer, id: UUID | None) -> None:
    """Take one of the viewer's passkeys away; it signs nobody in any more."""
    await database.transaction(SYSTEM, _remove, client, viewer, id)


async def _begin(session: AsyncSession, _system: Viewer, viewer: Viewer) -> dict[str, Any]:
    user_id = await step_up.demand(session, viewer)
    person = await accounts.person(session, user_id)
    if person is None:
        raise Unauthenticated
    known = await repository.credentials(session, user_id)
    _admit_another(known)
    purpose = TokenType.PASSKEY_REGISTRATION
    challenge = await tokens.issue(session, user_id, purpose, lifetime=SENT_LIFETIME)
    owner = Owner(user_id, person.email, person.name)
    return engine.registration_options(choices.passkey_site, challenge, owner, known)


async def _use_challenge(
    session: AsyncSession, _system: Viewer, viewer: Viewer, challenge: str
) -> UUID:
    user_id = await step_up.demand(session, viewer)
    token = await tokens.consume(session, challenge, TokenType.PASSKEY_REGISTRATION)
    if token is None or token.user_id != user_id:
        raise PasskeyRefused
    return user_id


async def _add(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, key: NewKey, name: str
) -> UUID:
    user_id = await step_up.demand(session, viewer)
    # Two at once wait for each other here, so that neither the first nor the last is counted twice.
    await settings_repository.locked(session, user_id)
    _admit_another(await repository.credentials(session, user_id))
    first = not await factors.offered(session, user_id)
    passkey = Passkey(
        user_id=user_id,
        name=name,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        transports=key.transports,
        backed_up=key.backed_up,
    )
    if not await repository.add(session, passkey):
        raise Refused(PasskeyInvalid(path=list(CREDENTIAL)))
    _note(session, client, viewer, Action.PASSKEY_ADDED, passkey.id)
    await enrollment.admit(session, client, viewer, Factor.PASSKEY, first=first)
    return passkey.id


async def _rename(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    id: UUID | None,
    name: str,
) -> None:
    user_id = await step_up.demand(session, viewer)
    if id is None or not await repository.rename(session, user_id, id, name):
        raise Refused(PasskeyNotFound(path=["input", "id"]))
    _note(session, client, viewer, Action.PASSKEY_RENAMED, id)


async def _remove(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, id: UUID | None
) -> None:
    user_id = await step_up.demand(session, viewer)
    settings = await settings_repository.locked(session, user_id)
    if id is None or not await repository.remove(session, user_id, id):
        raise Refused(PasskeyNotFound(path=["input", "id"]))
    await factors.settle(session, settings)
    _note(session, client, viewer, Action.PASSKEY_REMOVED, id)
    await letters.send(
        session,
        Letter.FACTOR_REMOVED,
        user_id=user_id,
        client=client,
        factor=Factor.PASSKEY.value,
    )


def _admit_another(known: Sequence[bytes]) -> None:
    if len(known) >= MOST:
        raise Refused(TooManyPasskeys(maximum=MOST))


def _usable(name: str) -> str:
    usable = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(usable) <= LONGEST_NAME or not usable.isprintable():
        raise Refused(PasskeyNameInvalid(path=["input", "name"], maximum=LONGEST_NAME))
    return usable


def _note(
    session: AsyncSession, client: Client, viewer: Viewer, action: Action, passkey_id: UUID
) -> None:
    resource = f"passkey:{passkey_id}"
    note(session, action, client, user_id=viewer.user_id, viewer=viewer, resource=resource)
