"""An event that waits for its subscribers."""

from domains.kernel.database import Database
from domains.kernel.events import OutboxEntry
from tests.makers import put

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    # The application may not even ask.
    "kernel.audit_chains": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "kernel.buckets": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    # Only the owner's role can add one; tests/edge/test_operations.py does, and reads it back.
    "kernel.operations": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "kernel.requests": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "kernel.outbox": (0, 0, 0, 0, 0, 0, 0, 0, 1),
}


async def populate(database: Database, people: People) -> None:
    await put(
        database,
        OutboxEntry(topic="user.signed_up", aggregate_id=people.student.id, body={}),
    )
