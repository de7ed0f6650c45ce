"""How people are told: once for each event, in words that say what happened and to what."""

import hashlib
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency
from domains.notifications import service
from domains.notifications.models import Notification, NotificationType

VARIANT = 0b10 << 62

LONGEST = 80
"""Characters of somebody else's words."""


def notification_id(entry_id: UUID, user_id: UUID) -> UUID:
    """The same for the same event and person, and ordered by time as the event is."""
    told = hashlib.sha256(entry_id.bytes + user_id.bytes).digest()
    low = int.from_bytes(told[:8]) & (2**62 - 1) | VARIANT
    return UUID(int=entry_id.int >> 64 << 64 | low)


async def tell(
    session: AsyncSession,
    entry_id: UUID,
    user_id: UUID,
    title: str,
    message: str,
    type: NotificationType = NotificationType.INFO,
) -> None:
    id = notification_id(entry_id, user_id)
    notification = Notification(id=id, user_id=user_id, title=title, message=message, type=type)
    await service.tell(session, notification)


def money(amount: Decimal, currency: Currency) -> str:
    """Without zeros that say nothing: `12.5 AZR`."""
    return f"{amount.normalize():f} {currency}"


def short(text: str) -> str:
    """On one line, and not for ever."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
