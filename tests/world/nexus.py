"""The student and the peer are known; both were recommended the course, the student also more."""

from decimal import Decimal
from typing import Any

from domains.auth.models import User
from domains.education.models import Course
from domains.kernel.database import Database
from domains.nexus.models import (
    AuditLog,
    Interaction,
    InteractionType,
    Recommendation,
    RecommendationType,
    UserProfile,
)

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "nexus.audit_logs":      (0, 1, 0, 0, 0, 1, 0, 3, 3),
    "nexus.interactions":    (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "nexus.recommendations": (0, 2, 1, 0, 0, 0, 0, 3, 3),
    "nexus.user_profiles":   (0, 1, 1, 0, 0, 0, 0, 2, 2),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    course = people.made(Course)[0]
    for user in (people.student, people.peer):
        await people.keep(database, UserProfile(user_id=user.id))
        found = recommended(user, type=RecommendationType.COURSE, course_id=course.id)
        seen = Interaction(
            user_id=user.id,
            recommendation_id=found.id,
            type=InteractionType.VIEW,
            course_id=course.id,
        )
        await people.keep(database, found, seen)
    feature = recommended(people.student, type=RecommendationType.FEATURE, item_id="dark-mode")
    await people.keep(database, feature)
    for user_id in (people.student.id, people.employer.id, None):
        log = AuditLog(user_id=user_id, action="seen", entity_type="Course", entity_id="1")
        await people.keep(database, log)


def recommended(user: User, **values: Any) -> Recommendation:
    return Recommendation(user_id=user.id, item_name="Something", score=Decimal("0.5"), **values)
