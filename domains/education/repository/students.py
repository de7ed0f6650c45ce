"""Statements on students and their wallets."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import Student, Wallet


@dataclass(frozen=True, slots=True)
class Learner:
    """A person who takes courses, and the wallet that tells of the money in it."""

    user_id: UUID
    student_id: UUID
    wallet_id: UUID


async def learner(session: AsyncSession, user_id: UUID) -> Learner | None:
    """The person as a student with a wallet."""
    query = (
        select(Student.id, Wallet.id)
        .join(Wallet, col(Wallet.student_id) == col(Student.id))
        .where(Student.user_id == user_id)
    )
    found = (await session.exec(query)).first()
    return Learner(user_id, *found) if found else None


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
