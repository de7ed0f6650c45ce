"""Statements on courses and their modules. A course's row is locked before all that is in it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import Course, LearningProgress, Module

REORDER = text(
    "update education.modules set position = wanted.position"
    " from unnest(cast(:ids as uuid[])) with ordinality as wanted (id, position)"
    " where modules.id = wanted.id and modules.position <> wanted.position"
)


async def course_title(session: AsyncSession, course_id: UUID) -> str | None:
    return (await session.exec(select(Course.title).where(Course.id == course_id))).first()


async def instructor_of(session: AsyncSession, course_id: UUID) -> UUID | None:
    """The person who teaches a course."""
    query = select(Course.instructor_id).where(Course.id == course_id)
    return (await session.exec(query)).first()


async def course(session: AsyncSession, course_id: UUID) -> Course | None:
    return (await session.exec(select(Course).where(Course.id == course_id))).first()


async def lock_course(session: AsyncSession, course_id: UUID) -> Course | None:
    """A course that is about to change: until the transaction ends nobody else takes it as it is.

    Its key is not going to change, so rows that point at it can be written meanwhile.
    """
    query = select(Course).where(Course.id == course_id).with_for_update(key_share=True)
    return (await session.exec(query)).first()


async def hold_course(session: AsyncSession, course_id: UUID) -> Course | None:
    """A course that stays as it is until the transaction ends: its price, and its modules."""
    query = select(Course).where(Course.id == course_id).with_for_update(read=True)
    return (await session.exec(query)).first()


async def withdraw_all(session: AsyncSession, instructor_id: UUID) -> None:
    """Let nobody else take a course of somebody's."""
    theirs = col(Course.instructor_id) == instructor_id, col(Course.published_at).is_not(None)
    await session.exec(update(Course).where(*theirs).values(published_at=None))


async def course_id_of(session: AsyncSession, module_id: UUID) -> UUID | None:
    """The course that a module belongs to."""
    return (await session.exec(select(Module.course_id).where(Module.id == module_id))).first()


async def module(session: AsyncSession, module_id: UUID) -> Module | None:
    return (await session.exec(select(Module).where(Module.id == module_id))).first()


async def count_modules(session: AsyncSession, course_id: UUID) -> int:
    query = select(func.count()).select_from(Module).where(Module.course_id == course_id)
    return (await session.exec(query)).one()


async def module_ids(session: AsyncSession, course_id: UUID) -> set[UUID]:
    """All modules of a course."""
    found = await session.exec(select(Module.id).where(Module.course_id == course_id))
    return set(found.all())


async def reorder(session: AsyncSession, module_ids: Sequence[UUID]) -> None:
    """Give all modules of a course their places, which are checked when the transaction ends."""
    await (await session.connection()).execute(REORDER, {"ids": [*module_ids]})


async def is_begun(session: AsyncSession, module_id: UUID) -> bool:
    """Whether anybody has progress in a module."""
    query = select(LearningProgress.id).where(LearningProgress.module_id == module_id).limit(1)
    return (await session.exec(query)).first() is not None


async def remove_module(session: AsyncSession, module: Module) -> None:
    """Take a module out of its course; those after it move up."""
    await session.exec(delete(Module).where(col(Module.id) == module.id))
    after = update(Module).where(
        col(Module.course_id) == module.course_id, col(Module.position) > module.position
    )
    await session.exec(after.values(position=col(Module.position) - 1))
