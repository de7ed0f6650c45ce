"""`courseEnroll`, from the outside."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM, Role, Viewer
from domains.mint import public as mint
from tests.makers import a_course, a_student, a_user, a_wallet, an_enrollment, viewer
from tests.operations import codes
from tests.statements import Statements, reads

from .school import ENROLL, PRICE, School, amounts, everything, news, told

PATH = ["input", "courseId"]
MOST_STATEMENTS = 17
"""Of an enrolment that is paid for, whatever there is in the course."""

pytestmark = pytest.mark.usefixtures("sound")


async def spent(school: School) -> None:
    """Ada's wallet is empty."""
    async with school.database.session(SYSTEM) as session:
        burn = mint.TransactionType.BURN
        leg = mint.Leg(school.adas, await mint.issuance(session), Decimal(50), burn)
        await mint.post(session, None, "burn", [leg])


async def test_the_student_pays_and_the_educator_is_paid_at_once(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    payload = await school.enroll(graph)

    [place] = await owner.fetch("select * from education.enrollments")
    assert payload == {
        "enrollment": {
            "id": encode_id("Enrollment", place["id"]),
            "status": "ACTIVE",
            "progress": "0",
            "attempt": 1,
            "price": {"amount": "12.5", "currency": "AZR"},
        },
        "userErrors": [],
    }
    assert await school.balances(owner) == (Decimal("37.5"), Decimal("12.5"))
    assert await told(owner) == [("payment", 1, PRICE)]
    [moved] = await owner.fetch(
        "select from_id, to_id, type::text, reference, reason, actor_id, idempotency_key"
        " from mint.transactions join mint.postings on postings.id = posting_id"
        " where type = 'payment'"
    )
    assert tuple(moved) == (
        school.adas,
        school.emmys,
        "payment",
        f"enrollment:{place['id']}",
        "Algebra",
        None,
        f"edu:{place['id']}:pay:1",
    )
    assert await news(owner) == ["student.enrolled", "course.purchased"]
    [note] = await owner.fetch("select action, user_id, resource, details from auth.audit_logs")
    assert tuple(note)[:3] == ("course.purchased", school.ada.id, f"enrollment:{place['id']}")
    assert note["details"] == '{"amount": "12.5", "currency": "AZR"}'


async def test_a_free_course_moves_nothing(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, price=Decimal(0))

    payload = await school.enroll(graph, most="0")

    assert payload["enrollment"]["price"] == {"amount": "0", "currency": "AZR"}
    assert await school.balances(owner) == amounts(50, 0)
    assert await told(owner) == []
    assert await owner.fetchval("select count(*) from mint.postings") == 1
    assert await news(owner) == ["student.enrolled"]


@pytest.mark.parametrize("currency", [Currency.BTC, Currency.ETH, Currency.USD])
async def test_a_course_of_another_currency_is_paid_from_the_wallet_of_that_currency(
    database: Database, graph: Any, owner: asyncpg.Connection, currency: Currency
) -> None:
    school = await School.opened(database, currency=currency)

    payload = await school.enroll(graph)

    assert payload["enrollment"]["price"] == {"amount": "12.5", "currency": currency.value}
    assert await school.balances(owner) == (Decimal("37.5"), Decimal("12.5"))
    shown = await graph(
        "query ($id: ID!) { student(id: $id) { wallet { currency balance transactions {"
        " nodes { amount { amount currency } attempt } } } } }",
        id=encode_id("Student", school.student.id),
        as_=school.learner,
    )
    assert shown["student"]["wallet"] == {
        "currency": "AZR",
        "balance": "0",
        "transactions": {
            "nodes": [{"amount": {"amount": "-12.5", "currency": currency.value}, "attempt": 1}]
        },
    }


async def test_the_last_money_buys_a_course_and_a_unit_less_does_not(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, price=Decimal(50))
    assert (await school.enroll(graph))["userErrors"] == []
    assert await school.balances(owner) == amounts(0, 50)

    other = await School.opened(database, price=Decimal("50.00000001"))
    before = await everything(owner)
    payload = await other.enroll(graph)
    assert payload["userErrors"] == [{"__typename": "InsufficientFunds", "path": []}]
    assert await everything(owner) == before


async def test_the_same_key_enrolls_once_and_answers_the_same(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    first = await school.enroll(graph, key="k")
    before = await everything(owner)

    again = await school.enroll(graph, key="k")

    assert again == first
    assert await everything(owner) == before


async def test_the_same_key_for_another_request_is_refused(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await school.enroll(graph, key="k")
    other, _ = await a_course(database, school.emmy)
    before = await everything(owner)

    path = ["input", "idempotencyKey"]
    for more in ({"course": encode_id("Course", other.id)}, {"most": "100"}):
        payload = await school.enroll(graph, key="k", **more)
        assert payload["userErrors"] == [{"__typename": "IdempotencyConflict", "path": path}]
    payload = await school.enroll(graph, key="k" * 256)
    assert payload["userErrors"] == [{"__typename": "IdempotencyKeyInvalid", "path": path}]
    assert await everything(owner) == before


async def test_a_refused_request_leaves_its_key_unused(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    refused = await school.enroll(graph, key="k", most="12.49")
    await owner.execute("update education.courses set price = 12.49")

    granted = await school.enroll(graph, key="k", most="12.49")

    assert refused["enrollment"] is None
    assert granted["enrollment"]["price"]["amount"] == "12.49"


async def test_nobody_pays_more_than_they_are_ready_to(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    before = await everything(owner)

    payload = await school.enroll(graph, most="12.49999999")

    assert payload["userErrors"] == [
        {
            "__typename": "PriceChanged",
            "path": ["input", "maximumPrice"],
            "price": {"amount": "12.5", "currency": "AZR"},
        }
    ]
    assert await everything(owner) == before
    assert (await school.enroll(graph, most="12.5"))["userErrors"] == []


async def test_who_has_a_place_is_told_so_and_pays_nothing(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)
    before = await everything(owner)

    payload = await school.enroll(graph)

    assert payload["userErrors"] == [
        {"__typename": "AlreadyEnrolled", "path": PATH, "enrollment": {"id": place}}
    ]
    await owner.execute("update education.enrollments set status='completed', completed_at=now()")
    assert (await school.enroll(graph))["userErrors"][0]["__typename"] == "AlreadyEnrolled"
    await owner.execute("update education.enrollments set status='active', completed_at=null")
    assert await everything(owner) == before


async def test_a_course_that_nobody_can_take_does_not_exist(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    draft, _ = await a_course(database, school.emmy, published=False)
    await an_enrollment(database, await a_student(database, school.emmy), draft)
    before = await everything(owner)

    for caller, id in ((school.learner, draft.id), (school.teacher, draft.id), (None, uuid7())):
        payload = await school.enroll(
            graph, as_=caller or school.learner, course=encode_id("Course", id)
        )
        assert payload["userErrors"] == [{"__typename": "CourseNotFound", "path": PATH}]
    assert await everything(owner) == before


async def test_nobody_takes_their_own_course(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await a_student(database, school.emmy)
    await a_wallet(database, school.emmy, Decimal(100))
    before = await everything(owner)

    payload = await school.enroll(graph, as_=school.teacher)

    assert payload["userErrors"] == [{"__typename": "OwnCourse", "path": PATH}]
    assert await everything(owner) == before


@pytest.mark.parametrize("ended", ["disabled_at", "deletion_requested_at"])
async def test_nobody_pays_an_educator_whose_account_is_shut(
    school: School, graph: Any, owner: asyncpg.Connection, ended: str
) -> None:
    beside = {
        "disabled_at": "disabled_reason = 'Fraud'",
        "deletion_requested_at": "purge_at = now()",
    }
    await owner.execute(
        f"update auth.users set {ended} = now(), {beside[ended]} where id = $1", school.emmy.id
    )
    before = await everything(owner)

    payload = await school.enroll(graph)

    assert payload["userErrors"] == [{"__typename": "CourseNotFound", "path": PATH}]
    assert await everything(owner) == before


@pytest.mark.parametrize("whose", ["adas", "emmys"])
@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
async def test_a_wallet_that_cannot_be_used_buys_and_sells_nothing(
    school: School, graph: Any, owner: asyncpg.Connection, whose: str, status: str
) -> None:
    if (whose, status) == ("adas", "CLOSED"):
        await spent(school)
    await owner.execute(
        "update mint.wallets set status = $1::mint.wallet_status where id = $2",
        status,
        getattr(school, whose),
    )
    before = await everything(owner)

    payload = await school.enroll(graph)

    assert payload["userErrors"] == [{"__typename": "WalletNotActive", "path": []}]
    assert await everything(owner) == before


async def test_only_students_take_courses(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    employer = await a_user(database, UserRole.EMPLOYER)
    await a_wallet(database, employer, Decimal(100))
    before = await everything(owner)

    payload = await school.enroll(graph, as_=viewer(employer))

    assert payload["userErrors"] == [{"__typename": "NotAStudent", "path": []}]
    assert await everything(owner) == before


async def test_nobody_enrolls_for_somebody_else_without_signing_in_or_in_something_else(
    school: School, answer: Any, owner: asyncpg.Connection
) -> None:
    before = await everything(owner)
    somebody = Viewer(school.ada.id, Role.STUDENT, impersonator_id=school.emmy.id)
    course = {"course": school.course_id, "key": "k"}

    anonymous = await answer(ENROLL, **course)
    acting = await answer(ENROLL, as_=somebody, **course)
    wrong = await answer(ENROLL, as_=school.learner, course=school.module_id(1), key="k")
    torn = await answer(ENROLL, as_=school.learner, course="Q291cnNl", key="k")
    numbers = [
        await answer(ENROLL, as_=school.learner, most=most, **course)
        for most in (12.5, "NaN", "Infinity", "1e3", "0.000000001", "99999999999")
    ]

    assert codes(anonymous) == ["UNAUTHENTICATED"]
    assert codes(acting) == ["FORBIDDEN"]
    assert codes(wrong) == codes(torn) == ["BAD_USER_INPUT"]
    assert [codes(each) for each in numbers] == [["BAD_USER_INPUT"]] * 6
    assert await everything(owner) == before


async def test_a_negative_maximum_buys_nothing(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    school = await School.opened(database, price=Decimal(0))
    payload = await school.enroll(graph, most="-1")
    path = ["input", "maximumPrice"]
    assert payload["userErrors"] == [{"__typename": "AmountInvalid", "path": path}]
    assert await owner.fetchval("select count(*) from education.enrollments") == 0


async def test_what_an_enrolment_says_to_the_database_has_an_end(
    database: Database, graph: Any, statements: Statements
) -> None:
    for modules in (1, 20):
        school = await School.opened(database, modules=modules)
        statements.clear()
        await school.place(graph)
        assert len(reads(statements)) <= MOST_STATEMENTS, [*reads(statements)]


async def test_a_place_taken_long_ago_is_of_the_price_of_that_time(
    school: School, graph: Any, owner: asyncpg.Connection
) -> None:
    place = await school.place(graph)
    await owner.execute("update education.courses set price = 99")
    query = """
    query ($id: ID!) { enrollment(id: $id) { price { amount } course { price { amount } } } }
    """
    shown = (await graph(query, id=place, as_=school.learner))["enrollment"]
    assert shown == {"price": {"amount": "12.5"}, "course": {"price": {"amount": "99"}}}
