"""Filters that ask for what belongs to a row: right for every viewer, and served by indexes."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.education.models import CourseLevel, EnrollmentStatus
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from gateway.execution import Gateway
from gateway.schema import schema
from tests.makers import a_course, a_student, a_user, an_enrollment, viewer
from tests.operations import Operations, codes
from tests.plans import CROWD, Explaining
from tests.postgres import Urls
from tests.statements import Statements

COURSES = """
query ($where: CourseFilter) {
  courses(where: $where, orderBy: TITLE) { totalCount nodes { title } }
}
"""
ENROLLMENTS = """
query ($where: EnrollmentFilter, $order: EnrollmentOrder! = NEWEST) {
  enrollments(where: $where, orderBy: $order) {
    totalCount nodes { course { title } student { firstName } }
  }
}
"""
MODULES = """
query ($where: ModuleFilter) {
  modules(where: $where) { totalCount nodes { title course { title } } }
}
"""
STUDENTS = """
query ($where: StudentFilter) { students(where: $where) { totalCount nodes { firstName } } }
"""


class School(NamedTuple):
    """Emmy teaches Algebra and a draft; Carl teaches Optics. Ada learns both, Bob Algebra."""

    emmy: Viewer
    carl: Viewer
    ada: Viewer
    bob: Viewer
    admin: Viewer

    def who(self, name: str) -> Viewer:
        found: Viewer = ANONYMOUS if name == "anonymous" else getattr(self, name)
        return found


async def _learns(database: Database, user: User, *places: tuple[Any, EnrollmentStatus]) -> None:
    student = await a_student(database, user)
    for course, status in places:
        completed = now() if status is EnrollmentStatus.COMPLETED else None
        await an_enrollment(database, student, course, status=status, completed_at=completed)


@pytest.fixture
async def school(database: Database) -> School:
    emmy = await a_user(database, UserRole.EDUCATOR, name="Emmy Noether")
    carl = await a_user(database, UserRole.EDUCATOR, name="Carl Gauss")
    algebra, _ = await a_course(database, emmy, title="Algebra", modules=1)
    draft, _ = await a_course(
        database, emmy, title="Draft", published=False, level=CourseLevel.ADVANCED
    )
    optics, _ = await a_course(
        database, carl, title="Optics", modules=2, currency=Currency.USD, category="Science"
    )
    await a_course(database, carl, title="Zoology", modules=0)
    ada, bob = await a_user(database, name="Ada L"), await a_user(database, name="Bob C")
    active, completed = EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED
    await _learns(database, bob, (algebra, active), (draft, active))
    await _learns(database, ada, (algebra, completed), (optics, active))
    admin = await a_user(database, UserRole.ADMIN)
    return School(*map(viewer, (emmy, carl, ada, bob, admin)))


Ask = Callable[..., Awaitable[list[Any]]]


@pytest.fixture
def ask(graph: Any) -> Ask:
    """The nodes of the one connection of a query."""

    async def nodes(query: str, as_: Viewer, where: Any, **variables: Any) -> list[Any]:
        [page] = (await graph(query, as_=as_, where=where, **variables)).values()
        assert page["totalCount"] == len(page["nodes"])
        found: list[Any] = page["nodes"]
        return found

    return nodes


async def titles(ask: Ask, as_: Viewer, where: Any) -> list[str]:
    return [course["title"] for course in await ask(COURSES, as_, where)]


# Of one row


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"instructor": {"search": "noether"}}, ["Algebra"]),
        ({"instructor": {}}, ["Algebra", "Optics", "Zoology"]),
        ({"instructor": None}, ["Algebra", "Optics", "Zoology"]),
        ({"instructor": {"role": "STUDENT"}}, []),
        ({"not": {"instructor": {"search": "noether"}}}, ["Optics", "Zoology"]),
        (
            {"or": [{"instructor": {"search": "emmy"}}, {"category": "Science"}]},
            ["Algebra", "Optics"],
        ),
        ({"currency": "USD"}, ["Optics"]),
        ({"durationHours": {"min": 10, "max": 10}, "currency": "USD"}, ["Optics"]),
        ({"durationHours": {"min": 11}}, []),
        ({"currency": "AZR", "instructor": {"search": "gauss"}}, ["Zoology"]),
    ],
)
async def test_courses_by_who_teaches_them(
    ask: Ask, school: School, where: Any, found: list[str]
) -> None:
    assert await titles(ask, ANONYMOUS, where) == found


async def test_places_by_their_course_and_their_student(ask: Ask, school: School) -> None:
    of_science = {"course": {"category": "Science"}}
    place = {"course": {"title": "Optics"}, "student": {"firstName": "Ada"}}
    for name, found in (("ada", [place]), ("carl", [place]), ("bob", []), ("anonymous", [])):
        assert await ask(ENROLLMENTS, school.who(name), of_science) == found


async def test_a_student_whose_account_is_hidden_is_not_found_by_it(
    ask: Ask, school: School
) -> None:
    advanced = {"course": {"level": "ADVANCED"}}
    bobs = advanced | {"student": {"user": {"search": "bob"}}}
    place = {"course": {"title": "Draft"}, "student": {"firstName": "Bob"}}
    for name, found in (("admin", [place]), ("bob", [place]), ("emmy", []), ("carl", [])):
        assert await ask(ENROLLMENTS, school.who(name), bobs) == found
    assert await ask(ENROLLMENTS, school.emmy, advanced) == [place]


async def test_an_educator_lists_the_places_of_their_students_in_order(
    ask: Ask, school: School
) -> None:
    newest = await ask(ENROLLMENTS, school.emmy, None)
    oldest = await ask(ENROLLMENTS, school.emmy, None, order="OLDEST")
    seen = [(place["student"]["firstName"], place["course"]["title"]) for place in newest]
    assert seen == [("Ada", "Algebra"), ("Bob", "Draft"), ("Bob", "Algebra")]
    assert oldest == newest[::-1]


# Of several rows


@pytest.mark.parametrize(
    ("name", "where", "found"),
    [
        ("ada", {"enrollments": {}}, ["Algebra", "Optics"]),
        ("ada", {"enrollments": {"status": "COMPLETED"}}, ["Algebra"]),
        ("ada", {"not": {"enrollments": {}}}, ["Zoology"]),
        ("bob", {"enrollments": {}}, ["Algebra", "Draft"]),
        ("bob", {"enrollments": {"status": "COMPLETED"}}, []),
        ("emmy", {"enrollments": {}}, ["Algebra", "Draft"]),
        ("carl", {"enrollments": {}}, ["Optics"]),
        ("admin", {"enrollments": {}}, ["Algebra", "Draft", "Optics"]),
        ("anonymous", {"enrollments": {}}, []),
        ("anonymous", {"not": {"enrollments": {}}}, ["Algebra", "Optics", "Zoology"]),
        ("anonymous", {"modules": {}}, ["Algebra", "Optics"]),
        ("anonymous", {"modules": {"search": '"module 2"'}}, ["Optics"]),
        ("emmy", {"modules": {"search": '"module 2"'}}, ["Draft", "Optics"]),
        (
            "emmy",
            {"enrollments": {"student": {"enrollments": {"status": "COMPLETED"}}}},
            ["Algebra"],
        ),
    ],
)
async def test_a_row_that_the_viewer_may_not_see_makes_no_other_match(
    ask: Ask, school: School, name: str, where: Any, found: list[str]
) -> None:
    assert await titles(ask, school.who(name), where) == found


async def test_a_teacher_never_learns_what_their_students_do_elsewhere(
    ask: Ask, school: School
) -> None:
    in_optics = {"enrollments": {"course": {"search": "optics"}}}
    assert await ask(STUDENTS, school.emmy, in_optics) == []
    assert await ask(STUDENTS, school.carl, in_optics) == [{"firstName": "Ada"}]
    assert await ask(STUDENTS, school.ada, in_optics) == [{"firstName": "Ada"}]


async def test_modules_by_their_words_and_their_course(ask: Ask, school: School) -> None:
    where = {"search": "module -2", "course": {"instructor": {"search": "carl"}}}
    found = await ask(MODULES, ANONYMOUS, where)
    assert found == [{"title": "Module 1", "course": {"title": "Optics"}}]
    drafts = {"course": {"level": "ADVANCED"}}
    assert await ask(MODULES, ANONYMOUS, drafts) == []
    assert len(await ask(MODULES, school.bob, drafts)) == 2


async def test_relations_in_filters_cost_no_statement_of_their_own(
    ask: Ask, school: School, statements: Statements
) -> None:
    where = {"course": {"instructor": {"search": "carl"}}, "student": {"user": {}}}
    await ask(ENROLLMENTS, school.ada, where)
    statements.clear()
    assert len(await ask(ENROLLMENTS, school.ada, where)) == 1
    assert len(statements) == 1


# Times


async def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(
    ask: Ask, database: Database
) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    teacher = await a_user(database, UserRole.EDUCATOR)
    for hour, title in enumerate(("Noon", "One o'clock", "Two o'clock")):
        moment = noon + timedelta(hours=hour)
        await a_course(database, teacher, title=title, published_at=moment)
    await a_course(database, teacher, title="Draft", published=False)

    async def published(**period: str | None) -> list[str]:
        return await titles(ask, viewer(teacher), {"publishedAt": period})

    assert await published() == ["Noon", "One o'clock", "Two o'clock"]
    assert await published(since=None, until=None) == await published()
    assert await published(since="2026-05-01T13:00:00Z") == ["One o'clock", "Two o'clock"]
    assert await published(until="2026-05-01T14:00:00+01:00") == ["Noon"]
    assert await published(since="2026-05-01T12:00:00.000001Z", until="2026-05-01T14:00:00Z") == [
        "One o'clock"
    ]
    assert await titles(
        ask, viewer(teacher), {"not": {"publishedAt": {"until": "2026-05-01T14:00:00Z"}}}
    ) == ["Draft", "Two o'clock"]


# Ends


def nested(levels: int) -> dict[str, Any]:
    """So many relations inside each other."""
    names = ("enrollments", "course")
    where: dict[str, Any] = {}
    for level in reversed(range(levels)):
        where = {names[level % 2]: where}
    return where


async def test_relations_stand_inside_each_other_three_deep_at_most(
    answer: Any, school: School
) -> None:
    assert codes(await answer(COURSES, where=nested(3))) == []
    body = await answer(COURSES, where=nested(4))
    assert codes(body) == ["BAD_USER_INPUT"]
    [error] = body["errors"]
    assert error["message"] == "A `where` asks for at most 3 relations inside each other."


async def test_a_filter_asks_for_eight_relations_at_most(answer: Any, school: School) -> None:
    where = {"or": [{"instructor": {}}] * 4, "and": [{"modules": {}, "instructor": None}] * 4}
    assert codes(await answer(COURSES, where=where)) == []
    body = await answer(COURSES, where={"not": {"modules": {}}} | where)
    assert codes(body) == ["BAD_USER_INPUT"]
    assert body["errors"][0]["message"] == "A `where` asks for at most 8 relations."


async def test_conditions_of_relations_count_with_the_others(answer: Any, school: School) -> None:
    where = {"instructor": {"or": [{"role": "ADMIN"}] * 99}}
    body = await answer(COURSES, where=where)
    assert [error["message"] for error in body["errors"]] == [
        "A `where` holds at most 100 conditions."
    ]


async def test_a_relation_to_another_cluster_is_refused_by_its_name(
    database: Database, school: School
) -> None:
    operations = Operations(Gateway(schema, elsewhere=frozenset({"auth"})), database)
    body = await operations.answer(COURSES, where={"instructor": {}})
    message = "`instructor` cannot be asked for: another cluster keeps what it names."
    assert (codes(body), body["data"]) == (["BAD_USER_INPUT"], {"courses": None})
    assert body["errors"][0]["message"] == message
    assert codes(await operations.answer(COURSES, where={"modules": {}})) == []


# Indexes


@pytest.mark.parametrize(
    ("query", "where", "role", "lookups"),
    [
        (COURSES, {"category": "Category 7"}, Role.STUDENT, ["category"]),
        (COURSES, {"durationHours": {"min": 50}}, Role.STUDENT, ["duration_hours >= "]),
        (COURSES, {"publishedAt": {"since": "2 h"}}, Role.STUDENT, ["published_at >= "]),
        (
            COURSES,
            {"enrollments": {"status": "ACTIVE"}},
            Role.STUDENT,
            [r"\(student_id = ANY ", r"\(id = t\d+\.course_id\)"],
        ),
        (
            COURSES,
            {"category": "Category 7", "modules": {"search": '"chapter 7"'}},
            Role.ADMIN,
            ["category", r"\(course_id = t\d+\.id\)"],
        ),
        (
            ENROLLMENTS,
            {"course": {"category": "Category 7"}},
            Role.ADMIN,
            ["category", r"\(course_id = t\d+\.id\)"],
        ),
        (
            ENROLLMENTS,
            {"course": {"instructor": {"role": "EDUCATOR"}}},
            Role.STUDENT,
            [
                "role = 'educator'",
                r"\(instructor_id = t\d+\.id\)",
                r"\(course_id = t\d+\.id\)",
            ],
        ),
        (
            STUDENTS,
            {"enrollments": {"course": {"category": "Category 7"}}},
            Role.ADMIN,
            [
                "category",
                r"\(course_id = t\d+\.id\)",
                r"\(id = t\d+\.student_id\)",
            ],
        ),
    ],
)
async def test_an_index_serves_a_filter_among_thousands_of_rows(
    crowd: dict[Role, Viewer],
    explaining: Explaining,
    query: str,
    where: Any,
    role: Role,
    lookups: list[str],
) -> None:
    if "publishedAt" in where:
        where = {"publishedAt": {"since": (now() - timedelta(hours=2)).isoformat()}}
    plan = await explaining.of(query, crowd[role], where=where)
    assert "Seq Scan" not in plan
    assert [each for each in lookups if not re.search(f"Index Cond: .*{each}", plan)] == [], plan


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> dict[Role, Viewer]:
    """Somebody of a few roles among thousands."""
    for statement in CROWD.split(";\n"):
        await owner.execute(statement)
    learner = await owner.fetchval("select user_id from education.students limit 1")
    return {Role.STUDENT: Viewer(learner, Role.STUDENT), Role.ADMIN: Viewer(learner, Role.ADMIN)}


@pytest.fixture
async def explaining(urls: Urls, gateway: Gateway) -> Any:
    """Explains plans as the application's role runs them."""
    connection = await asyncpg.connect(urls.app)
    yield Explaining(gateway, connection)
    await connection.close()
