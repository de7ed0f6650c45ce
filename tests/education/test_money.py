"""A student's money is the mint's: what education shows of it is read there."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import select

from domains.auth.models import User, UserRole
from domains.auth.public import Person
from domains.education.models import Enrollment, Student, Transaction, TransactionType, Wallet
from domains.education.service import students
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import SYSTEM, Role
from domains.mint import public as mint
from domains.mint.public import Leg
from tests.makers import a_course, a_student, a_user, a_wallet, an_enrollment, put, viewer
from tests.statements import Statements

MONEY = """
query ($id: ID!) {
  student(id: $id) {
    wallet {
      currency balance
      wallet { balance { amount currency } user { name } }
      transactions { nodes {
        type amount { amount currency } description
        transaction { type amount { amount } reference } enrollment { course { title } }
      } }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Payment:
    """Ada had 50 AZR and paid 12.5 for Algebra."""

    user: User
    student: Student
    enrollment: Enrollment
    movement: mint.Movement

    def told(self, wallet: Wallet, type: TransactionType) -> Transaction:
        return Transaction(
            wallet_id=wallet.id,
            mint_transaction_id=self.movement.id,
            type=type,
            description="Algebra",
            enrollment_id=self.enrollment.id,
        )


@pytest.fixture
async def payment(database: Database) -> Payment:
    user, teacher = await a_user(database, name="Ada"), await a_user(database, UserRole.EDUCATOR)
    student = await a_student(database, user)
    course, _ = await a_course(database, teacher, title="Algebra")
    place = await an_enrollment(database, student, course)
    ends = await a_wallet(database, user, Decimal(50)), await a_wallet(database, teacher)
    leg = Leg(*ends, Decimal("12.5"), mint.TransactionType.PAYMENT)
    async with database.session(SYSTEM) as session:
        (moved,) = await mint.post(session, user.id, "pay", [leg], "enrollment:1")
    paid = Payment(user, student, place, moved)
    await put(database, paid.told(await wallet_of(database, student), TransactionType.PAYMENT))
    return paid


async def wallet_of(database: Database, student: Student) -> Wallet:
    async with database.session(SYSTEM) as session:
        return (await session.exec(select(Wallet).where(Wallet.student_id == student.id))).one()


async def test_what_a_student_has_and_paid_is_what_the_mint_says(
    payment: Payment, graph: Any, statements: Statements
) -> None:
    id = encode_id("Student", payment.student.id)
    found = await graph(MONEY, id=id, as_=viewer(payment.user))

    assert len(statements) == 1
    assert found["student"]["wallet"] == {
        "currency": "AZR",
        "balance": "37.5",
        "wallet": {"balance": {"amount": "37.5", "currency": "AZR"}, "user": {"name": "Ada"}},
        "transactions": {
            "nodes": [
                {
                    "type": "PAYMENT",
                    "amount": {"amount": "-12.5", "currency": "AZR"},
                    "description": "Algebra",
                    "transaction": {
                        "type": "PAYMENT",
                        "amount": {"amount": "12.5"},
                        "reference": "enrollment:1",
                    },
                    "enrollment": {"course": {"title": "Algebra"}},
                }
            ]
        },
    }


async def test_an_admin_reads_the_same_and_another_student_nothing(
    payment: Payment, database: Database, graph: Any
) -> None:
    id = encode_id("StudentWallet", (await wallet_of(database, payment.student)).id)
    query = "query ($id: ID!) { node(id: $id) { ... on StudentWallet { balance currency } } }"
    admin, peer = await a_user(database, UserRole.ADMIN), await a_user(database)

    shown = {"node": {"balance": "37.5", "currency": "AZR"}}
    assert await graph(query, id=id, as_=viewer(admin)) == shown
    assert await graph(query, id=id, as_=viewer(peer)) == {"node": None}


async def test_a_place_is_paid_for_once_and_a_movement_told_once(
    payment: Payment, database: Database, owner: asyncpg.Connection
) -> None:
    wallet = await wallet_of(database, payment.student)
    other = await wallet_of(database, await a_student(database))
    again = (
        (other, TransactionType.PAYMENT, "transactions_payment_key"),
        (wallet, TransactionType.REFUND, "transactions_wallet_id_mint_transaction_id_key"),
    )
    for purse, type, key in again:
        with pytest.raises(IntegrityError, match=key):
            await put(database, payment.told(purse, type))
    assert await owner.fetchval("select count(*) from education.transactions") == 1


async def test_who_registers_has_one_wallet_of_the_mint_for_learning_too(
    database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    opened = await a_wallet(database, user, Decimal(3))
    person = Person(user.id, user.name, user.email, Role.STUDENT)
    for _ in range(2):
        async with database.session(SYSTEM) as session:
            await students.register(session, person)

    assert await owner.fetchval("select mint_wallet_id from education.wallets") == opened
    assert await owner.fetchval("select count(*) from mint.wallets where kind = 'USER'") == 1


async def test_the_application_does_not_alter_what_it_has_told(
    payment: Payment, database: Database
) -> None:
    for change in (
        "update education.transactions set description = 'Other'",
        "delete from education.transactions",
        "update education.wallets set mint_wallet_id = uuidv7()",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.session(SYSTEM) as session:
                await (await session.connection()).exec_driver_sql(change)
