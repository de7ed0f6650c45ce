"""Codes sent to a phone or a mailbox: asked for by a request, made and sent by a worker.

The worker makes a code when it sends it, so that none ever waits in the queue. What is kept of one
is a digest under the server's key, which also covers whose it is, what it is for, and in which
sign-in or session it was asked for: it is of no use anywhere else.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import codes as engine
from domains.auth.engine.letters import Letter, code_message
from domains.auth.models import MFAMethod, MFASettings, TokenType, User
from domains.auth.repository import accounts, factors, tokens, tries
from domains.kernel import courier, keys
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.courier import TextMessage
from domains.kernel.database import Database
from domains.kernel.queue import enqueue
from domains.kernel.viewer import SYSTEM, Viewer

from .letters import mail_of

TASK = "auth.deliver_code"

MINUTES = engine.SENT_LIFETIME // timedelta(minutes=1)
TYPES = {MFAMethod.SMS: TokenType.MFA_SMS, MFAMethod.EMAIL: TokenType.MFA_EMAIL}
DIGITS = {MFAMethod.SMS: 6, MFAMethod.EMAIL: 8}


class Purpose(StrEnum):
    """What a code proves."""

    PERSON = "person"
    """Who somebody is."""

    DESTINATION = "destination"
    """That a phone or a mailbox is theirs, which is to be a factor from then on."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a code is sent for."""

    user_id: UUID
    method: MFAMethod
    purpose: Purpose
    within: UUID
    """The challenge or the session in which it was asked for, and alone can be used."""

    def digest_of(self, code: str) -> bytes:
        """What is kept of a new code."""
        return keys.mac("code", self._covered(code))

    def is_digest(self, code: str, kept: bytes) -> bool:
        """Whether this was kept of the code, under any key that the server still has."""
        digests = keys.macs("code", self._covered(code))
        return any(hmac.compare_digest(digest, kept) for digest in digests)

    def _covered(self, code: str) -> bytes:
        return "\0".join((str(self.within), str(self.user_id), self.purpose, code)).encode()


async def ask(session: AsyncSession, client: Client, errand: Errand) -> None:
    """Have a code sent once the transaction commits."""
    given = {
        "user_id": errand.user_id,
        "method": errand.method,
        "purpose": errand.purpose,
        "within": errand.within,
        "at": now(),
        "address": client.address,
        "user_agent": client.user_agent,
    }
    await enqueue(session, TASK, given)


async def is_right(session: AsyncSession, errand: Errand, code: str) -> bool:
    """Whether a code is the newest that was sent for this, which uses it up.

    The try is counted in the transaction, so it has to commit whatever comes out.
    """
    sent = await tries.try_code(session, errand.user_id, TYPES[errand.method], errand.within)
    if sent is None or not errand.is_digest(code, sent.token_hash):
        return False
    return await tries.use_up(session, sent.id)


async def deliver(database: Database, given: Mapping[str, Any]) -> None:
    """Make a code and send it, unless whoever asked for it has stopped waiting."""
    errand = Errand(
        UUID(given["user_id"]),
        MFAMethod(given["method"]),
        Purpose(given["purpose"]),
        UUID(given["within"]),
    )
    asked_at = datetime.fromisoformat(given["at"])
    if now() - asked_at > engine.SENT_LIFETIME:
        return
    code = engine.new_sent_code(DIGITS[errand.method])
    to = await database.transaction(SYSTEM, _keep, errand, code)
    if to is not None:
        about = {name: given[name] for name in ("address", "user_agent")}
        await _send(errand, to, {**about, "code": code, "minutes": MINUTES, "at": asked_at})


async def _keep(session: AsyncSession, _viewer: Viewer, errand: Errand, code: str) -> str | None:
    person = await accounts.person(session, errand.user_id)
    settings = await factors.settings(session, errand.user_id)
    to = person and destination(person, settings, errand)
    if not to:
        return None
    await tokens.keep(
        session,
        errand.user_id,
        TYPES[errand.method],
        errand.digest_of(code),
        lifetime=engine.SENT_LIFETIME,
        details={"within": str(errand.within)},
    )
    return to


def destination(person: User, settings: MFASettings | None, errand: Errand) -> str | None:
    """Where a code goes; nowhere if the factor is gone."""
    if errand.method is MFAMethod.EMAIL:
        return person.email
    if settings is None:
        return None
    confirming = errand.purpose is Purpose.DESTINATION
    return settings.pending_phone if confirming else settings.phone


async def _send(errand: Errand, to: str, values: Mapping[str, Any]) -> None:
    if errand.method is MFAMethod.EMAIL:
        await courier.mail(mail_of(Letter.SIGN_IN_CODE, to, values))
    else:
        await courier.text(TextMessage(to, code_message(values["code"], MINUTES)))
