"""Letters to people: asked for in a transaction, written and sent by a worker after it.

The worker makes the token of a letter's link when it writes the letter, so nothing that opens an
account ever waits in the queue. A letter whose reason is gone by then is not sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.letters import Letter, render
from domains.auth.models import TokenType, User
from domains.auth.repository import letters, tokens
from domains.auth.repository.administration import lock_user
from domains.kernel import courier
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.courier import Mail
from domains.kernel.database import Database
from domains.kernel.queue import enqueue
from domains.kernel.viewer import SYSTEM, Viewer

from .choices import choices

TASK = "auth.deliver_letter"

UNPROVEN = (Letter.VERIFY_EMAIL, Letter.CONFIRM_NEW_EMAIL)
"""They go to addresses that may be a stranger's, who is not greeted by a name somebody chose."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a letter's link does, and for how long."""

    page: str
    purpose: TokenType
    lifetime: timedelta
    until_purged: bool = False
    """Whether it works instead until the account is made nobody's."""


LINKS = {
    Letter.VERIFY_EMAIL: Link("verify-email", TokenType.EMAIL_VERIFICATION, timedelta(hours=24)),
    Letter.RESET_PASSWORD: Link("reset-password", TokenType.RESET_PASSWORD, timedelta(minutes=30)),
    Letter.CONFIRM_NEW_EMAIL: Link("confirm-email", TokenType.EMAIL_CHANGE, timedelta(hours=24)),
    Letter.EMAIL_CHANGE_NOTICE: Link("undo-email-change", TokenType.EMAIL_UNDO, timedelta(days=7)),
    Letter.DELETION_REQUESTED: Link(
        "restore", TokenType.ACCOUNT_RESTORE, timedelta(days=30), until_purged=True
    ),
}


@dataclass(frozen=True, slots=True)
class Order:
    """A letter that somebody asked for."""

    letter: Letter
    user_id: UUID | None
    to: str | None
    details: Mapping[str, Any]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Order":
        """As it was left in the queue."""
        user_id = given["user_id"] and UUID(given["user_id"])
        details = given["details"] | {"at": datetime.fromisoformat(given["details"]["at"])}
        return cls(Letter(given["letter"]), user_id, given["to"], details)


async def send(
    session: AsyncSession,
    letter: Letter,
    *,
    user_id: UUID | None = None,
    to: str | None = None,
    client: Client | None = None,
    **details: Any,
) -> None:
    """Have a letter sent once the transaction commits.

    It goes to the person `user_id`, at `to` if that is said. With `to` alone it goes to the account
    of that address, and if there is none, to nobody: asking costs the same either way. `client` is
    where the cause came from. With `session_id` in the details the letter dies with that session.
    """
    source = client or Client()
    about = {"at": now(), "address": source.address, "user_agent": source.user_agent, **details}
    given = {"letter": letter, "user_id": user_id, "to": to, "details": about}
    # One link waiting to be made is enough; of notices, each is news.
    key = f"{letter} {user_id} {to}" if letter in LINKS else None
    await enqueue(session, TASK, given, key=key)


async def deliver(database: Database, given: Mapping[str, Any]) -> None:
    """Write a letter and send it, unless its reason is gone."""
    mail = await database.transaction(SYSTEM, _write, Order.of(given))
    if mail is not None:
        await courier.mail(mail)


def mail_of(letter: Letter, to: str, values: Mapping[str, Any]) -> Mail:
    """A letter as it travels."""
    subject, text, html = render(letter, values)
    return Mail(to, subject, text, html)


async def _write(session: AsyncSession, _viewer: Viewer, order: Order) -> Mail | None:
    if order.letter is Letter.ACCOUNT_ERASED and order.to:
        return mail_of(order.letter, order.to, order.details)
    person = await letters.reader(session, user_id=order.user_id, address=order.to)
    if person is None or not await _is_due(session, order, person):
        return None
    to = (order.user_id and order.to) or person.email
    values = _values(order, person) | await _link(session, order, person, to)
    return mail_of(order.letter, to, values)


async def _is_due(session: AsyncSession, order: Order, person: User) -> bool:
    asked_in = order.details.get("session_id")
    if asked_in is not None and not await letters.is_open(session, UUID(asked_in)):
        return False
    return _holds(order, person) and not await _is_undone(session, order, person)


async def _is_undone(session: AsyncSession, order: Order, person: User) -> bool:
    """Whether a change of the address that is told of went with an undo of an earlier one.

    Its letter may have waited meanwhile, and its link would take the account from the earlier
    address once more.
    """
    if order.letter is not Letter.EMAIL_CHANGE_NOTICE:
        return False
    # Whoever undoes a change has the row as well, so either sees what the other did.
    await lock_user(session, person.id)
    return await letters.is_undone(session, person.id, order.details["at"])


def _holds(order: Order, person: User) -> bool:
    """Whether the reason is still there; what merely happened cannot go away."""
    enabled, stays = person.disabled_at is None, person.purge_at is None
    elsewhere = enabled and person.email != order.to
    return {
        Letter.VERIFY_EMAIL: enabled and stays and person.email_verified_at is None,
        Letter.RESET_PASSWORD: enabled,
        Letter.CONFIRM_NEW_EMAIL: elsewhere and stays,
        Letter.EMAIL_CHANGE_NOTICE: elsewhere,
        Letter.DELETION_REQUESTED: not stays,
        Letter.ACCOUNT_RESTORED: stays,
        Letter.ACCOUNT_DISABLED: not enabled,
        Letter.ACCOUNT_ENABLED: enabled,
    }.get(order.letter, True)


def _values(order: Order, person: User) -> dict[str, Any]:
    proven = order.letter not in UNPROVEN and person.email_verified_at is not None
    known = {
        "name": person.name if proven else None,
        "new_email": person.email,
        "reason": person.disabled_reason,
        "purge_at": person.purge_at,
    }
    return known | dict(order.details)


async def _link(session: AsyncSession, order: Order, person: User, to: str) -> dict[str, Any]:
    """The link of a letter that has one, with a new secret."""
    link = LINKS.get(order.letter)
    if link is None:
        return {}
    lifetime = _lifetime(link, person)
    secret = await tokens.issue(
        session, person.id, link.purpose, lifetime=lifetime, details=_kept(order, to)
    )
    # After the `#`, so that no server's log and no referrer ever holds it.
    address = f"{choices.links_url}/account/{link.page}#token={secret}"
    return {"link": address, "expires": now() + lifetime}


def _kept(order: Order, to: str) -> dict[str, Any]:
    """What a secret's use has to know of its cause."""
    kept = {"email": to, "at": order.details["at"].isoformat()}
    asked_in = order.details.get("session_id")
    return kept if asked_in is None else kept | {"session_id": asked_in}


def _lifetime(link: Link, person: User) -> timedelta:
    if link.until_purged and person.purge_at is not None:
        # The day may have come while the letter waited; its link then works no more.
        return max(person.purge_at - now(), timedelta(seconds=1))
    return link.lifetime
