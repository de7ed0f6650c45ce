"""Writing courses: `courseCreate`, `courseUpdate`, `coursePublish` and `courseUnpublish`."""

from typing import Any

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import decode_id, encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import Role, Viewer
from tests.makers import a_course, a_user, viewer
from tests.mint.bank import an_admin
from tests.operations import codes

from .school import School, amounts, everything, news

CREATE = """
mutation ($input: CourseCreateInput!) {
  courseCreate(input: $input) {
    course {
      id title description category level durationHours publishedAt
      price { amount currency } instructor { name } modules { id }
    }
    userErrors { __typename path ... on CourseTextInvalid { minimum maximum } }
  }
}
"""
UPDATE = """
mutation ($input: CourseUpdateInput!) {
  courseUpdate(input: $input) {
    course { title durationHours level price { amount currency } }
    userErrors { __typename path }
  }
}
"""
PUBLISH = """
mutation ($id: ID!) {
  coursePublish(input: {courseId: $id}) {
    course { publishedAt } userErrors { __typename path }
  }
}
"""
UNPUBLISH = """
mutation ($id: ID!) {
  courseUnpublish(input: {courseId: $id}) {
    course { publishedAt } userErrors { __typename path }
  }
}
"""
GIVEN = {
    "idempotencyKey": "k",
    "title": "  Rings \t and fields ",
    "description": "What they are.\r\nAnd what not.",
    "category": "Mathematics",
    "level": "ADVANCED",
    "durationHours": 12,
    "price": "7.50",
    "currency": "USD",
}
PATH = ["input", "courseId"]


