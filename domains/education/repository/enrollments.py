"""Statements on places in courses, and on what was paid for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import (
    Course,
    Enrollment,
    EnrollmentStatus,
    Transaction,
    TransactionType,
)
from domains.kernel.clock import now


async def take(session: AsyncSession, student_id: UUID, course: Course) -> Enrollment | None:
    """A new place, unless the student has one; of many at once the unique key admits one."""
    added = (
        insert(Enrollment)
        .values(
            student_id=student_id,
            course_id=course.id,
            price=course.price,
            currency=course.currency,
            enrolled_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(Enrollment)
    )
    place: Enrollment | None = (await session.exec(added)).scalar()
    return place


async def lock_place(session: AsyncSession, student_id: UUID, course_id: UUID) -> Enrollment | None:
    """A student's place in a course, held until the transaction ends."""
    place = col(Enrollment.student_id) == student_id, col(Enrollment.course_id) == course_id
    query = select(Enrollment).where(*place).with_for_update()
    return (await session.exec(query)).first()


async def lock_own_place(
    session: AsyncSession, student_id: UUID, enrollment_id: UUID
) -> Enrollment | None:
    """A place by its id, if it is the student's, held until the transaction ends."""
    place = col(Enrollment.id) == enrollment_id, col(Enrollment.student_id) == student_id
    query = select(Enrollment).where(*place).with_for_update()
    return (await session.exec(query)).first()


async def told(
    session: AsyncSession, place: Enrollment, type: TransactionType
) -> Transaction | None:
    """What is noted of the last payment for a place, or of its refund."""
    query = select(Transaction).where(
        Transaction.enrollment_id == place.id,
        Transaction.attempt == place.attempt,
        Transaction.type == type,
    )
    return (await session.exec(query)).first()


async def count_refundable(
    session: AsyncSession, instructor_id: UUID, since: datetime, progress: int
) -> int:
    """How many students of somebody could still be paid back."""
    query = (
        select(func.count())
        .select_from(Enrollment)
        .join(Course, col(Course.id) == col(Enrollment.course_id))
        .where(
            Course.instructor_id == instructor_id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            Enrollment.price > 0,
            Enrollment.enrolled_at >= since,
            Enrollment.progress < progress,
        )
    )
    return (await session.exec(query)).one()


def tell(session: AsyncSession, place: Enrollment, **values: Any) -> None:
    """Note what a movement of money had to do with a place."""
    session.add(Transaction(enrollment_id=place.id, attempt=place.attempt, **values))


async def tell_earning(
    session: AsyncSession, wallet_id: UUID, mint_transaction_id: UUID, description: str
) -> None:
    """Note a movement into a student's wallet that has to do with no place, once."""
    row = insert(Transaction).values(
        wallet_id=wallet_id,
        mint_transaction_id=mint_transaction_id,
        type=TransactionType.EARNING,
        description=description,
    )
    await session.exec(row.on_conflict_do_nothing())
