"""`enrollmentDrop`, and taking a course again after it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.education.public import choices
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from tests.makers import a_student, a_user, viewer
from tests.operations import codes
from tests.statements import Statements, reads

from .school import DROP, PRICE, School, amounts, everything, news, told

PATH = ["input", "enrollmentId"]
MOST_STATEMENTS = 15

pytestmark = pytest.mark.usefixtures("sound")


async def test_who_leaves_soon_is_paid_back_in_full(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)

    payload = await school.drop(graph, place)

    assert payload == {
        "enrollment": {"id": place, "status": "DROPPED", "attempt": 1},
        "userErrors": [],
    }
    assert await school.balances(owner) == amounts(50, 0)
    assert await told(owner) == [("payment", 1, PRICE), ("refund", 1, PRICE)]
    [back] = await owner.fetch(
        "select back.from_id, back.to_id, back.reason, idempotency_key,"
        " back.reversal_of_id = paid.id as reverses"
        " from mint.transactions back join mint.postings on postings.id = back.posting_id,"
        " mint.transactions paid where back.type = 'refund' and paid.type = 'payment'"
    )
    id = await owner.fetchval("select id from education.enrollments")
    assert tuple(back) == (school.emmys, school.adas, "Algebra", f"edu:{id}:refund:1", True)
    assert (await news(owner))[2:] == ["course.refunded", "student.dropped"]
    actions = await owner.fetch("select action, details from auth.audit_logs order by position")
    assert [tuple(row) for row in actions] == [
        ("course.purchased", '{"amount": "12.5", "currency": "AZR"}'),
        ("course.refunded", '{"amount": "12.5", "currency": "AZR"}'),
    ]


async def test_a_free_place_is_given_up_at_any_time_and_moves_nothing(
    database: Database, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    school = await School.opened(database, price=Decimal(0))
    place = await school.place(graph)
    clock.move(timedelta(days=365))

    payload = await school.drop(graph, place)

    assert payload["enrollment"]["status"] == "DROPPED"
    assert await told(owner) == []
    assert await owner.fetchval("select count(*) from mint.postings") == 1


async def test_the_last_moment_of_the_window_counts_and_the_next_does_not(
    school: School, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    place = await school.place(graph)
    clock.move(timedelta(days=choices.refund_days, seconds=1))
    before = await everything(owner)

    late = await school.drop(graph, place)

    assert late["enrollment"] is None
    [error] = late["userErrors"]
    taken = await owner.fetchval("select enrolled_at from education.enrollments")
    until = (taken + timedelta(days=14)).isoformat()
    assert error.pop("until")[:19] == until[:19]
    path = ["input", "withoutRefund"]
    assert error == {"__typename": "RefundNotCovered", "path": path, "progress": "20"}
    assert await everything(owner) == before
    clock.move(-timedelta(seconds=10))
    assert (await school.drop(graph, place))["userErrors"] == []
    assert await school.balances(owner) == amounts(50, 0)


async def test_who_has_done_a_fifth_of_a_course_keeps_it_or_leaves_without_the_money(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, modules=5)
    place = await school.place(graph)
    await school.complete(graph, 1)
    before = await everything(owner)

    refused = await school.drop(graph, place)
    assert refused["userErrors"][0]["__typename"] == "RefundNotCovered"
    assert await everything(owner) == before

    left = await school.drop(graph, place, without=True)
    assert left["enrollment"]["status"] == "DROPPED"
    assert await school.balances(owner) == (Decimal("37.5"), PRICE)
    assert await told(owner) == [("payment", 1, PRICE)]
    assert "course.refunded" not in await news(owner)


async def test_who_has_done_less_is_paid_back(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, modules=6)
    place = await school.place(graph)
    await school.complete(graph, 1)
    assert (await school.drop(graph, place))["userErrors"] == []
    assert await school.balances(owner) == amounts(50, 0)


async def test_the_operator_chooses_when_money_goes_back(
    school: School, graph: Any, monkeypatch: pytest.MonkeyPatch, clock: MovedClock
) -> None:
    monkeypatch.setattr(choices, "refund_days", 0)
    monkeypatch.setattr(choices, "refund_progress", 60)
    place = await school.place(graph)
    await school.complete(graph, 1)
    clock.move(timedelta(seconds=1))
    assert (await school.drop(graph, place))["userErrors"][0]["progress"] == "60"
    monkeypatch.setattr(choices, "refund_days", 1)
    assert (await school.drop(graph, place))["userErrors"] == []


async def test_who_was_paid_back_pays_the_new_price_to_come_back(
    school: School, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    place = await school.place(graph)
    await school.drop(graph, place)
    await owner.execute("update education.courses set price = 20")
    clock.move(timedelta(days=20))

    payload = await school.enroll(graph)

    assert payload["enrollment"] == {
        "id": place,
        "status": "ACTIVE",
        "progress": "0",
        "attempt": 2,
        "price": {"amount": "20", "currency": "AZR"},
    }
    assert await school.balances(owner) == amounts(30, 20)
    assert await told(owner) == [
        ("payment", 1, PRICE),
        ("refund", 1, PRICE),
        ("payment", 2, Decimal(20)),
    ]
    # The window begins anew with the new payment.
    assert (await school.drop(graph, place))["userErrors"] == []
    assert await school.balances(owner) == amounts(50, 0)
    assert (await told(owner))[3:] == [("refund", 2, Decimal(20))]


async def test_who_left_without_the_money_comes_back_without_paying_again(
    school: School, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    place = await school.place(graph)
    await school.complete(graph, 1)
    await school.drop(graph, place, without=True)
    clock.move(timedelta(days=20))

    payload = await school.enroll(graph, most="0")

    assert payload["enrollment"] == {
        "id": place,
        "status": "ACTIVE",
        "progress": "50",
        "attempt": 1,
        "price": {"amount": "12.5", "currency": "AZR"},
    }
    assert await told(owner) == [("payment", 1, PRICE)]
    # The window is still that of the payment.
    error = (await school.drop(graph, place))["userErrors"][0]
    assert error["__typename"] == "RefundNotCovered"


async def test_a_free_place_that_was_given_up_costs_what_the_course_costs_by_then(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, price=Decimal(0))
    place = await school.place(graph)
    await school.drop(graph, place)
    await owner.execute("update education.courses set price = 3")

    payload = await school.enroll(graph)

    assert (payload["enrollment"]["attempt"], await told(owner)) == (
        2,
        [("payment", 2, Decimal(3))],
    )


async def test_the_same_key_drops_once_and_answers_the_same(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)
    first = await school.drop(graph, place, key="k")
    before = await everything(owner)

    assert await school.drop(graph, place, key="k") == first
    conflict = await school.drop(graph, place, key="k", without=True)

    assert conflict["userErrors"][0]["__typename"] == "IdempotencyConflict"
    assert await everything(owner) == before


async def test_what_has_ended_cannot_be_given_up(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)
    await school.drop(graph, place)
    before = await everything(owner)
    again = await school.drop(graph, place)
    ended = {"__typename": "EnrollmentEnded", "path": PATH}
    assert again["userErrors"] == [{**ended, "status": "DROPPED"}]
    assert await everything(owner) == before

    await school.enroll(graph)
    await school.complete(graph, 1)
    await school.complete(graph, 2)
    before = await everything(owner)
    done = await school.drop(graph, place, without=True)
    assert done["userErrors"] == [{**ended, "status": "COMPLETED"}]
    assert await everything(owner) == before


async def test_an_educator_without_money_or_wallet_pays_nothing_back_and_nothing_changes(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)
    for spoil, restore in (
        ("balance = balance - 1", "balance = balance + 1"),
        ("status = 'FROZEN'", "status = 'ACTIVE'"),
    ):
        await owner.execute(f"update mint.wallets set {spoil} where id = $1", school.emmys)
        before = await everything(owner)
        payload = await school.drop(graph, place)
        error = {"__typename": "RefundNotPossible", "path": []}
        assert payload == {"enrollment": None, "userErrors": [error]}
        assert await everything(owner) == before
        await owner.execute(f"update mint.wallets set {restore} where id = $1", school.emmys)
    assert (await school.drop(graph, place, without=True))["userErrors"] == []


async def test_nobody_gives_up_the_place_of_somebody_else(
    school: School, graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)
    peer = await a_user(database)
    await a_student(database, peer)
    await a_student(database, school.emmy)
    before = await everything(owner)

    for caller, id in (
        (viewer(peer), place),
        (school.teacher, place),
        (school.learner, encode_id("Enrollment", uuid7())),
    ):
        payload = await school.drop(graph, id, as_=caller)
        assert payload["userErrors"] == [{"__typename": "EnrollmentNotFound", "path": PATH}]
    acting = Viewer(school.ada.id, Role.STUDENT, impersonator_id=peer.id)
    for stranger, code in ((ANONYMOUS, "UNAUTHENTICATED"), (acting, "FORBIDDEN")):
        assert codes(await answer(DROP, as_=stranger, enrollment=place, key="k")) == [code]
    assert await everything(owner) == before


async def test_what_a_refund_says_to_the_database_has_an_end(
    school: School, graph: Any, statements: Statements
) -> None:
    place = await school.place(graph)
    statements.clear()
    await school.drop(graph, place)
    assert len(reads(statements)) <= MOST_STATEMENTS, [*reads(statements)]