async def test_an_educator_begins_a_draft(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    emmy = await a_user(database, UserRole.EDUCATOR, name="Emmy Noether")

    data = await graph(CREATE, as_=viewer(emmy), input=GIVEN)

    id = await owner.fetchval("select id from education.courses")
    assert data["courseCreate"] == {
        "course": {
            "id": encode_id("Course", id),
            "title": "Rings and fields",
            "description": "What they are.\nAnd what not.",
            "category": "Mathematics",
            "level": "ADVANCED",
            "durationHours": 12,
            "publishedAt": None,
            "price": {"amount": "7.5", "currency": "USD"},
            "instructor": {"name": "Emmy Noether"},
            "modules": [],
        },
        "userErrors": [],
    }
    assert await graph(CREATE, as_=viewer(emmy), input=GIVEN | {"price": "7.5"}) == data
    conflict = await graph(CREATE, as_=viewer(emmy), input=GIVEN | {"price": "7.51"})
    assert conflict["courseCreate"]["userErrors"][0]["__typename"] == "IdempotencyConflict"
    assert await owner.fetchval("select count(*) from education.courses") == 1


@pytest.mark.parametrize(
    ("given", "error", "path"),
    [
        ({"title": "ab"}, "CourseTextInvalid", "title"),
        ({"title": "x" * 201}, "CourseTextInvalid", "title"),
        ({"title": "two\u202elines"}, "CourseTextInvalid", "title"),
        ({"description": " "}, "CourseTextInvalid", "description"),
        ({"description": "x" * 2001}, "CourseTextInvalid", "description"),
        ({"category": ""}, "CourseTextInvalid", "category"),
        ({"category": "x" * 61}, "CourseTextInvalid", "category"),
        ({"price": "-0.00000001"}, "PriceInvalid", "price"),
        ({"durationHours": 0}, "DurationInvalid", "durationHours"),
        ({"durationHours": 10_001}, "DurationInvalid", "durationHours"),
    ],
)
async def test_what_a_course_cannot_say_is_refused(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    given: dict[str, Any],
    error: str,
    path: str,
) -> None:
    emmy = await a_user(database, UserRole.EDUCATOR)
    course, _ = await a_course(database, emmy)
    before = await everything(owner)

    made = (await graph(CREATE, as_=viewer(emmy), input=GIVEN | given))["courseCreate"]
    told = given | {"courseId": encode_id("Course", course.id)}
    changed = (await graph(UPDATE, as_=viewer(emmy), input=told))["courseUpdate"]

    for payload in (made, changed):
        [found] = payload["userErrors"]
        assert (found["__typename"], found["path"]) == (error, ["input", path])
        assert payload["course"] is None
    assert await everything(owner) == before


async def test_all_that_is_wrong_is_said_at_once(graph: Any, database: Database) -> None:
    emmy = await a_user(database, UserRole.EDUCATOR)
    wrong = GIVEN | {"title": "", "price": "-1", "durationHours": 0}
    errors = (await graph(CREATE, as_=viewer(emmy), input=wrong))["courseCreate"]["userErrors"]
    names = {error["__typename"] for error in errors}
    assert names == {"CourseTextInvalid", "PriceInvalid", "DurationInvalid"}
    assert (errors[0]["minimum"], errors[0]["maximum"]) == (3, 200)


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e2", "0.000000001", "10000000000", 5, 1.5])
async def test_what_is_no_amount_never_reaches_a_course(
    answer: Any, database: Database, owner: asyncpg.Connection, price: Any
) -> None:
    emmy = await a_user(database, UserRole.EDUCATOR)
    body = await answer(CREATE, as_=viewer(emmy), input=GIVEN | {"price": price})
    assert codes(body) == ["BAD_USER_INPUT"]
    assert await owner.fetchval("select count(*) from education.courses") == 0


async def test_only_educators_and_admins_write_courses(
    answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    for role in (UserRole.STUDENT, UserRole.EMPLOYER):
        somebody = await a_user(database, role)
        assert codes(await answer(CREATE, as_=viewer(somebody), input=GIVEN)) == ["FORBIDDEN"]
    emmy, admin = [await a_user(database, role) for role in (UserRole.EDUCATOR, UserRole.ADMIN)]
    acting = Viewer(emmy.id, Role.EDUCATOR, impersonator_id=admin.id)
    assert codes(await answer(CREATE, as_=acting, input=GIVEN)) == ["FORBIDDEN"]
    assert codes(await answer(CREATE, input=GIVEN)) == ["UNAUTHENTICATED"]
    assert await owner.fetchval("select count(*) from education.courses") == 0
    body = await answer(CREATE, as_=viewer(admin), input=GIVEN)
    assert codes(body) == []


async def test_an_update_changes_what_it_names_and_nothing_else(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    before = dict((await owner.fetch("select * from education.courses"))[0])

    data = await graph(
        UPDATE, as_=school.teacher, input={"courseId": school.course_id, "price": "20"}
    )

    assert data["courseUpdate"]["course"]["price"] == {"amount": "20", "currency": "AZR"}
    after = dict((await owner.fetch("select * from education.courses"))[0])
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"price", "updated_at"}
    assert await school.balances(owner) == amounts(50, 0)
    many = {"title": "Rings", "level": "ADVANCED", "durationHours": 3}
    data = await graph(UPDATE, as_=school.teacher, input={"courseId": school.course_id, **many})
    assert data["courseUpdate"]["course"] == {
        **many,
        "price": {"amount": "20", "currency": "AZR"},
    }


@pytest.mark.parametrize("name", ["title", "price", "level", "durationHours", "category"])
async def test_nothing_of_a_course_can_be_null(
    school: School, answer: Any, owner: asyncpg.Connection, name: str
) -> None:
    before = await everything(owner)
    body = await answer(
        UPDATE, as_=school.teacher, input={"courseId": school.course_id, name: None}
    )
    assert codes(body) == ["BAD_USER_INPUT"]
    assert body["errors"][0]["message"] == f"`{name}` cannot be null."
    assert await everything(owner) == before


async def test_the_course_of_a_colleague_is_not_touched_and_their_draft_does_not_exist(
    school: School, answer: Any, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    colleague = viewer(await a_user(database, UserRole.EDUCATOR))
    draft, _ = await a_course(database, school.emmy, published=False)
    before = await everything(owner)

    for query in (PUBLISH, UNPUBLISH):
        assert codes(await answer(query, as_=colleague, id=school.course_id)) == ["FORBIDDEN"]
        for id in (draft.id, uuid7()):
            [payload] = (await graph(query, as_=colleague, id=encode_id("Course", id))).values()
            assert payload["userErrors"] == [{"__typename": "CourseNotFound", "path": PATH}]
    told = {"courseId": school.course_id, "price": "0"}
    for caller in (colleague, school.learner):
        assert codes(await answer(UPDATE, as_=caller, input=told)) == ["FORBIDDEN"]
    assert await everything(owner) == before


async def test_an_admin_changes_a_course_of_somebody_else_after_a_proof_and_in_writing(
    school: School, answer: Any, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    told = {"courseId": school.course_id, "price": "0"}
    before = await everything(owner)
    unproven = viewer(await a_user(database, UserRole.ADMIN))
    assert codes(await answer(UPDATE, as_=unproven, input=told)) == ["STEP_UP_REQUIRED"]
    assert await everything(owner) == before

    admin = await an_admin(database)
    data = await graph(UPDATE, as_=admin, input=told)
    assert data["courseUpdate"]["course"]["price"]["amount"] == "0"
    query = "select actor_id, user_id, resource from auth.audit_logs where action = $1"
    [noted] = await owner.fetch(query, "course.moderated")
    course_id = decode_id(school.course_id)[1]
    assert tuple(noted) == (admin.user_id, school.emmy.id, f"course:{course_id}")


async def test_a_course_is_shown_once_it_has_a_module_and_told_of_once(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    emmy = await a_user(database, UserRole.EDUCATOR)
    empty, _ = await a_course(database, emmy, modules=0, published=False)
    full, _ = await a_course(database, emmy, modules=1, published=False)
    before = await everything(owner)

    refused = await graph(PUBLISH, as_=viewer(emmy), id=encode_id("Course", empty.id))
    assert refused["coursePublish"] == {
        "course": None,
        "userErrors": [{"__typename": "CourseIncomplete", "path": PATH}],
    }
    assert await everything(owner) == before

    id = encode_id("Course", full.id)
    first = await graph(PUBLISH, as_=viewer(emmy), id=id)
    again = await graph(PUBLISH, as_=viewer(emmy), id=id)
    assert first == again
    assert first["coursePublish"]["course"]["publishedAt"] is not None
    assert await news(owner) == ["course.published"]
    shown = "query ($id: ID!) { course(id: $id) { modules { title } } }"
    assert (await graph(shown, id=id))["course"] == {"modules": [{"title": "Module 1"}]}


async def test_a_withdrawn_course_goes_on_for_those_who_take_it_alone(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await school.place(graph)

    for _ in range(2):
        data = await graph(UNPUBLISH, as_=school.teacher, id=school.course_id)
        assert data["courseUnpublish"] == {"course": {"publishedAt": None}, "userErrors": []}

    shown = "query ($id: ID!) { course(id: $id) { title } }"
    assert (await graph(shown, id=school.course_id))["course"] is None
    seen = await graph(shown, as_=school.learner, id=school.course_id)
    assert seen["course"] == {"title": "Algebra"}
    done = await school.complete(graph, 1)
    assert done["enrollment"] == {"progress": "50", "status": "ACTIVE"}
    other = await School.opened(database)
    refused = await other.enroll(graph, course=school.course_id)
    assert refused["userErrors"][0]["__typename"] == "CourseNotFound"
    assert await owner.fetchval("select status from education.enrollments") == "active"
