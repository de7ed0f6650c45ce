"""A school: Emmy teaches Algebra for 12.5 AZR, and Ada has 50 AZR to learn with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from domains.auth.models import User, UserRole
from domains.education.models import Course, Module, Student
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import Viewer
from tests.makers import a_course, a_student, a_user, a_wallet, viewer
from tests.mint.bank import balance

Graph: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]

PRICE = Decimal("12.5")

ENROLL = """
mutation ($course: ID!, $key: ID!, $most: Decimal) {
  courseEnroll(input: {courseId: $course, idempotencyKey: $key, maximumPrice: $most}) {
    enrollment { id status progress attempt price { amount currency } }
    userErrors {
      __typename path
      ... on AlreadyEnrolled { enrollment { id } }
      ... on PriceChanged { price { amount currency } }
    }
  }
}
"""

DROP = """
mutation ($enrollment: ID!, $key: ID!, $without: Boolean! = false) {
  enrollmentDrop(
    input: {enrollmentId: $enrollment, idempotencyKey: $key, withoutRefund: $without}
  ) {
    enrollment { id status attempt }
    userErrors {
      __typename path
      ... on RefundNotCovered { until progress }
      ... on EnrollmentEnded { status }
    }
  }
}
"""

COMPLETE = """
mutation ($module: ID!, $minutes: Int! = 0) {
  moduleComplete(input: {moduleId: $module, minutesSpent: $minutes}) {
    enrollment { progress status }
    userErrors { __typename path }
  }
}
"""

TABLES = (
    "auth.audit_logs",
    "education.assessment_submissions",
    "education.courses",
    "education.enrollments",
    "education.learning_progress",
    "education.modules",
    "education.transactions",
    "kernel.outbox",
    "kernel.requests",
    "mint.postings",
    "mint.transactions",
    "mint.wallets",
)

DENIED = "%,authz.denied,%"
"""That somebody was turned away is written down."""


async def everything(owner: asyncpg.Connection) -> list[str]:
    """All that learning, and paying for it, writes down."""
    query = " union all ".join(f"select '{name} ' || row::text from {name} row" for name in TABLES)
    rows = await owner.fetch(
        f"select * from ({query}) as all_of (row) where row not like $1", DENIED
    )
    return sorted(row["row"] for row in rows)


def amounts(*values: int) -> tuple[Decimal, ...]:
    """Whole numbers as amounts of money."""
    return tuple(map(Decimal, values))


@dataclass(frozen=True, slots=True)
class School:
    """Emmy's course, and Ada, whose wallet for learning holds 50 AZR."""

    database: Database
    emmy: User
    ada: User
    student: Student
    course: Course
    modules: list[Module]
    adas: UUID
    emmys: UUID

    @classmethod
    async def opened(
        cls,
        database: Database,
        *,
        price: Decimal = PRICE,
        currency: Currency = Currency.AZR,
        modules: int = 2,
    ) -> "School":
        emmy = await a_user(database, UserRole.EDUCATOR, name="Emmy Noether")
        ada = await a_user(database, name="Ada Lovelace")
        student = await a_student(database, ada)
        wallets = (
            await a_wallet(database, ada, Decimal(50), currency),
            await a_wallet(database, emmy, currency=currency),
        )
        course, chapters = await a_course(
            database, emmy, title="Algebra", modules=modules, price=price, currency=currency
        )
        return cls(database, emmy, ada, student, course, [*chapters], *wallets)

    @property
    def learner(self) -> Viewer:
        return viewer(self.ada)

    @property
    def teacher(self) -> Viewer:
        return viewer(self.emmy)

    @property
    def course_id(self) -> str:
        return encode_id("Course", self.course.id)

    def module_id(self, number: int) -> str:
        return encode_id("Module", self.modules[number - 1].id)

    async def enroll(self, graph: Graph, *, key: str | None = None, **more: Any) -> dict[str, Any]:
        """Ada takes the course, with a fresh key unless it is given."""
        given = {"as_": self.learner, "course": self.course_id, "key": key or str(uuid4())}
        payload: dict[str, Any] = (await graph(ENROLL, **given | more))["courseEnroll"]
        return payload

    async def place(self, graph: Graph) -> str:
        """The id of Ada's place, which she has just taken."""
        payload = await self.enroll(graph)
        assert payload["userErrors"] == []
        id: str = payload["enrollment"]["id"]
        return id

    async def drop(
        self, graph: Graph, place: str, *, key: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Ada gives her place up."""
        given = {"as_": self.learner, "enrollment": place, "key": key or str(uuid4())}
        payload: dict[str, Any] = (await graph(DROP, **given | more))["enrollmentDrop"]
        return payload

    async def complete(self, graph: Graph, number: int) -> dict[str, Any]:
        """Ada is done with a module."""
        given = {"as_": self.learner, "module": self.module_id(number)}
        payload: dict[str, Any] = (await graph(COMPLETE, **given))["moduleComplete"]
        return payload

    async def balances(self, owner: asyncpg.Connection) -> tuple[Decimal, ...]:
        """Ada's and Emmy's."""
        return await balance(owner, self.adas), await balance(owner, self.emmys)


async def told(owner: asyncpg.Connection) -> list[tuple[str, int, Decimal]]:
    """What education notes of payments and refunds: type, attempt and amount."""
    rows = await owner.fetch(
        "select told.type::text, attempt, amount from education.transactions told"
        " join mint.transactions moved on moved.id = mint_transaction_id order by told.id"
    )
    return [tuple(row) for row in rows]


async def news(owner: asyncpg.Connection) -> list[str]:
    """The topics of education's events so far."""
    rows = await owner.fetch(
        "select topic from kernel.outbox where topic like 'education.%' order by position"
    )
    return [row["topic"].removeprefix("education.") for row in rows]
