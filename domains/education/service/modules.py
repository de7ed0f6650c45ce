"""The rules of a course's modules, which number them from 1 without a gap."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.errors.courses import (
    CourseIncomplete,
    ModuleBegun,
    ModuleNotFound,
    ModulesIncomplete,
    TooManyModules,
)
from domains.education.models import Course, Module
from domains.education.repository import courses as repository
from domains.kernel.once import once
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from . import drafts
from .courses import author, lock_own
from .learning import advance

MOST_MODULES = 100


async def add(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    key: str,
    course_id: UUID,
    told: Mapping[str, Any],
) -> UUID:
    """Put a module at the end of a course."""
    user_id = author(viewer)
    plain = drafts.module(told)
    asked = ("moduleAdd", course_id, plain)
    work = partial(_add, session, viewer, course_id, plain)
    return await once(session, user_id, key, asked, work)


async def _add(
    session: AsyncSession, viewer: Viewer, course_id: UUID, plain: Mapping[str, Any]
) -> UUID:
    course = await lock_own(session, viewer, course_id)
    count = await repository.count_modules(session, course_id)
    if count >= MOST_MODULES:
        raise Refused(TooManyModules(path=["input", "courseId"], maximum=MOST_MODULES))
    module = Module(course_id=course.id, position=count + 1, **plain)
    session.add(module)
    await advance(session, course.id)
    return module.id


async def update(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    module_id: UUID,
    told: Mapping[str, Any],
) -> None:
    """Change what a module says and holds."""
    author(viewer)
    plain = drafts.module(told)
    module, _ = await _lock_own(session, viewer, module_id)
    for name, value in plain.items():
        setattr(module, name, value)


async def reorder(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    course_id: UUID,
    module_ids: Sequence[UUID],
) -> None:
    """Give a course's modules another order."""
    await lock_own(session, viewer, course_id)
    known = await repository.module_ids(session, course_id)
    if len(module_ids) != len(known) or set(module_ids) != known:
        raise Refused(ModulesIncomplete(path=["input", "moduleIds"]))
    await repository.reorder(session, module_ids)


async def remove(session: AsyncSession, _system: Viewer, viewer: Viewer, module_id: UUID) -> UUID:
    """Take a module that nobody has begun out of its course, and give the course."""
    module, course = await _lock_own(session, viewer, module_id)
    path = ["input", "moduleId"]
    if await repository.is_begun(session, module_id):
        raise Refused(ModuleBegun(path=path))
    if course.published_at and await repository.count_modules(session, course.id) == 1:
        raise Refused(CourseIncomplete(path=path))
    await repository.remove_module(session, module)
    await advance(session, course.id)
    return course.id


async def _lock_own(
    session: AsyncSession, viewer: Viewer, module_id: UUID
) -> tuple[Module, Course]:
    """A module that the viewer may change, and its course, which stays locked."""
    author(viewer)
    missing = ModuleNotFound(path=["input", "moduleId"])
    course_id = await repository.course_id_of(session, module_id)
    if course_id is None:
        raise Refused(missing)
    course = await lock_own(session, viewer, course_id, missing)
    # It may have been taken out while its course was locked by somebody else.
    module = await repository.module(session, module_id)
    if module is None:
        raise Refused(missing)
    return module, course
