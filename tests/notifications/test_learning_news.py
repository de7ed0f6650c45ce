"""Students and educators are told of courses; educators do not hear who their students are."""

from dataclasses import dataclass, fields
from uuid import UUID

import asyncpg
import pytest

from domains.education import events
from domains.kernel.database import Database
from domains.kernel.events import Event
from domains.kernel.row import uuid7
from tests.makers import a_course, a_user
from tests.mint.bank import Bank
from tests.notifications.news import Told, heard

STUDENT, EDUCATOR = "student", "educator"


@dataclass(frozen=True, slots=True)
class Scene:
    """A student who paid 49.9 AZR for a course."""

    people: dict[str, UUID]
    course_id: UUID
    transaction_id: UUID

    def of(self, event: type[Event]) -> Event:
        known = {
            "course_id": self.course_id,
            "transaction_id": self.transaction_id,
            "user_id": self.people[EDUCATOR if event is events.CoursePublished else STUDENT],
        }
        names = [field.name for field in fields(event)]
        return event(**{name: known.get(name) or uuid7() for name in names})


@pytest.fixture
async def scene(database: Database) -> Scene:
    bank = await Bank.opened(database)
    educator = await a_user(database)
    course, _ = await a_course(database, educator, title="Algebra")
    [movement] = await bank.post(bank.leg("49.9"))
    return Scene({STUDENT: bank.ada.id, EDUCATOR: educator.id}, course.id, movement.id)


NEWS: dict[type[Event], dict[str, Told]] = {
    events.StudentEnrolled: {
        STUDENT: ("success", "You are enrolled", "You have a place in “Algebra”."),
    },
    events.CoursePurchased: {
        STUDENT: ("info", "Receipt", "You paid 49.9 AZR for “Algebra”."),
        EDUCATOR: ("info", "Your course was bought", "A student has paid 49.9 AZR for “Algebra”."),
    },
    events.CourseRefunded: {
        STUDENT: ("success", "You were paid back", "You got 49.9 AZR back for “Algebra”."),
        EDUCATOR: (
            "info",
            "A course was paid back",
            "49.9 AZR for “Algebra” went back to a student who gave it up.",
        ),
    },
    events.StudentDropped: {
        EDUCATOR: ("info", "A student has left", "A student has given up “Algebra”."),
    },
    events.CourseCompleted: {
        STUDENT: ("success", "Course completed", "You have completed “Algebra”."),
    },
    events.CoursePublished: {
        EDUCATOR: (
            "success",
            "Your course is published",
            "Everybody can find “Algebra” now.",
        ),
    },
    events.AssessmentPassed: {
        STUDENT: ("success", "Assessment passed", "You have passed an assessment."),
    },
}


@pytest.mark.parametrize("event", NEWS)
async def test_each_side_hears_what_concerns_it_once(
    database: Database, owner: asyncpg.Connection, scene: Scene, event: type[Event]
) -> None:
    told = await heard(database, owner, scene.of(event), scene.people)
    assert told == {who: [news] for who, news in NEWS[event].items()}
