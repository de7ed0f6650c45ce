"""What planned reads promise: one statement, plans used again, errors in their place."""

import asyncio
import base64
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from domains.education.types import Course
from domains.kernel.database import Database
from domains.kernel.node import Key, encode_id, key_of
from domains.kernel.scalars import SCALARS
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from gateway.execution import Gateway
from gateway.schema import named_types, schema
from tests.lesson import Class, a_class
from tests.makers import viewer
from tests.operations import Operations, codes
from tests.statements import Statements, reads


@pytest.fixture
async def lesson(database: Database) -> Class:
    return await a_class(database)


# One statement

DEEP = """
query($first: Int!) {
  students(first: $first) {
    totalCount
    nodes {
      firstName
      enrollments { edges { node { course { title modules { title course { title } } } } } }
    }
  }
}
"""


async def test_a_query_of_five_levels_is_one_statement(
    operations: Operations, lesson: Class, statements: Statements
) -> None:
    data = await operations.data(DEEP, as_=lesson.viewer, first=5)
    modules = [{"title": row.title, "course": {"title": "Reading"}} for row in lesson.modules]
    edge = {"node": {"course": {"title": "Reading", "modules": modules}}}
    node = {"firstName": lesson.student.first_name, "enrollments": {"edges": [edge]}}
    assert data == {"students": {"totalCount": 1, "nodes": [node]}}
    assert len(reads(statements)) == 1


async def test_computed_fields_need_no_statement_of_their_own(
    operations: Operations, lesson: Class, statements: Statements
) -> None:
    query = "{ courses { nodes { modules { readingMinutes } } } }"
    data = await operations.data(query)
    assert data == {"courses": {"nodes": [{"modules": [{"readingMinutes": 1}] * 2}]}}
    assert len(reads(statements)) == 1


async def test_beside_introspection_every_root_field_is_one_statement(
    operations: Operations, lesson: Class, statements: Statements
) -> None:
    query = "{ courses { totalCount } viewer { name } __schema { queryType { name } } }"
    data = await operations.data(query, as_=lesson.viewer)
    assert data == {
        "courses": {"totalCount": 1},
        "viewer": {"name": lesson.user.name},
        "__schema": {"queryType": {"name": "Query"}},
    }
    assert len(reads(statements)) == 2


@strawberry.type
class Picked:
    """What a resolver answers that knows only keys."""

    best: Course | None
    all: list[Course | None]


@strawberry.type
class Picks:
    """A root that needs Python."""

    @strawberry.field
    def picked(self, ids: list[strawberry.ID]) -> Picked:
        keys: list[Any] = [Key("Course", key_of("Course", id)) for id in ids]
        return Picked(best=keys[0], all=keys)


PICKS = strawberry.Schema(Picks, types=named_types(), config=StrawberryConfig(scalar_map=SCALARS))


async def test_all_keys_of_one_selection_are_read_in_one_statement(
    database: Database, lesson: Class, statements: Statements
) -> None:
    ids = [encode_id("Course", key) for key in (lesson.course.id, lesson.hidden.id, uuid4())]
    query = "query($ids: [ID!]!) { picked(ids: $ids) { best { title } all { modules { title } } } }"
    data = await Operations(Gateway(PICKS), database).data(query, ids=ids)
    modules = [{"title": row.title} for row in lesson.modules]
    assert data["picked"] == {
        "best": {"title": "Reading"},
        "all": [{"modules": modules}, None, None],
    }
    assert len(reads(statements)) == 2


# Plans


def plans_of(gateway: Gateway, text: str) -> int:
    """How many plans are kept of a document."""
    return len(gateway.documents.get(text).operation(None).plans._items)


