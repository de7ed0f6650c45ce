"""The plain application's schema: Azora's names, with resolvers as they are usually written."""

import base64
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
import strawberry
from sqlalchemy import func, update
from sqlmodel import col, select

from bench.plain_loaders import SHORT_COURSE, Surroundings
from domains.education import models
from domains.kernel.clock import now
from domains.kernel.node import encode_id, key_of
from domains.kernel.scalars import EmailAddress, Money
from domains.notifications.models import Notification as NotificationRow

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


def enrollment_price(root: strawberry.Parent[models.Enrollment]) -> Money:
    return Money(amount=root.price, currency=root.currency)


@strawberry.type
class Enrollment:
    id: strawberry.ID = strawberry.field(resolver=enrollment_id)
    status: models.EnrollmentStatus
    progress: Decimal
    price: Money = strawberry.field(resolver=enrollment_price)
    attempt: int
    enrolled_at: datetime
    completed_at: datetime | None
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
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class EnrollmentPage:
    nodes: list[Enrollment]
    page_info: PageInfo


@strawberry.input
class CourseFilter:
    category: str


@strawberry.input
class EnrollmentFilter:
    status: models.EnrollmentStatus


@strawberry.enum
class EnrollmentOrder(Enum):
    NEWEST = "NEWEST"


def cursor_of(row: models.Enrollment) -> str:
    return base64.b64encode(orjson.dumps([EnrollmentOrder.NEWEST.value, str(row.id)])).decode()


def place_of(cursor: str) -> UUID:
    return UUID(orjson.loads(base64.b64decode(cursor))[1])


@strawberry.type
class Query:
    @strawberry.field
    async def course(self, info: Info, id: strawberry.ID) -> Course | None:
        return shown(await info.context.courses.load(key_of("Course", id)))  # type: ignore[no-any-return]

    @strawberry.field
    async def courses(
        self, info: Info, first: int = 20, where: CourseFilter | None = None
    ) -> Connection[Course]:
        newest = select(models.Course).order_by(col(models.Course.id).desc()).limit(first)
        if where is not None:
            newest = newest.where(col(models.Course.category) == where.category)
        return Connection(nodes=shown(await info.context.rows(newest.options(SHORT_COURSE))))

    @strawberry.field
    async def students(self, info: Info, first: int = 20) -> Connection[Student]:
        newest = select(models.Student).order_by(col(models.Student.id).desc()).limit(first)
        return Connection(nodes=shown(await info.context.rows(newest)))

    @strawberry.field
    async def enrollments(
        self,
        info: Info,
        order_by: EnrollmentOrder,
        first: int = 20,
        after: str | None = None,
        where: EnrollmentFilter | None = None,
    ) -> EnrollmentPage:
        del order_by
        key = col(models.Enrollment.id)
        newest = select(models.Enrollment).order_by(key.desc()).limit(first + 1)
        if where is not None:
            newest = newest.where(col(models.Enrollment.status) == where.status)
        if after is not None:
            newest = newest.where(key < place_of(after))
        found = await info.context.rows(newest)
        rows = found[:first]
        info_ = PageInfo(
            has_next_page=len(found) > first, end_cursor=cursor_of(rows[-1]) if rows else None
        )
        return EnrollmentPage(nodes=shown(rows), page_info=info_)


def notification_id(root: strawberry.Parent[NotificationRow]) -> strawberry.ID:
    return strawberry.ID(encode_id("Notification", root.id))


@strawberry.type
class Notification:
    id: strawberry.ID = strawberry.field(resolver=notification_id)
    read_at: datetime | None


@strawberry.type
class UserError:
    message: str


@strawberry.input
class NotificationMarkReadInput:
    id: strawberry.ID


@strawberry.type
class NotificationMarkReadPayload:
    notification: Notification | None
    user_errors: list[UserError]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def notification_mark_read(
        self, info: Info, input: NotificationMarkReadInput
    ) -> NotificationMarkReadPayload:
        marked = (
            update(NotificationRow)
            .where(
                col(NotificationRow.id) == key_of("Notification", input.id),
                col(NotificationRow.user_id) == info.context.viewer.user_id,
                col(NotificationRow.deleted_at).is_(None),
            )
            .values(read_at=func.coalesce(col(NotificationRow.read_at), now()))
            .returning(NotificationRow)
        )
        async with info.context.one_at_a_time:
            row = (await info.context.session.exec(marked)).scalar_one_or_none()
        missing = [] if row else [UserError(message="There is no such notification.")]
        return NotificationMarkReadPayload(notification=shown(row), user_errors=missing)
