"""`educatorEarnings`: what courses brought in, to the last digit."""

from decimal import Decimal
from typing import Any

import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from tests.makers import a_course, a_student, a_user, a_wallet, viewer
from tests.operations import codes
from tests.statements import Statements, reads

from .school import ENROLL, School

EARNINGS = """
query ($id: ID, $first: Int! = 50) {
  educatorEarnings(educatorId: $id, first: $first) {
    course { title } payments refunds
    gross { amount currency } refunded { amount } net { amount }
  }
}
"""

pytestmark = pytest.mark.usefixtures("sound")


def line(title: str, counts: tuple[int, int], *money: str, currency: str = "AZR") -> dict[str, Any]:
    gross, refunded, net = money
    return {
        "course": {"title": title},
        "payments": counts[0],
        "refunds": counts[1],
        "gross": {"amount": gross, "currency": currency},
        "refunded": {"amount": refunded},
        "net": {"amount": net},
    }


@pytest.fixture
async def sold(school: School, graph: Any, database: Database) -> School:
    """Three bought Algebra for 12.5 and one of them left; one bought Optics for 0.00000003 USD."""
    optics, _ = await a_course(
        database,
        school.emmy,
        title="Optics",
        price=Decimal("0.00000003"),
        currency=Currency.USD,
    )
    await a_course(database, school.emmy, title="Unsold", price=Decimal(5))
    peers = [await a_user(database) for _ in range(2)]
    for peer in peers:
        await a_student(database, peer)
        await a_wallet(database, peer, Decimal(20))
        await graph(ENROLL, as_=viewer(peer), course=school.course_id, key="k")
    await a_wallet(database, peers[0], Decimal(1), Currency.USD)
    await graph(ENROLL, as_=viewer(peers[0]), course=encode_id("Course", optics.id), key="o")
    await school.drop(graph, await school.place(graph))
    return school


SOLD = [
    line("Optics", (1, 0), "0.00000003", "0", "0.00000003", currency="USD"),
    line("Algebra", (3, 1), "37.5", "12.5", "25"),
]


async def test_an_educator_sees_what_came_in_and_what_went_back(
    sold: School, graph: Any, statements: Statements
) -> None:
    data = await graph(EARNINGS, as_=sold.teacher)

    assert data["educatorEarnings"] == SOLD
    assert len(reads(statements)) == 2
    assert (await graph(EARNINGS, as_=sold.teacher, first=1))["educatorEarnings"] == SOLD[:1]
    for first in (0, -1):
        data = await graph(EARNINGS, as_=sold.teacher, first=first)
        assert data["educatorEarnings"] == []


async def test_an_admin_sees_those_of_everybody_and_others_their_own_alone(
    sold: School, graph: Any, answer: Any, database: Database
) -> None:
    id = encode_id("User", sold.emmy.id)
    admin = viewer(await a_user(database, UserRole.ADMIN))
    assert (await graph(EARNINGS, as_=admin, id=id))["educatorEarnings"] == SOLD
    assert (await graph(EARNINGS, as_=sold.teacher, id=id))["educatorEarnings"] == SOLD
    assert (await graph(EARNINGS, as_=admin))["educatorEarnings"] == []
    assert (await graph(EARNINGS, as_=sold.learner))["educatorEarnings"] == []
    assert codes(await answer(EARNINGS, as_=sold.learner, id=id)) == ["FORBIDDEN"]
    assert codes(await answer(EARNINGS)) == ["UNAUTHENTICATED"]
