"""What a request to the plain application has around it: a session, and loaders over it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar
from strawberry.dataloader import DataLoader

from domains.education import models
from domains.kernel.viewer import ANONYMOUS, Viewer

SHORT_COURSE = defer(cast("Any", models.Course.search))
SHORT_MODULE = defer(cast("Any", models.Module.content))

Page = tuple[UUID, int]
"""Whose rows, and how many of them."""

R = TypeVar("R")


@dataclass(slots=True)
class Surroundings:
    """One request: its session, and the loaders that gather what its resolvers ask for."""

    token: str | None
    viewer: Viewer = ANONYMOUS
    session: AsyncSession = field(init=False)
    courses: DataLoader[UUID, models.Course | None] = field(init=False)
    modules: DataLoader[Page, list[models.Module]] = field(init=False)
    enrollments: DataLoader[Page, list[models.Enrollment]] = field(init=False)
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.courses = DataLoader(self._courses)
        self.modules = DataLoader(self._modules)
        self.enrollments = DataLoader(self._enrollments)

    async def rows(self, query: SelectOfScalar[R]) -> Sequence[R]:
        """A session has one connection, which answers one question at a time."""
        async with self.one_at_a_time:
            return (await self.session.exec(query)).all()

    async def _courses(self, ids: list[UUID]) -> list[models.Course | None]:
        query = select(models.Course).where(col(models.Course.id).in_(ids)).options(SHORT_COURSE)
        by_id = {course.id: course for course in await self.rows(query)}
        return [by_id.get(id) for id in ids]

    async def _modules(self, pages: list[Page]) -> list[list[models.Module]]:
        query = (
            select(models.Module)
            .where(col(models.Module.course_id).in_({id for id, _ in pages}))
            .order_by(col(models.Module.position), col(models.Module.id))
            .options(SHORT_MODULE)
        )
        return _grouped(await self.rows(query), "course_id", pages)

    async def _enrollments(self, pages: list[Page]) -> list[list[models.Enrollment]]:
        query = (
            select(models.Enrollment)
            .where(col(models.Enrollment.student_id).in_({id for id, _ in pages}))
            .order_by(col(models.Enrollment.id).desc())
        )
        return _grouped(await self.rows(query), "student_id", pages)


def _grouped(rows: Iterable[R], key: str, pages: list[Page]) -> list[list[R]]:
    groups: dict[UUID, list[R]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return [groups[id][:first] for id, first in pages]
