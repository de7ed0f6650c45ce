"""`courseEnroll`, from the outside."""

import asyncio
from decimal import Decimal
from typing import Any

import asyncpg

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import Role, Viewer
from tests.makers import a_course, a_student, a_user, an_enrollment, viewer
from tests.operations import codes

ENROLL = """
mutation ($course: ID!) {
  courseEnroll(input: {courseId: $course}) {
    enrollment { id status progress course { title } student { firstName } }
    userErrors {
      __typename path
      ... on AlreadyEnrolled { enrollment { id } }
      ... on PaymentRequired { price { amount currency } }
    }
  }
}
"""
PATH = ["input", "courseId"]


def refused(**error: Any) -> dict[str, Any]:
    return {"courseEnroll": {"enrollment": None, "userErrors": [error]}}


async def enrolled(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select count(*) from education.enrollments")
    return found


async def test_gives_a_place_in_a_free_course(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database, name="Ada Lovelace")
    await a_student(database, user)
    course, _ = await a_course(database, title="Algebra")

    data = await graph(ENROLL, as_=viewer(user), course=encode_id("Course", course.id))

    [place] = await owner.fetch("select * from education.enrollments")
    assert data["courseEnroll"] == {
        "enrollment": {
            "id": encode_id("Enrollment", place["id"]),
            "status": "ACTIVE",
            "progress": "0",
            "course": {"title": "Algebra"},
            "student": {"firstName": "Ada"},
        },
        "userErrors": [],
    }
    [event] = await owner.fetch("select topic, aggregate_id, body->>'user_id' from kernel.outbox")
    assert tuple(event) == ("education.student.enrolled", place["id"], str(user.id))


async def test_thirty_at_once_give_one_place(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await a_student(database, user)
    course, _ = await a_course(database)
    id = encode_id("Course", course.id)

    payloads = [
        data["courseEnroll"]
        for data in await asyncio.gather(
            *(graph(ENROLL, as_=viewer(user), course=id) for _ in range(30))
        )
    ]

    places = [payload["enrollment"]["id"] for payload in payloads if payload["enrollment"]]
    errors = [error for payload in payloads for error in payload["userErrors"]]
    there = {"__typename": "AlreadyEnrolled", "path": PATH, "enrollment": {"id": places[0]}}
    assert len(places) == 1
    assert errors == [there] * 29
    assert await enrolled(owner) == 1
    assert await owner.fetchval("select count(*) from kernel.outbox") == 1


async def test_a_course_that_costs_has_to_be_paid_for(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await a_student(database, user)
    course, _ = await a_course(database, price=Decimal("12.50"))

    data = await graph(ENROLL, as_=viewer(user), course=encode_id("Course", course.id))

    price = {"amount": "12.5", "currency": "AZR"}
    assert data == refused(__typename="PaymentRequired", path=PATH, price=price)
    assert await enrolled(owner) == 0


async def test_a_draft_does_not_exist_not_even_for_who_sees_it(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    teacher = await a_user(database, UserRole.EDUCATOR)
    student = await a_student(database, teacher)
    draft, _ = await a_course(database, teacher, published=False)
    await an_enrollment(database, student, draft)

    for id in (draft.id, uuid7()):
        data = await graph(ENROLL, as_=viewer(teacher), course=encode_id("Course", id))
        assert data == refused(__typename="CourseNotFound", path=PATH)

    assert await enrolled(owner) == 1


async def test_only_students_take_courses(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    employer = await a_user(database, UserRole.EMPLOYER)
    course, _ = await a_course(database)

    data = await graph(ENROLL, as_=viewer(employer), course=encode_id("Course", course.id))

    assert data == refused(__typename="NotAStudent", path=[])
    assert await enrolled(owner) == 0


async def test_nobody_enrolls_without_signing_in_or_in_something_else(
    answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    course, modules = await a_course(database)
    somebody = Viewer(uuid7(), Role.STUDENT)

    anonymous = await answer(ENROLL, course=encode_id("Course", course.id))
    wrong = await answer(ENROLL, as_=somebody, course=encode_id("Module", modules[0].id))
    torn = await answer(ENROLL, as_=somebody, course="Q291cnNl")

    assert codes(anonymous) == ["UNAUTHENTICATED"]
    assert codes(wrong) == codes(torn) == ["BAD_USER_INPUT"]
    assert await enrolled(owner) == 0