async def test_a_plan_is_used_again_for_other_values_and_other_viewers(
    database: Database, lesson: Class
) -> None:
    gateway = Gateway(schema)
    operations = Operations(gateway, database)
    query = "query($id: ID!) { course(id: $id) { title } viewer { name } }"
    found = [
        await operations.data(query, as_=viewer(user), id=encode_id("Course", key))
        for user, key in (
            (lesson.user, lesson.course.id),
            (lesson.other_user, lesson.course.id),
            (lesson.user, lesson.hidden.id),
        )
    ]
    names = [lesson.user.name, lesson.other_user.name, lesson.user.name]
    assert [each["viewer"]["name"] for each in found] == names
    assert [each["course"] for each in found] == [{"title": "Reading"}, {"title": "Reading"}, None]
    counts = gateway.counts
    assert (counts["documents"].misses, counts["documents"].hits) == (1, 2)
    assert (counts["plans"].misses, counts["plans"].hits) == (1, 2)


@pytest.mark.parametrize(
    ("definitions", "selection", "first", "second"),
    [
        ("$yes: Boolean!", "viewer { id @include(if: $yes) }", {"yes": True}, {"yes": False}),
        (
            "$where: CourseFilter",
            "courses(where: $where) { totalCount }",
            {"where": {"free": True}},
            {"where": {"category": "x"}},
        ),
        (
            "$order: CourseOrder!",
            "courses(orderBy: $order) { nodes { id } }",
            {"order": "TITLE"},
            {"order": "PRICE"},
        ),
        ("$after: String", "courses(after: $after) { nodes { id } }", {}, {"after": None}),
        (
            "$id: ID!",
            "node(id: $id) { id }",
            {"id": encode_id("Course", uuid4())},
            {"id": encode_id("User", uuid4())},
        ),
    ],
    ids=["condition", "filter", "order", "absence", "type"],
)
async def test_variables_of_another_shape_get_a_plan_of_their_own(
    database: Database,
    definitions: str,
    selection: str,
    first: dict[str, Any],
    second: dict[str, Any],
) -> None:
    gateway = Gateway(schema)
    for variables in (first, second, first):
        query = f"query({definitions}) {{ {selection} }}"
        await Operations(gateway, database).data(query, **variables)
    assert (gateway.counts["plans"].misses, gateway.counts["plans"].hits) == (2, 1)


async def test_viewers_of_another_role_get_a_plan_of_their_own(
    database: Database, lesson: Class
) -> None:
    gateway = Gateway(schema)
    for each in (ANONYMOUS, lesson.viewer, Viewer(lesson.user.id, Role.EDUCATOR), lesson.viewer):
        await Operations(gateway, database).data("{ viewer { id } }", as_=each)
    assert (gateway.counts["plans"].misses, gateway.counts["plans"].hits) == (3, 1)


async def test_no_more_plans_and_documents_are_kept_than_said(database: Database) -> None:
    gateway = Gateway(schema, documents_kept=2, plans_per_document=3)
    operations = Operations(gateway, database)
    query = "query($where: CourseFilter) { courses(where: $where) { totalCount } }"
    for number in range(5):
        await operations.data(query, where={"or": [{"free": True}] * number})
    assert plans_of(gateway, query) == 3
    for number in range(3):
        await operations.data(f"{{ a{number}: viewer {{ id }} }}")
    assert len(gateway.documents._documents._items) == 2


# Errors


async def test_a_failing_statement_is_answered_field_by_field(
    operations: Operations, lesson: Class, owner: asyncpg.Connection, statements: Statements
) -> None:
    query = "{ viewer { name } lessons: courses { nodes { modules { title } } } again: __typename }"
    await owner.execute("revoke select on education.modules from azora_app")
    try:
        body = await operations.answer(query, as_=lesson.viewer)
    finally:
        await owner.execute("grant select on education.modules to azora_app")
    assert body == {
        "data": {"viewer": {"name": lesson.user.name}, "lessons": None, "again": "Query"},
        "errors": [
            {
                "message": "Something went wrong on our side.",
                "locations": [{"line": 1, "column": 19}],
                "path": ["lessons"],
                "extensions": {"code": "INTERNAL", "requestId": "test-request"},
            }
        ],
    }
    assert len(reads(statements)) == 3


