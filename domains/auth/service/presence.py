"""How long somebody may stay who keeps a connection open."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domains.auth.repository.functions import READ_ENDED_SESSIONS, READ_SESSION_END
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.signals import Channel, Signal
from domains.kernel.viewer import Viewer


async def session_end(database: Database, viewer: Viewer) -> datetime | None:
    """When the access of the viewer's session ends; None if it has, or their role is another."""
    asked = [viewer.session_id, viewer.user_id, viewer.role.value, now()]
    end: datetime | None = await database.value(READ_SESSION_END, asked)
    return end


async def _ended(
    database: Database, subjects: Sequence[UUID], _since: datetime
) -> Sequence[Signal]:
    ids: list[UUID] = await database.value(READ_ENDED_SESSIONS, [list(subjects), now()])
    return [Signal(id, id) for id in ids]


SESSIONS_ENDED = Channel("azora_sessions", _ended)
"""Tells the id of a session that has ended, or of a person all of whose sessions have."""
