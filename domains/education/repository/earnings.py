"""What educators have earned, read from the movements themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, case, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import Course, Enrollment, Transaction, TransactionType
from domains.kernel.scalars import Currency
from domains.mint import public as mint


@dataclass(frozen=True, slots=True)
class Earned:
    """What came in for one course, and what of it went back."""

    course_id: UUID
    currency: Currency
    payments: int
    refunds: int
    gross: Decimal
    refunded: Decimal


COURSES = Course.__table__.c  # type: ignore[attr-defined]
ENROLLMENTS = Enrollment.__table__.c  # type: ignore[attr-defined]
TOLD = Transaction.__table__.c  # type: ignore[attr-defined]


async def earned(session: AsyncSession, educator_id: UUID, most: int) -> Sequence[Earned]:
    """What an educator's courses have brought in, the latest course first."""
    types = (TransactionType.PAYMENT, TransactionType.REFUND)
    query = (
        select(COURSES.id, COURSES.currency, *map(_count, types), *map(_sum, types))
        .join(Enrollment, ENROLLMENTS.course_id == COURSES.id)
        .join(Transaction, TOLD.enrollment_id == ENROLLMENTS.id)
        .where(COURSES.instructor_id == educator_id)
        .group_by(COURSES.id)
        .order_by(COURSES.id.desc())
        .limit(most)
    )
    found = await (await session.connection()).execute(query)
    return [Earned(*row) for row in found]


def _count(type: TransactionType) -> ColumnElement[int]:
    return func.count().filter(TOLD.type == type)


def _sum(type: TransactionType) -> ColumnElement[Decimal]:
    moved = case((TOLD.type == type, mint.amount_of(TOLD.mint_transaction_id)), else_=0)
    return func.sum(moved, type_=Numeric(28, 8))
