"""`moduleProgress`, from the outside; and what the time that a client tells comes to."""

from typing import Any

import asyncpg
import pytest

from domains.education.repository.progress import MOST_IN_ALL
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import Role, Viewer
from tests.makers import a_course, a_user, viewer
from tests.operations import codes
from tests.statements import Statements, reads

from .school import School, everything, news

PROGRESS = """
mutation ($module: ID!, $progress: Decimal!, $minutes: Int! = 0) {
  moduleProgress(input: {moduleId: $module, progress: $progress, minutesSpent: $minutes}) {
    learningProgress { progress minutesSpent completedAt }
    enrollment { progress status }
    userErrors { __typename path ... on MinutesInvalid { maximum } }
  }
}
"""


@pytest.fixture
async def taken(school: School, graph: Any) -> School:
    """Ada takes the course."""
    await school.place(graph)
    return school


async def noted(school: School, graph: Any, progress: str, **more: Any) -> Any:
    given = {"as_": school.learner, "module": school.module_id(1), "progress": progress}
    return (await graph(PROGRESS, **given | more))["moduleProgress"]


async def test_progress_grows_and_never_shrinks(
    taken: School, graph: Any, owner: asyncpg.Connection
) -> None:
    shown = []
    for progress in ("10", "33.339", "20", "0", "99.99999999", "50"):
        payload = await noted(taken, graph, progress, minutes=2)
        assert payload["userErrors"] == []
        of_module, of_course = payload["learningProgress"], payload["enrollment"]
        shown.append((of_module["progress"], of_course["progress"]))
        assert (of_module["completedAt"], of_course["status"]) == (None, "ACTIVE")

    assert shown == [
        ("10", "5"),
        ("33.33", "16.67"),
        ("33.33", "16.67"),
        ("33.33", "16.67"),
        ("99.99", "50"),
        ("99.99", "50"),
    ]
    assert await owner.fetchval("select minutes_spent from education.learning_progress") == 12


async def test_what_is_complete_stays_complete(taken: School, graph: Any) -> None:
    await taken.complete(graph, 1)
    payload = await noted(taken, graph, "5")
    assert payload["learningProgress"]["progress"] == "100"
    assert payload["learningProgress"]["completedAt"] is not None


async def test_almost_all_of_every_module_completes_no_course(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, modules=1)
    await school.place(graph)
    payload = await noted(school, graph, "99.99")
    assert payload["enrollment"] == {"progress": "99.99", "status": "ACTIVE"}
    assert "course.completed" not in await news(owner)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"progress": "-0.01"}, {"__typename": "ProgressInvalid", "path": ["input", "progress"]}),
        ({"progress": "100"}, {"__typename": "ProgressInvalid", "path": ["input", "progress"]}),
        ({"progress": "9999999"}, {"__typename": "ProgressInvalid", "path": ["input", "progress"]}),
        (
            {"minutes": -1},
            {"__typename": "MinutesInvalid", "path": ["input", "minutesSpent"], "maximum": 1440},
        ),
        (
            {"minutes": 1441},
            {"__typename": "MinutesInvalid", "path": ["input", "minutesSpent"], "maximum": 1440},
        ),
    ],
)
async def test_what_cannot_be_changes_nothing(
    taken: School,
    graph: Any,
    owner: asyncpg.Connection,
    more: dict[str, Any],
    error: dict[str, Any],
) -> None:
    before = await everything(owner)
    payload = await noted(taken, graph, **{"progress": "50"} | more)
    assert payload == {"learningProgress": None, "enrollment": None, "userErrors": [error]}
    assert await everything(owner) == before


async def test_the_time_that_is_told_ends_with_that_of_a_year(
    taken: School, graph: Any, owner: asyncpg.Connection
) -> None:
    await noted(taken, graph, "1")
    await owner.execute(
        "update education.learning_progress set minutes_spent = $1", MOST_IN_ALL - 1
    )
    payload = await noted(taken, graph, "1", minutes=1440)
    assert payload["learningProgress"]["minutesSpent"] == MOST_IN_ALL


async def test_only_who_takes_the_course_makes_progress_in_it(
    school: School, graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    employer = viewer(await a_user(database))
    _, [hidden] = await a_course(database, modules=1, published=False)
    before = await everything(owner)
    path = ["input", "moduleId"]

    refused = [
        await noted(school, graph, "1"),
        await noted(school, graph, "1", module=encode_id("Module", hidden.id)),
        await noted(school, graph, "1", module=encode_id("Module", uuid7())),
        await noted(school, graph, "1", as_=employer),
    ]
    assert [payload["userErrors"] for payload in refused] == [
        [{"__typename": "NotEnrolled", "path": path}],
        [{"__typename": "ModuleNotFound", "path": path}],
        [{"__typename": "ModuleNotFound", "path": path}],
        [{"__typename": "NotAStudent", "path": []}],
    ]
    acting = Viewer(school.ada.id, Role.STUDENT, impersonator_id=school.emmy.id)
    given = {"module": school.module_id(1), "progress": "1"}
    assert codes(await answer(PROGRESS, as_=acting, **given)) == ["FORBIDDEN"]
    assert await everything(owner) == before


async def test_who_gave_the_course_up_makes_no_progress(
    taken: School, graph: Any, owner: asyncpg.Connection
) -> None:
    await owner.execute("update education.enrollments set status = 'dropped'")
    before = await everything(owner)
    payload = await noted(taken, graph, "1")
    assert payload["userErrors"][0]["__typename"] == "NotEnrolled"
    assert await everything(owner) == before


async def test_progress_costs_as_many_statements_in_a_long_course_as_in_a_short_one(
    database: Database, graph: Any, statements: Statements
) -> None:
    counts = []
    for modules in (1, 20):
        school = await School.opened(database, modules=modules)
        await school.place(graph)
        await noted(school, graph, "1")
        statements.clear()
        await noted(school, graph, "2")
        counts.append(len(reads(statements)))
    assert counts[0] == counts[1] <= 9
