"""A course's modules: `moduleAdd`, `moduleUpdate`, `modulesReorder` and `moduleRemove`."""

from typing import Any

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.education.service.modules import MOST_MODULES
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from tests.makers import a_course, a_student, a_user, an_enrollment, viewer
from tests.mint.bank import an_admin
from tests.operations import codes
from tests.statements import Statements, reads

from .school import School, everything, news

ADD = """
mutation ($input: ModuleAddInput!) {
  moduleAdd(input: $input) {
    module { id title description position content }
    course { modules { position } }
    userErrors { __typename path }
  }
}
"""
UPDATE = """
mutation ($input: ModuleUpdateInput!) {
  moduleUpdate(input: $input) {
    module { title description content }
    userErrors { __typename path ... on ContentInvalid { maximumBytes maximumDepth } }
  }
}
"""
REORDER = """
mutation ($course: ID!, $modules: [ID!]!) {
  modulesReorder(input: {courseId: $course, moduleIds: $modules}) {
    course { modules { title position } }
    userErrors { __typename path }
  }
}
"""
REMOVE = """
mutation ($id: ID!) {
  moduleRemove(input: {moduleId: $id}) {
    course { modules { title position } }
    userErrors { __typename path }
  }
}
"""
CONTENT = {"lessons": ["One", {"video": "https://example.org/1", "minutes": 2.5}]}


def new(school: School, **more: Any) -> dict[str, Any]:
    given = {"idempotencyKey": "k", "courseId": school.course_id, "title": "Ideals"}
    return given | {"content": CONTENT} | more


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


async def progress(owner: asyncpg.Connection) -> list[tuple[str, str]]:
    rows = await owner.fetch(
        "select progress::text, status::text from education.enrollments order by id"
    )
    return [tuple(row) for row in rows]


