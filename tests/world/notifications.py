"""A message to each of two people, and one that its reader has deleted."""

from domains.kernel.clock import now
from domains.kernel.database import Database
from tests.makers import a_notification

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {"notifications.notifications": (0, 1, 1, 0, 0, 0, 0, 2, 3)}


async def populate(database: Database, people: People) -> None:
    for user in (people.student, people.peer):
        await a_notification(database, user.id)
    await a_notification(database, people.student.id, deleted_at=now())
