"""The rules of writing courses and of showing them to everybody."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action, demand, note, themselves
from domains.education.errors.courses import CourseIncomplete, CourseNotFound
from domains.education.events import CoursePublished
from domains.education.models import Course
from domains.education.repository import courses as repository
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.once import once
from domains.kernel.refusal import Forbidden, Refused, UserError
from domains.kernel.viewer import Role, Viewer

from . import drafts


async def create(
    session: AsyncSession, _system: Viewer, viewer: Viewer, key: str, told: Mapping[str, Any]
) -> UUID:
    """Begin a course of the viewer's own."""
    user_id = author(viewer)
    plain = drafts.course(told)
    asked = ("courseCreate", plain)
    return await once(session, user_id, key, asked, partial(_create, session, user_id, plain))


async def _create(session: AsyncSession, user_id: UUID, plain: Mapping[str, Any]) -> UUID:
    course = Course(instructor_id=user_id, **plain)
    session.add(course)
    return course.id


async def update(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    course_id: UUID,
    told: Mapping[str, Any],
) -> None:
    """Change what a course says of itself, and its price for those who take it from now on."""
    author(viewer)
    plain = drafts.course(told)
    course = await lock_own(session, viewer, course_id)
    for name, value in plain.items():
        setattr(course, name, value)


async def publish(session: AsyncSession, _system: Viewer, viewer: Viewer, course_id: UUID) -> None:
    """Show a course to everybody; one that is shown already stays as it is."""
    course = await lock_own(session, viewer, course_id)
    if course.published_at is not None:
        return
    if not await repository.count_modules(session, course.id):
        raise Refused(CourseIncomplete(path=["input", "courseId"]))
    course.published_at = now()
    emit(session, CoursePublished(course_id=course.id, user_id=course.instructor_id))


async def unpublish(
    session: AsyncSession, _system: Viewer, viewer: Viewer, course_id: UUID
) -> None:
    """Let nobody else take a course; those who do go on."""
    course = await lock_own(session, viewer, course_id)
    course.published_at = None


def author(viewer: Viewer) -> UUID:
    """Who may write courses: educators and admins, each of them themselves."""
    user_id = themselves(viewer)
    if viewer.role not in {Role.EDUCATOR, Role.ADMIN}:
        raise Forbidden
    return user_id


async def lock_own(
    session: AsyncSession, viewer: Viewer, course_id: UUID, missing: UserError | None = None
) -> Course:
    """A course that the viewer may change; it stays locked until the transaction ends."""
    user_id = author(viewer)
    course = await repository.lock_course(session, course_id)
    may = viewer.role is Role.ADMIN or (course is not None and course.instructor_id == user_id)
    if course is None or not (may or course.published_at):
        raise Refused(missing or CourseNotFound(path=["input", "courseId"]))
    if not may:
        raise Forbidden
    if course.instructor_id != user_id:
        await _moderate(session, viewer, course)
    return course


async def _moderate(session: AsyncSession, viewer: Viewer, course: Course) -> None:
    """What an admin changes for somebody else wants a recent proof, and is written down."""
    await demand(session, viewer)
    resource = f"course:{course.id}"
    note(
        session,
        Action.COURSE_MODERATED,
        Client(),
        user_id=course.instructor_id,
        viewer=viewer,
        resource=resource,
    )
