"""What people hear of events, by who they are."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

import asyncpg

from domains.kernel.database import Database
from domains.kernel.events import Event, emit
from domains.kernel.viewer import SYSTEM
from gateway import outbox

Told = tuple[str, str, str]
"""The tone, the title and the message."""

News = dict[str, list[Told]]
"""What each person hears, in the order in which it came."""


async def heard(
    database: Database, owner: asyncpg.Connection, event: Event, people: Mapping[str, UUID]
) -> News:
    """What each of these people is told of one event."""
    await owner.execute("delete from kernel.outbox")
    async with database.session(SYSTEM) as session:
        emit(session, event)
    return await told(database, owner, people)


async def told(
    database: Database, owner: asyncpg.Connection, people: Mapping[str, UUID | None]
) -> News:
    """What each of these people is told of all events, which are delivered twice, as can happen."""
    for _ in range(2):
        await owner.execute("update kernel.outbox set delivered_at = null")
        await outbox.deliver_once(database)
    left = "select topic, last_error from kernel.outbox where delivered_at is null"
    assert await owner.fetch(left) == []
    names = {id: name for name, id in people.items()}
    found = defaultdict(list)
    for row in await owner.fetch("select * from notifications.notifications order by id"):
        found[names[row["user_id"]]].append((row["type"], row["title"], row["message"]))
    return dict(found)
