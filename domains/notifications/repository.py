"""Every statement of a write on the namespace `notifications`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.change import Change, given
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer

from .models import Notification


async def add(session: AsyncSession, notification: Notification) -> None:
    """Keep it, unless one of this id is kept already."""
    values = notification.model_dump(include={"id", "user_id", "title", "message", "type"})
    await session.exec(insert(Notification).values(values).on_conflict_do_nothing())


MARK_READ = Change(
    update(Notification)
    .where(
        col(Notification.id) == given("id", Uuid),
        col(Notification.user_id) == given("user_id", Uuid),
        col(Notification.deleted_at).is_(None),
    )
    .values(
        read_at=func.coalesce(col(Notification.read_at), given("moment", DateTime(timezone=True)))
    )
    .returning(col(Notification.id))
)


async def mark_read(database: Database, viewer: Viewer, id: UUID) -> bool:
    """Note when one was first read; false if the viewer has none of this id."""
    own = {"id": id, "user_id": viewer.user_id, "moment": now()}
    return await database.change(viewer, MARK_READ, **own) is not None


async def mark_all_read(session: AsyncSession, user_id: UUID, until: datetime | None) -> int:
    """Note the unread ones up to a moment as read, and say how many they were."""
    moment = now()
    marked = (
        update(Notification)
        .where(
            col(Notification.user_id) == user_id,
            col(Notification.read_at).is_(None),
            col(Notification.deleted_at).is_(None),
            col(Notification.created_at) <= (until or moment),
        )
        .values(read_at=moment)
    )
    return (await session.exec(marked)).rowcount


async def written(
    session: AsyncSession, user_ids: Sequence[UUID], since: datetime
) -> Sequence[tuple[UUID, UUID]]:
    """For whom there is something new since a moment, and its id; the oldest first."""
    query = (
        select(Notification.user_id, Notification.id)
        .where(
            col(Notification.user_id).in_(user_ids),
            col(Notification.created_at) >= since,
            col(Notification.deleted_at).is_(None),
        )
        .order_by(col(Notification.id))
    )
    return (await session.exec(query)).all()
