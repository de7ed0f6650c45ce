"""What Azora is compared with: Strawberry over the ORM, with DataLoaders, as it is usually written.

The same models, field names and row policies; Strawberry's own view, its caches of documents and
validations, orjson, and in each request one session and transaction with the viewer's settings.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig

from domains.auth.engine import tokens
from domains.education import models
from domains.kernel.database import SET_VIEWER
from domains.kernel.node import encode_id, key_of
from domains.kernel.scalars import SCALARS, EmailAddress, Money
from domains.kernel.viewer import ANONYMOUS, Role, Viewer

APPLICATION = "azora_bench_plain"

READ_VIEWER = text("select user_id, role from auth.viewer_of_token(:digest, now())")

SHORT_COURSE = defer(cast("Any", models.Course.search))
SHORT_MODULE = defer(cast("Any", models.Module.content))

Page = tuple[UUID, int]
"""Whose rows, and how many of them."""

R = TypeVar("R")


@dataclass(slots=True)
class Surroundings:
    """One request: its session, and the loaders that gather what its resolvers ask for."""

    token: str | None
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


Info = strawberry.Info[Surroundings, None]
N = TypeVar("N")

for kind in (models.CourseLevel, models.EnrollmentStatus):
    strawberry.enum(kind)


@strawberry.type
class Connection(Generic[N]):
    nodes: list[N]


def shown(rows: Any) -> Any:
    """Rows where types are promised: resolvers read them by the same names."""
    return rows


def module_id(root: strawberry.Parent[models.Module]) -> strawberry.ID:
    return strawberry.ID(encode_id("Module", root.id))


@strawberry.type
class Module:
    id: strawberry.ID = strawberry.field(resolver=module_id)
    title: str
    description: str | None
    position: int


def course_id(root: strawberry.Parent[models.Course]) -> strawberry.ID:
    return strawberry.ID(encode_id("Course", root.id))


def course_price(root: strawberry.Parent[models.Course]) -> Money:
    return Money(amount=root.price, currency=root.currency)


async def course_modules(
    root: strawberry.Parent[models.Course], info: Info, first: int = 50
) -> list[Module]:
    return shown(await info.context.modules.load((root.id, first)))  # type: ignore[no-any-return]


@strawberry.type
class Course:
    id: strawberry.ID = strawberry.field(resolver=course_id)
    title: str
    description: str
    price: Money = strawberry.field(resolver=course_price)
    duration_hours: int
    level: models.CourseLevel
    category: str
    published_at: datetime | None
    modules: list[Module] = strawberry.field(resolver=course_modules)


def enrollment_id(root: strawberry.Parent[models.Enrollment]) -> strawberry.ID:
    return strawberry.ID(encode_id("Enrollment", root.id))


async def enrollment_course(
    root: strawberry.Parent[models.Enrollment], info: Info
) -> Course | None:
    return shown(await info.context.courses.load(root.course_id))  # type: ignore[no-any-return]


@strawberry.type
class Enrollment:
    id: strawberry.ID = strawberry.field(resolver=enrollment_id)
    status: models.EnrollmentStatus
    progress: Decimal
    course: Course | None = strawberry.field(resolver=enrollment_course)


def student_id(root: strawberry.Parent[models.Student]) -> strawberry.ID:
    return strawberry.ID(encode_id("Student", root.id))


async def student_enrollments(
    root: strawberry.Parent[models.Student], info: Info, first: int = 20
) -> Connection[Enrollment]:
    return Connection(nodes=shown(await info.context.enrollments.load((root.id, first))))


@strawberry.type
class Student:
    id: strawberry.ID = strawberry.field(resolver=student_id)
    first_name: str
    last_name: str
    email: EmailAddress
    grade: str | None
    country: str
    created_at: datetime
    enrollments: Connection[Enrollment] = strawberry.field(resolver=student_enrollments)


@strawberry.type
class Query:
    @strawberry.field
    async def course(self, info: Info, id: strawberry.ID) -> Course | None:
        return shown(await info.context.courses.load(key_of("Course", id)))  # type: ignore[no-any-return]

    @strawberry.field
    async def courses(self, info: Info, first: int = 20) -> Connection[Course]:
        newest = select(models.Course).order_by(col(models.Course.id).desc()).limit(first)
        return Connection(nodes=shown(await info.context.rows(newest.options(SHORT_COURSE))))

    @strawberry.field
    async def students(self, info: Info, first: int = 20) -> Connection[Student]:
        newest = select(models.Student).order_by(col(models.Student.id).desc()).limit(first)
        return Connection(nodes=shown(await info.context.rows(newest)))


def in_transaction(engine: AsyncEngine) -> type[SchemaExtension]:
    """One session and transaction around an operation, with the settings of its viewer."""

    class InTransaction(SchemaExtension):
        async def on_execute(self) -> AsyncIterator[None]:
            context: Surroundings = self.execution_context.context
            async with (
                AsyncSession(engine, expire_on_commit=False) as context.session,
                context.session.begin(),
            ):
                user_id, role = (await _viewer(context)).settings
                connection = await context.session.connection()
                await connection.execute(SET_VIEWER, {"user_id": user_id, "role": role})
                yield

    return InTransaction


async def _viewer(context: Surroundings) -> Viewer:
    if context.token is None:
        return ANONYMOUS
    connection = await context.session.connection()
    found = await connection.execute(READ_VIEWER, {"digest": tokens.digest(context.token)})
    user_id, role = found.one()
    return Viewer(user_id, Role(role))


class View(GraphQL[Surroundings, None]):
    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Surroundings:
        authorization = request.headers.get("authorization")
        return Surroundings(authorization.removeprefix("Bearer ") if authorization else None)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def create_app(url: str, pool_size: int) -> ASGIApp:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        connect_args={
            "server_settings": {"application_name": APPLICATION, "timezone": "UTC", "jit": "off"}
        },
    )
    schema = strawberry.Schema(
        query=Query,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[ParserCache, ValidationCache, in_transaction(engine)],
    )
    return View(schema, graphql_ide=None)