async def test_a_module_comes_last_and_comes_once(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    data = await graph(ADD, as_=school.teacher, input=new(school, description=" Of rings. "))

    payload = data["moduleAdd"]
    id = await owner.fetchval("select id from education.modules where position = 3")
    assert payload == {
        "module": {
            "id": encode_id("Module", id),
            "title": "Ideals",
            "description": "Of rings.",
            "position": 3,
            "content": CONTENT,
        },
        "course": {"modules": [{"position": 1}, {"position": 2}, {"position": 3}]},
        "userErrors": [],
    }
    again = await graph(ADD, as_=school.teacher, input=new(school, description=" Of rings. "))
    assert again == data
    assert await owner.fetchval("select count(*) from education.modules") == 3


async def test_a_new_module_makes_everybodys_share_smaller_but_undoes_no_completion(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await school.place(graph)
    await school.complete(graph, 1)
    peer, gone = await a_student(database), await a_student(database)
    moment = school.course.created_at
    await an_enrollment(
        database, peer, school.course, progress=100, status="completed", completed_at=moment
    )
    await an_enrollment(database, gone, school.course, progress=40, status="dropped")

    await graph(ADD, as_=school.teacher, input=new(school))

    assert await progress(owner) == [
        ("33.33", "active"),
        ("100.00", "completed"),
        ("40.00", "dropped"),
    ]


async def test_removing_a_module_that_nobody_has_begun_makes_shares_greater_and_may_complete(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, modules=3)
    await school.place(graph)
    await school.complete(graph, 1)
    await school.complete(graph, 3)

    data = await graph(REMOVE, as_=school.teacher, id=school.module_id(2))

    assert data["moduleRemove"] == {
        "course": {
            "modules": [
                {"title": "Module 1", "position": 1},
                {"title": "Module 3", "position": 2},
            ]
        },
        "userErrors": [],
    }
    assert await progress(owner) == [("100.00", "completed")]
    assert (await news(owner))[-1] == "course.completed"
    done = await owner.fetchval("select completed_at from education.enrollments")
    assert done is not None


async def test_shares_of_a_class_follow_with_as_many_statements_as_those_of_one(
    database: Database, graph: Any, statements: Statements, owner: asyncpg.Connection
) -> None:
    counts = []
    for size in (1, 12):
        school = await School.opened(database, modules=3)
        for _ in range(size):
            await an_enrollment(database, await a_student(database), school.course)
        await graph(ADD, as_=school.teacher, input=new(school))
        statements.clear()
        await graph(REMOVE, as_=school.teacher, id=school.module_id(2))
        counts.append(len(reads(statements)))
    assert counts[0] == counts[1] <= 10


async def test_a_module_that_somebody_has_begun_stays(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    await school.place(graph)
    await school.complete(graph, 1)
    before = await everything(owner)

    data = await graph(REMOVE, as_=school.teacher, id=school.module_id(1))

    path = ["input", "moduleId"]
    assert data["moduleRemove"]["userErrors"] == [{"__typename": "ModuleBegun", "path": path}]
    assert await everything(owner) == before
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("delete from education.modules where position = 1")


async def test_a_published_course_keeps_its_last_module_and_a_draft_does_not(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await graph(REMOVE, as_=school.teacher, id=school.module_id(1))
    before = await everything(owner)
    data = await graph(REMOVE, as_=school.teacher, id=school.module_id(2))
    [error] = data["moduleRemove"]["userErrors"]
    assert error["__typename"] == "CourseIncomplete"
    assert await everything(owner) == before
    await owner.execute("update education.courses set published_at = null")
    data = await graph(REMOVE, as_=school.teacher, id=school.module_id(2))
    assert data["moduleRemove"] == {"course": {"modules": []}, "userErrors": []}


async def test_modules_are_put_in_another_order(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, modules=3)
    ids = [school.module_id(number) for number in (3, 1, 2)]

    data = await graph(REORDER, as_=school.teacher, course=school.course_id, modules=ids)

    assert data["modulesReorder"]["course"]["modules"] == [
        {"title": "Module 3", "position": 1},
        {"title": "Module 1", "position": 2},
        {"title": "Module 2", "position": 3},
    ]


async def test_an_order_names_every_module_once_and_no_other(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, [foreign] = await a_course(database, school.emmy, modules=1)
    one, two = school.module_id(1), school.module_id(2)
    before = await everything(owner)

    for ids in ([], [one], [one, one], [one, two, one], [one, encode_id("Module", foreign.id)]):
        data = await graph(REORDER, as_=school.teacher, course=school.course_id, modules=ids)
        path = ["input", "moduleIds"]
        assert data["modulesReorder"] == {
            "course": None,
            "userErrors": [{"__typename": "ModulesIncomplete", "path": path}],
        }
    assert await everything(owner) == before


async def test_an_update_changes_what_it_names(school: School, graph: Any) -> None:
    async def updated(**told: Any) -> Any:
        given = {"moduleId": school.module_id(1), **told}
        payload = (await graph(UPDATE, as_=school.teacher, input=given))["moduleUpdate"]
        assert payload["userErrors"] == []
        return payload["module"]

    first = {"title": "Rings", "description": "Of them.", "content": {"lessons": []}}
    assert await updated(title="Rings", description="Of them.") == first
    assert await updated(content=CONTENT) == first | {"content": CONTENT}
    assert await updated(description=None) == first | {"description": None, "content": CONTENT}
    assert await updated() == first | {"description": None, "content": CONTENT}


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"title": ""}, "CourseTextInvalid"),
        ({"title": "x" * 201}, "CourseTextInvalid"),
        ({"description": "x" * 2001}, "CourseTextInvalid"),
        ({"content": []}, "ContentInvalid"),
        ({"content": "text"}, "ContentInvalid"),
        ({"content": nested(9)}, "ContentInvalid"),
        ({"content": {"text": "x" * 65_536}}, "ContentInvalid"),
    ],
)
async def test_what_a_module_cannot_hold_is_refused(
    school: School, graph: Any, owner: asyncpg.Connection, told: dict[str, Any], error: str
) -> None:
    before = await everything(owner)
    added = (await graph(ADD, as_=school.teacher, input=new(school, **told)))["moduleAdd"]
    given = {"moduleId": school.module_id(1), **told}
    changed = (await graph(UPDATE, as_=school.teacher, input=given))["moduleUpdate"]
    for payload in (added, changed):
        assert [each["__typename"] for each in payload["userErrors"]] == [error]
        assert payload["module"] is None
    assert await everything(owner) == before


async def test_the_deepest_and_longest_content_is_kept(school: School, graph: Any) -> None:
    for content in (nested(8), {"t": "x" * (65_536 - len('{"t":""}'))}):
        given = {"moduleId": school.module_id(1), "content": content}
        payload = (await graph(UPDATE, as_=school.teacher, input=given))["moduleUpdate"]
        assert payload["userErrors"] == []
        assert payload["module"]["content"] == content


async def test_nulls_are_no_title_and_no_content(school: School, answer: Any) -> None:
    for name in ("title", "content"):
        told = {"moduleId": school.module_id(1), name: None}
        assert codes(await answer(UPDATE, as_=school.teacher, input=told)) == ["BAD_USER_INPUT"]


async def test_a_course_has_so_many_modules_at_most(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "insert into education.modules (course_id, title, position, content)"
        " select $1, 'More', n, '{}' from generate_series(3, $2::int) n",
        school.course.id,
        MOST_MODULES,
    )
    before = await everything(owner)
    payload = (await graph(ADD, as_=school.teacher, input=new(school)))["moduleAdd"]
    assert payload["userErrors"][0]["__typename"] == "TooManyModules"
    assert await everything(owner) == before


async def test_only_who_writes_the_course_writes_its_modules(
    school: School, graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    colleague = viewer(await a_user(database, UserRole.EDUCATOR))
    _, [hidden] = await a_course(database, school.emmy, modules=1, published=False)
    before = await everything(owner)
    first = school.module_id(1)
    operations: list[tuple[str, dict[str, Any]]] = [
        (ADD, {"input": new(school)}),
        (UPDATE, {"input": {"moduleId": first, "title": "Mine"}}),
        (REORDER, {"course": school.course_id, "modules": [school.module_id(2), first]}),
        (REMOVE, {"id": first}),
    ]

    for query, variables in operations:
        for caller in (colleague, school.learner):
            assert codes(await answer(query, as_=caller, **variables)) == ["FORBIDDEN"]
        assert codes(await answer(query, **variables)) == ["UNAUTHENTICATED"]
    for id in (hidden.id, uuid7()):
        payload = (await graph(REMOVE, as_=colleague, id=encode_id("Module", id)))["moduleRemove"]
        missing = {"__typename": "ModuleNotFound", "path": ["input", "moduleId"]}
        assert payload["userErrors"] == [missing]
    assert await everything(owner) == before

    admin = await an_admin(database)
    assert (await graph(REMOVE, as_=admin, id=first))["moduleRemove"]["userErrors"] == []
