"""The rules of notifications."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import signed_in
from domains.kernel.database import Database
from domains.kernel.refusal import Refused
from domains.kernel.signals import Channel, Signal
from domains.kernel.viewer import SYSTEM, Viewer

from . import repository
from .errors import NotificationNotFound
from .models import Notification


async def tell(session: AsyncSession, notification: Notification) -> None:
    """Keep a notification for a person; the same one again changes nothing."""
    await repository.add(session, notification)


async def mark_read(database: Database, viewer: Viewer, id: UUID) -> None:
    """Note when it was first read, in one statement; reading it again changes nothing."""
    signed_in(viewer)
    if not await repository.mark_read(database, viewer, id):
        raise Refused(NotificationNotFound(path=["input", "id"]))


async def mark_all_read(session: AsyncSession, viewer: Viewer, until: datetime | None) -> int:
    """Note that the viewer has read everything up to a moment; says how many were unread."""
    return await repository.mark_all_read(session, signed_in(viewer), until)


async def _missed(
    database: Database, subjects: Sequence[UUID], since: datetime
) -> Sequence[Signal]:
    return await database.transaction(SYSTEM, _written, subjects, since)


async def _written(
    session: AsyncSession, _viewer: Viewer, user_ids: Sequence[UUID], since: datetime
) -> Sequence[Signal]:
    return [Signal(*row) for row in await repository.written(session, user_ids, since)]


NOTIFIED = Channel("azora_notifications", _missed)
"""Tells whom a notification is for, and its id."""
