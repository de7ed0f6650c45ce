"""Every statement of a write on the namespace `education`."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.clock import now

from .models import Course, Enrollment, EnrollmentStatus, LearningProgress, Module, Student, Wallet

WHOLE = Decimal(100)


async def student_id_of(session: AsyncSession, user_id: UUID) -> UUID | None:
    """The person as a student."""
    return (await session.exec(select(Student.id).where(Student.user_id == user_id))).first()


async def add_student(session: AsyncSession, student: Student) -> bool:
    """Register a person as a student unless they are one.

    An address that another student has yet is a fault: word that they gave it up is on its way.
    """
    values = student.model_dump(include={"id", "user_id", "first_name", "last_name", "email"})
    once = insert(Student).values(values).on_conflict_do_nothing(index_elements=["user_id"])
    return (await session.exec(once.returning(col(Student.id)))).first() is not None


async def change_student(session: AsyncSession, user_id: UUID, **values: Any) -> None:
    """Write columns of a person as a student, if they are one."""
    await session.exec(update(Student).where(col(Student.user_id) == user_id).values(**values))


def add_wallet(session: AsyncSession, student_id: UUID, mint_wallet_id: UUID) -> None:
    session.add(Wallet(student_id=student_id, mint_wallet_id=mint_wallet_id))


async def published_course(session: AsyncSession, course_id: UUID) -> Course | None:
    """A course that can be enrolled in."""
    query = select(Course).where(Course.id == course_id, col(Course.published_at).is_not(None))
    return (await session.exec(query)).first()


async def course_title(session: AsyncSession, course_id: UUID) -> str | None:
    return (await session.exec(select(Course.title).where(Course.id == course_id))).first()


async def module(session: AsyncSession, module_id: UUID) -> Module | None:
    return (await session.exec(select(Module).where(Module.id == module_id))).first()


async def enroll(session: AsyncSession, student_id: UUID, course_id: UUID) -> UUID | None:
    """Take a place unless the student has one; of many at once the unique key admits one."""
    added = (
        insert(Enrollment)
        .values(student_id=student_id, course_id=course_id)
        .on_conflict_do_nothing()
        .returning(col(Enrollment.id))
    )
    id: UUID | None = (await session.exec(added)).scalar()
    return id


async def enrollment(session: AsyncSession, student_id: UUID, course_id: UUID) -> Enrollment | None:
    query = select(Enrollment).where(*_place(student_id, course_id))
    return (await session.exec(query)).first()


async def locked_enrollment(
    session: AsyncSession, student_id: UUID, course_id: UUID
) -> Enrollment | None:
    """A place that has not been given up, held until the transaction ends."""
    query = (
        select(Enrollment)
        .where(
            *_place(student_id, course_id),
            col(Enrollment.status) != EnrollmentStatus.DROPPED,
        )
        .with_for_update()
    )
    return (await session.exec(query)).first()


async def complete_module(
    session: AsyncSession, student_id: UUID, module_id: UUID, minutes: int
) -> UUID:
    """Note a module as done; the time adds up, and the first completion counts."""
    moment = now()
    added = insert(LearningProgress).values(
        student_id=student_id,
        module_id=module_id,
        progress=WHOLE,
        minutes_spent=minutes,
        completed_at=moment,
    )
    there = LearningProgress
    changed = added.on_conflict_do_update(
        index_elements=[col(there.student_id), col(there.module_id)],
        set_={
            "progress": WHOLE,
            "minutes_spent": col(there.minutes_spent) + minutes,
            "completed_at": func.coalesce(col(there.completed_at), moment),
        },
    ).returning(col(there.id))
    id: UUID = (await session.exec(changed)).scalar_one()
    return id


async def progress_in(session: AsyncSession, enrollment: Enrollment) -> tuple[int, Decimal]:
    """How many modules the course has, and the sum of the student's progress in them."""
    begun = (col(LearningProgress.module_id) == col(Module.id)) & (
        col(LearningProgress.student_id) == enrollment.student_id
    )
    total = func.coalesce(func.sum(col(LearningProgress.progress)), 0)
    query = (
        select(func.count(), total)
        .select_from(Module)
        .outerjoin(LearningProgress, begun)
        .where(col(Module.course_id) == enrollment.course_id)
    )
    return (await session.exec(query)).one()


def _place(student_id: UUID, course_id: UUID) -> tuple[Any, Any]:
    return col(Enrollment.student_id) == student_id, col(Enrollment.course_id) == course_id
