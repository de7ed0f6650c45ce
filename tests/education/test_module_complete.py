"""`moduleComplete`, from the outside."""

import asyncio
from typing import Any

import asyncpg
import pytest

from domains.auth.models import User
from domains.education.models import EnrollmentStatus, Module
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from tests.makers import a_course, a_student, a_user, an_enrollment, put, viewer

COMPLETE = """
mutation ($module: ID!, $minutes: Int!) {
  moduleComplete(input: {moduleId: $module, minutesSpent: $minutes}) {
    learningProgress { progress minutesSpent module { position } }
    enrollment { progress status completedAt }
    userErrors { __typename path ... on MinutesInvalid { maximum } }
  }
}
"""


async def taking(database: Database, modules: int, **values: Any) -> tuple[User, list[Module]]:
    """A person who takes a course of so many modules."""
    user = await a_user(database)
    student = await a_student(database, user)
    course, chapters = await a_course(database, modules=modules)
    await an_enrollment(database, student, course, **values)
    return user, [*chapters]


async def test_progress_is_the_share_of_modules_that_are_done(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, modules = await taking(database, 3)

    places = []
    for module in modules:
        data = await graph(
            COMPLETE, as_=viewer(user), module=encode_id("Module", module.id), minutes=5
        )
        places.append(data["moduleComplete"]["enrollment"])
        assert data["moduleComplete"]["learningProgress"] == {
            "progress": "100",
            "minutesSpent": 5,
            "module": {"position": module.position},
        }

    assert [place["progress"] for place in places] == ["33.33", "66.67", "100"]
    assert [place["status"] for place in places] == ["ACTIVE", "ACTIVE", "COMPLETED"]
    assert [place["completedAt"] is None for place in places] == [True, True, False]
    assert await owner.fetchval("select topic from kernel.outbox") == "education.course.completed"


async def test_again_adds_the_time_and_completes_nothing_twice(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, [module] = await taking(database, 1)
    id = encode_id("Module", module.id)

    first = await graph(COMPLETE, as_=viewer(user), module=id, minutes=5)
    again = await graph(COMPLETE, as_=viewer(user), module=id, minutes=7)

    assert again["moduleComplete"]["enrollment"] == first["moduleComplete"]["enrollment"]
    assert again["moduleComplete"]["learningProgress"]["minutesSpent"] == 12
    assert await owner.fetchval("select count(*) from education.learning_progress") == 1
    assert await owner.fetchval("select count(*) from kernel.outbox") == 1


async def test_all_modules_at_once_complete_the_course_once(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, modules = await taking(database, 10)

    await asyncio.gather(
        *(
            graph(COMPLETE, as_=viewer(user), module=encode_id("Module", module.id), minutes=1)
            for module in modules
        )
    )

    [place] = await owner.fetch("select progress, status from education.enrollments")
    assert tuple(place) == (100, "completed")
    assert await owner.fetchval("select count(*) from kernel.outbox") == 1


async def test_a_course_that_grows_stays_completed(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, [module] = await taking(database, 1)
    await graph(COMPLETE, as_=viewer(user), module=encode_id("Module", module.id), minutes=5)
    await put(database, Module(course_id=module.course_id, title="More", position=2, content={}))

    data = await graph(COMPLETE, as_=viewer(user), module=encode_id("Module", module.id), minutes=5)

    place = data["moduleComplete"]["enrollment"]
    assert (place["progress"], place["status"]) == ("100", "COMPLETED")


@pytest.mark.parametrize("minutes", [-1, 1441])
async def test_time_that_cannot_have_been_spent_changes_nothing(
    graph: Any, database: Database, owner: asyncpg.Connection, minutes: int
) -> None:
    user, [module] = await taking(database, 1)

    data = await graph(
        COMPLETE, as_=viewer(user), module=encode_id("Module", module.id), minutes=minutes
    )

    path = ["input", "minutesSpent"]
    assert data["moduleComplete"]["userErrors"] == [
        {"__typename": "MinutesInvalid", "path": path, "maximum": 1440}
    ]
    assert await owner.fetchval("select count(*) from education.learning_progress") == 0


async def test_who_is_not_enrolled_or_has_given_up_makes_no_progress(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    dropped, [theirs] = await taking(database, 1, status=EnrollmentStatus.DROPPED)
    _, [others] = await taking(database, 1)

    for module in (theirs, others):
        id = encode_id("Module", module.id)
        data = await graph(COMPLETE, as_=viewer(dropped), module=id, minutes=5)
        assert data["moduleComplete"] == {
            "learningProgress": None,
            "enrollment": None,
            "userErrors": [{"__typename": "NotEnrolled", "path": ["input", "moduleId"]}],
        }

    assert await owner.fetchval("select count(*) from education.learning_progress") == 0


async def test_a_module_that_cannot_be_seen_does_not_exist(graph: Any, database: Database) -> None:
    user, _ = await taking(database, 1)
    _, [hidden] = await a_course(database, modules=1, published=False)

    for id in (hidden.id, uuid7()):
        data = await graph(COMPLETE, as_=viewer(user), module=encode_id("Module", id), minutes=5)
        assert data["moduleComplete"]["userErrors"] == [
            {"__typename": "ModuleNotFound", "path": ["input", "moduleId"]}
        ]
