"""Reports of three levels, and acts that concerned the student, the educator and nobody."""

from domains.health.models import ConstitutionalLog, Log, LogLevel
from domains.kernel.database import Database

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "health.constitutional_logs": (0, 1, 0, 1, 0, 0, 0, 3, 3),
    "health.logs":                (0, 0, 0, 0, 0, 0, 0, 3, 3),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    for level in (LogLevel.DEBUG, LogLevel.WARN, LogLevel.FATAL):
        await people.keep(database, Log(level=level, service="gateway", message="Something."))
    for user in (people.student, people.educator, None):
        act = ConstitutionalLog(user_id=user.id if user else None, action="data.shared")
        await people.keep(database, act)
