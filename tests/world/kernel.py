"""An event that waits for its subscribers, and a job that waits for its time."""

from domains.kernel.database import Database
from domains.kernel.events import OutboxEntry
from domains.kernel.jobs import JobState
from tests.makers import put

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "kernel.jobs": (0, 0, 0, 0, 0, 0, 0, 0, 1),
    "kernel.outbox": (0, 0, 0, 0, 0, 0, 0, 0, 1),
}


async def populate(database: Database, people: People) -> None:
    await put(
        database,
        OutboxEntry(topic="user.signed_up", aggregate_id=people.student.id, body={}),
        JobState(name="tests.wait"),
    )