async def test_a_refused_argument_is_named_at_its_root_field_and_nothing_else_is_lost(
    operations: Operations, lesson: Class
) -> None:
    query = "{ viewer { name } students { nodes { enrollments(first: 101) { nodes { id } } } } }"
    body = await operations.answer(query, as_=lesson.viewer)
    assert body["data"] == {"viewer": {"name": lesson.user.name}, "students": None}
    assert [(error["path"], error["message"]) for error in body["errors"]] == [
        (["students"], "`first` must be from 0 to 100, not 101.")
    ]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("TITLE", '"\\ud800",ID'),
        ("TITLE", '"\\u0000",ID'),
        ("TITLE", "null,ID"),
        ("TITLE", "7,ID"),
        ("TITLE", '"a","b",ID'),
        ("TITLE", '"a","b"'),
        ("TITLE", "[" * 5000),
        ("PRICE", '"NaN",ID'),
    ],
    ids=lambda value: value[:12],
)
async def test_a_cursor_with_impossible_keys_is_refused(
    operations: Operations, lesson: Class, order: str, keys: str
) -> None:
    cursor, body = await after(operations, order, keys)
    message = f"This is not a cursor of this list in this order: {cursor[:80]!r}."
    assert [(error["path"], error["message"]) for error in body["errors"]] == [
        (["courses"], message)
    ]
    assert codes(body) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("price", ["1E+18", "-1E+18", "9999999999.999999999", "1E-18"])
async def test_a_cursor_at_a_price_that_no_course_can_have_is_no_fault_of_the_server(
    operations: Operations, lesson: Class, price: str
) -> None:
    _, body = await after(operations, "PRICE", f'"{price}",ID')
    assert codes(body) in ([], ["BAD_USER_INPUT"])


async def after(operations: Operations, order: str, keys: str) -> tuple[str, dict[str, Any]]:
    """A cursor with these keys, and the page of courses that follows it."""
    text = f'["{order}",{keys}]'.replace("ID", f'"{uuid4()}"')
    cursor = base64.b64encode(text.encode()).decode()
    arguments = f"orderBy: {order}, after: $after"
    query = f"query($after: String) {{ courses({arguments}) {{ nodes {{ id }} }} }}"
    return cursor, await operations.answer(query, after=cursor)


# Selections without columns


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ __typename }", {"__typename": "Query"}),
        ("{ courses { __typename } }", {"courses": {"__typename": "CourseConnection"}}),
        (
            "{ courses { nodes { __typename } } }",
            {"courses": {"nodes": [{"__typename": "Course"}]}},
        ),
        (
            "{ courses { edges { __typename } pageInfo { __typename } } }",
            {
                "courses": {
                    "edges": [{"__typename": "CourseEdge"}],
                    "pageInfo": {"__typename": "PageInfo"},
                }
            },
        ),
        (
            "{ courses { nodes { modules { __typename } } } }",
            {"courses": {"nodes": [{"modules": [{"__typename": "Module"}] * 2}]}},
        ),
        (
            "{ courses { nodes { title @skip(if: true) modules { id @include(if: false) } } } }",
            {"courses": {"nodes": [{"modules": [{}, {}]}]}},
        ),
    ],
)
async def test_selections_without_a_column_still_show_every_row(
    operations: Operations, lesson: Class, query: str, data: dict[str, Any]
) -> None:
    assert await operations.data(query) == data


# First sights

FIRST = "{ courses(first: 1) { nodes { title } } students(first: 1) { nodes { firstName } } }"


async def test_others_have_their_turn_between_the_understanding_of_a_document_and_its_plan(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Gateway(schema)
    order: list[str] = []
    plan = gateway.planner.operation

    def planned(*arguments: Any) -> Any:
        order.append("planned")
        return plan(*arguments)

    monkeypatch.setattr(gateway.planner, "operation", planned)
    asked = asyncio.create_task(Operations(gateway, database).data(FIRST))
    other = asyncio.create_task(noted(order, "another"))
    await asked
    await other
    assert order == ["another", "planned"]


async def noted(order: list[str], what: str) -> None:
    order.append(what)
