"""Many at once: a place is paid for once, paid back once, and a course is completed once."""

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.kernel.database import Database
from domains.kernel.node import encode_id
from tests.postgres import Urls
from tests.waiting import waiting

from .school import PRICE, Graph, School, amounts, news, told

CALLERS = 30

ADD = """
mutation ($course: ID!, $key: ID!) {
  moduleAdd(input: {
    courseId: $course, idempotencyKey: $key, title: "More", content: {lessons: []}
  }) { userErrors { __typename } }
}
"""

pytestmark = pytest.mark.usefixtures("sound")


def outcomes(payloads: list[dict[str, Any]]) -> Counter[str]:
    """How often something was done, and how often it was refused with what."""
    return Counter(
        payload["userErrors"][0]["__typename"] if payload["userErrors"] else "done"
        for payload in payloads
    )


async def test_thirty_enrolments_with_one_key_pay_once(
    school: School, crowd: Graph, owner: asyncpg.Connection
) -> None:
    payloads = await asyncio.gather(*(school.enroll(crowd, key="k") for _ in range(CALLERS)))

    assert outcomes(payloads) == {"done": CALLERS}
    assert len({payload["enrollment"]["id"] for payload in payloads}) == 1
    assert await school.balances(owner) == (Decimal("37.5"), PRICE)
    assert await told(owner) == [("payment", 1, PRICE)]
    assert await news(owner) == ["student.enrolled", "course.purchased"]


async def test_thirty_enrolments_with_thirty_keys_pay_once(
    school: School, crowd: Graph, owner: asyncpg.Connection
) -> None:
    payloads = await asyncio.gather(*(school.enroll(crowd) for _ in range(CALLERS)))

    assert outcomes(payloads) == {"done": 1, "AlreadyEnrolled": CALLERS - 1}
    assert await school.balances(owner) == (Decimal("37.5"), PRICE)
    assert await told(owner) == [("payment", 1, PRICE)]
    assert await owner.fetchval("select count(*) from education.enrollments") == 1
    assert await owner.fetchval("select count(*) from kernel.requests") == 1


async def test_thirty_who_come_back_at_once_pay_once(
    school: School, graph: Any, crowd: Graph, owner: asyncpg.Connection
) -> None:
    await school.drop(graph, await school.place(graph))

    payloads = await asyncio.gather(*(school.enroll(crowd) for _ in range(CALLERS)))

    assert outcomes(payloads) == {"done": 1, "AlreadyEnrolled": CALLERS - 1}
    assert await school.balances(owner) == (Decimal("37.5"), PRICE)
    assert (await told(owner))[2:] == [("payment", 2, PRICE)]


async def test_thirty_refunds_pay_back_once(
    school: School, graph: Any, crowd: Graph, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)

    payloads = await asyncio.gather(*(school.drop(crowd, place) for _ in range(CALLERS)))

    assert outcomes(payloads) == {"done": 1, "EnrollmentEnded": CALLERS - 1}
    assert await school.balances(owner) == amounts(50, 0)
    assert (await told(owner))[1:] == [("refund", 1, PRICE)]


async def test_who_enrols_while_the_price_changes_pays_one_price_or_the_other(
    school: School, crowd: Graph, owner: asyncpg.Connection
) -> None:
    update = """
    mutation ($id: ID!, $price: Decimal!) {
      courseUpdate(input: {courseId: $id, price: $price}) { userErrors { __typename } }
    }
    """
    raises = [
        crowd(update, as_=school.teacher, id=school.course_id, price=str(13 + number))
        for number in range(10)
    ]
    takes = [school.enroll(crowd) for _ in range(10)]

    await asyncio.gather(*(each for pair in zip(raises, takes, strict=True) for each in pair))

    [(_, _, paid)] = await told(owner)
    assert await owner.fetchval("select price from education.enrollments") == paid
    assert await school.balances(owner) == (50 - paid, paid)


