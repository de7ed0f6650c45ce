"""Reading courses: what is seen, filtered, sorted, paged and found."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.education.models import CourseLevel
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_course, a_student, a_user, an_enrollment, viewer
from tests.operations import codes
from tests.statements import Statements

COURSES = """
query ($where: CourseFilter, $order: CourseOrder! = NEWEST, $first: Int, $after: String) {
  courses(where: $where, orderBy: $order, first: $first, after: $after) {
    totalCount nodes { title } pageInfo { endCursor hasNextPage }
  }
}
"""

COURSE = """
query ($id: ID!) {
  course(id: $id) {
    instructor { name email courses { totalCount } }
    modules { position readingMinutes course { id } }
    enrollments { nodes { student { user { name student { wallet { balance } } } } } }
  }
}
"""


@pytest.fixture
async def teacher(database: Database) -> User:
    """The teacher of three published courses and a draft, among others'."""
    teacher = await a_user(database, UserRole.EDUCATOR, name="Noether")
    await a_course(
        database,
        teacher,
        title="Algebra",
        description="Groups, rings and fields.",
        category="Mathematics",
    )
    await a_course(
        database,
        teacher,
        title="Physics",
        description="Symmetry and conservation.",
        category="Science",
        level=CourseLevel.ADVANCED,
        price=Decimal("12.50"),
    )
    await a_course(
        database,
        title="Chess",
        description="Openings, and how to sacrifice a rook.",
        category="Games",
        level=CourseLevel.INTERMEDIATE,
        price=Decimal(40),
    )
    await a_course(database, teacher, title="Draft", published=False)
    return teacher


async def titles(graph: Any, as_: Any = ANONYMOUS, **variables: Any) -> list[str]:
    page = (await graph(COURSES, as_=as_, **variables))["courses"]
    assert page["totalCount"] == len(page["nodes"])
    return [course["title"] for course in page["nodes"]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["Chess", "Physics", "Algebra"]),
        ({}, ["Chess", "Physics", "Algebra"]),
        ({"category": None}, ["Chess", "Physics", "Algebra"]),
        ({"category": "Science"}, ["Physics"]),
        ({"level": "BEGINNER"}, ["Algebra"]),
        ({"levels": ["BEGINNER", "ADVANCED"]}, ["Physics", "Algebra"]),
        ({"levels": []}, []),
        ({"free": True}, ["Algebra"]),
        ({"free": False}, ["Chess", "Physics"]),
        ({"price": {"min": "12.5", "max": "39.99"}}, ["Physics"]),
        ({"price": {"min": "12.51"}}, ["Chess"]),
        ({"price": {"max": "12.50"}}, ["Physics", "Algebra"]),
        ({"price": {}}, ["Chess", "Physics", "Algebra"]),
        ({"search": "ring"}, ["Algebra"]),
        ({"search": "rook or symmetry"}, ["Chess", "Physics"]),
        ({"search": '"rings and fields"'}, ["Algebra"]),
        ({"search": "symmetry -conservation"}, []),
        ({"search": "'; drop table"}, []),
        ({"level": "BEGINNER", "free": False}, []),
        ({"and": [{"free": False}, {"not": {"category": "Games"}}]}, ["Physics"]),
        ({"or": [{"free": True}, {"category": "Games"}]}, ["Chess", "Algebra"]),
        ({"or": []}, []),
        ({"not": {"or": [{"free": True}, {"category": "Games"}]}}, ["Physics"]),
    ],
)
async def test_filters(graph: Any, teacher: User, where: Any, found: list[str]) -> None:
    assert await titles(graph, where=where) == found


async def test_filters_by_teacher(graph: Any, teacher: User) -> None:
    where = {"instructorId": encode_id("User", teacher.id)}

    assert await titles(graph, where=where) == ["Physics", "Algebra"]
    assert await titles(graph, as_=viewer(teacher), where=where) == ["Draft", "Physics", "Algebra"]


