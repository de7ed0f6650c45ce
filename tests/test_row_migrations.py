"""Revisions that move rows lose none of them, there and back."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from alembic import command

from gateway.migrate import configuration
from tests.postgres import Urls, beside_the_loop, run

BEFORE_THE_LEDGER = "c05d9be81a37"

ROWS = (
    """
    insert into auth.users (id, email, name, role)
    select lpad(n::text, 32, '0')::uuid, n || '@example.org', 'Person ' || n, 'student'
    from generate_series(1, 3) n
    """,
    """
    insert into education.courses
      (id, title, description, instructor_id, price, duration_hours, level, category)
    select lpad('1', 32, '0')::uuid, 'Course', 'What there is.', lpad('3', 32, '0')::uuid, 60, 1,
      'beginner', 'Programming'
    """,
    """
    insert into education.students (id, user_id, first_name, last_name, email)
    select id, id, 'A', 'B', email from auth.users where email < '3'
    """,
    """
    insert into education.wallets (id, student_id, currency)
    select id, id, case when email < '2' then 'AZR' else 'USD' end::education.currency
    from education.students
    """,
    """
    insert into education.enrollments (id, student_id, course_id)
    select lpad('1', 32, '0')::uuid, lpad('1', 32, '0')::uuid, lpad('1', 32, '0')::uuid
    """,
    """
    insert into education.transactions
      (id, wallet_id, type, amount, currency, description, reference, enrollment_id, status)
    select lpad(n::text, 32, '0')::uuid, lpad(wallet, 32, '0')::uuid,
      type::education.transaction_type, amount, currency::education.currency, said, reference,
      case when type = 'payment' then lpad('1', 32, '0')::uuid end,
      status::education.transaction_status
    from (values
      (1, '1', 'earning', 100.00000001, 'AZR', 'Welcome', null, 'completed'),
      (2, '1', 'payment', -60, 'AZR', 'Course', 'course 1', 'completed'),
      (3, '1', 'refund', 9.5, 'AZR', 'Too much', null, 'completed'),
      (4, '1', 'earning', 7, 'AZR', 'Never came', null, 'failed'),
      (5, '2', 'earning', 3, 'USD', 'Welcome', null, 'completed')
    ) as given (n, wallet, type, amount, currency, said, reference, status)
    """,
)

OLD = """
select wallet_id::text, type::text, amount, currency::text, description, reference, status::text
from education.transactions order by id
"""


@pytest.fixture
async def earlier(scratch: Urls) -> Urls:
    """A database at the revision before the ledger, with rows."""
    beside_the_loop(command.upgrade, configuration(scratch.owner), BEFORE_THE_LEDGER)
    await run(scratch.owner, *ROWS)
    return scratch


async def rows(urls: Urls, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(urls.owner)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_what_students_had_is_in_the_ledger_and_comes_back_from_it(earlier: Urls) -> None:
    before = await rows(earlier, OLD)
    assert len(before) == 5
    beside_the_loop(command.upgrade, configuration(earlier.owner), "head")
    balances = """
    select student.email, wallet.currency::text, wallet.balance
    from education.students student join education.wallets purse on student_id = student.id
    join mint.wallets wallet on wallet.id = mint_wallet_id order by 1
    """
    assert await rows(earlier, balances) == [
        ("1@example.org", "AZR", Decimal("49.50000001")),
        ("2@example.org", "USD", Decimal(3)),
    ]
    total = "select currency::text, sum(balance) from mint.wallets group by 1 order by 1"
    assert await rows(earlier, total) == [("AZR", Decimal(0)), ("USD", Decimal(0))]
    paid = "select balance from mint.wallets where user_id = lpad('3', 32, '0')::uuid"
    assert await rows(earlier, paid) == [(Decimal(60),)]
    beside_the_loop(command.downgrade, configuration(earlier.owner), BEFORE_THE_LEDGER)
    assert await rows(earlier, OLD) == [row for row in before if row[-1] == "completed"]