async def test_all_modules_done_at_once_complete_the_course_once(
    database: Database, crowd: Graph, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, price=Decimal(0), modules=10)
    await school.place(crowd)

    await asyncio.gather(
        *(school.complete(crowd, number) for number in range(1, 11) for _ in range(3))
    )

    [place] = await owner.fetch("select progress, status from education.enrollments")
    assert tuple(place) == (100, "completed")
    assert await news(owner) == ["student.enrolled", "course.completed"]


async def test_a_module_that_is_added_while_others_are_done_counts(
    database: Database, crowd: Graph, owner: asyncpg.Connection
) -> None:
    for _ in range(5):
        school = await School.opened(database, price=Decimal(0), modules=5)
        await school.place(crowd)
        adding = [
            crowd(ADD, as_=school.teacher, course=school.course_id, key=str(number))
            for number in range(5)
        ]
        doing = [school.complete(crowd, number) for number in range(1, 5)]

        await asyncio.gather(*adding, *doing)

        [place] = await owner.fetch(
            "select progress, status from education.enrollments where course_id = $1",
            school.course.id,
        )
        assert tuple(place) == (40, "active")
        places = await owner.fetch(
            "select position from education.modules where course_id = $1 order by position",
            school.course.id,
        )
        assert [row["position"] for row in places] == [*range(1, 11)]


async def test_a_module_is_begun_or_removed_but_not_both(
    database: Database, crowd: Graph, owner: asyncpg.Connection
) -> None:
    remove = """
    mutation ($id: ID!) { moduleRemove(input: {moduleId: $id}) { userErrors { __typename } } }
    """
    found = Counter[str]()
    for _ in range(15):
        school = await School.opened(database, price=Decimal(0))
        await school.place(crowd)
        id = encode_id("Module", school.modules[1].id)

        removed, begun = await asyncio.gather(
            crowd(remove, as_=school.teacher, id=id), school.complete(crowd, 2)
        )

        [name] = outcomes([removed["moduleRemove"]])
        [other] = outcomes([begun])
        assert (name, other) in {("done", "ModuleNotFound"), ("ModuleBegun", "done")}
        found[name] += 1
    assert sum(found.values()) == 15


async def test_a_price_waits_for_those_who_are_paying_the_one_before(
    school: School, graph: Any, crowd: Graph, urls: Urls, owner: asyncpg.Connection
) -> None:
    # A new place points at its course, and would hold it by that alone.
    await school.drop(graph, await school.place(graph))
    update = """
    mutation ($id: ID!) {
      courseUpdate(input: {courseId: $id, price: "20"}) { userErrors { __typename } }
    }
    """
    other = await asyncpg.connect(urls.owner)
    try:
        async with other.transaction():
            await other.execute("select from mint.wallets where id = $1 for update", school.adas)
            paying = asyncio.ensure_future(school.enroll(crowd))
            assert await waiting(owner, 1)
            changing = asyncio.ensure_future(crowd(update, as_=school.teacher, id=school.course_id))
            assert await waiting(owner, 2)
            assert not changing.done()
        await asyncio.gather(paying, changing)
    finally:
        await other.close()

    assert (await told(owner))[2:] == [("payment", 2, PRICE)]
    assert await owner.fetchval("select price from education.courses") == 20


async def test_who_gives_up_while_a_module_is_added_keeps_the_progress_they_had(
    school: School, graph: Any, crowd: Graph, urls: Urls, owner: asyncpg.Connection
) -> None:
    await school.place(graph)
    await school.complete(graph, 1)
    other = await asyncpg.connect(urls.owner)
    try:
        async with other.transaction():
            await other.execute("update education.enrollments set status = 'dropped'")
            given = {"as_": school.teacher, "course": school.course_id, "key": "k"}
            adding = asyncio.ensure_future(crowd(ADD, **given))
            assert await waiting(owner, 1)
        await adding
    finally:
        await other.close()

    [place] = await owner.fetch("select progress, status from education.enrollments")
    assert tuple(place) == (50, "dropped")
    assert await owner.fetchval("select count(*) from education.modules") == 3