async def test_the_id_of_something_else_is_no_teachers(answer: Any, teacher: User) -> None:
    where = {"instructorId": encode_id("Course", teacher.id)}

    assert codes(await answer(COURSES, where=where)) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("NEWEST", ["Chess", "Physics", "Algebra"]),
        ("TITLE", ["Algebra", "Chess", "Physics"]),
        ("PRICE", ["Algebra", "Physics", "Chess"]),
        ("PRICE_DESC", ["Chess", "Physics", "Algebra"]),
    ],
)
async def test_orders_and_pages(graph: Any, teacher: User, order: str, found: list[str]) -> None:
    assert await titles(graph, order=order) == found

    seen, after = [], None
    for _ in found:
        page = (await graph(COURSES, order=order, first=1, after=after))["courses"]
        seen += [course["title"] for course in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (seen, page["pageInfo"]["hasNextPage"]) == (found, False)


async def test_words_are_found_in_courses_and_modules(graph: Any, database: Database) -> None:
    await a_course(database, title="Poetry", description="Of the sea.")
    await a_course(database, title="The sea", description="Salt and water.")
    await a_course(database, title="Sea of drafts", published=False)
    search = "query ($text: String!) { search(text: $text) { __typename ... on Course { title } } }"

    found = (await graph(search, text="sea"))["search"]

    assert found == [
        {"__typename": "Course", "title": "The sea"},
        {"__typename": "Course", "title": "Poetry"},
    ]
    modules = (await graph(search, text='"module 1"'))["search"]
    assert modules == [{"__typename": "Module"}] * 2


async def test_a_course_and_all_around_it_is_one_statement(
    graph: Any, database: Database, statements: Statements
) -> None:
    user = await a_user(database, name="Ada Lovelace")
    student = await a_student(database, user)
    course, _ = await a_course(database, modules=3)
    await an_enrollment(database, student, course)
    variables = {"as_": viewer(user), "id": encode_id("Course", course.id)}
    # A new connection asks for the types that it meets first.
    await graph(COURSE, **variables)
    statements.clear()

    data = await graph(COURSE, **variables)

    assert len(statements) == 1
    found = data["course"]
    assert found["instructor"]["email"] is None
    assert found["instructor"]["courses"] == {"totalCount": 1}
    assert [module["readingMinutes"] for module in found["modules"]] == [1, 1, 1]
    person = {"name": "Ada Lovelace", "student": {"wallet": {"balance": "0"}}}
    assert found["enrollments"]["nodes"] == [{"student": {"user": person}}]


async def test_modules_appear_and_disappear_with_their_course(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    course, chapters = await a_course(database, published=False)
    ids = [encode_id("Module", chapter.id) for chapter in chapters]
    ask = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Module { title } } }"
    publish = "update education.courses set published_at = $1 where id = $2"

    seen = []
    for moment in (None, now(), None):
        await owner.execute(publish, moment, course.id)
        seen.append((await graph(ask, ids=ids))["nodes"])

    titles = [{"title": "Module 1"}, {"title": "Module 2"}]
    assert seen == [[None, None], titles, [None, None]]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"search": "x" * 201}, "A text of at most 200 characters is looked for."),
        ({"or": [{"free": True}] * 101}, "A `where` holds at most 100 conditions."),
    ],
)
async def test_a_search_and_a_filter_have_an_end(
    answer: Any, where: dict[str, Any], message: str
) -> None:
    body = await answer(COURSES, where=where)
    assert codes(body) == ["BAD_USER_INPUT"]
    assert body["errors"][0]["message"] == message


@pytest.mark.parametrize("search", ["-" * 199 + "x", "- " * 99 + "x", '"' * 200, "or " * 66])
async def test_odd_searches_find_nothing_and_harm_nobody(graph: Any, search: str) -> None:
    assert (await graph(COURSES, where={"search": search}))["courses"]["nodes"] == []
