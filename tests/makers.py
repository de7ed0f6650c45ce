"""Rows for tests, with plain values where a test does not care."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from domains.auth.models import User, UserProfile, UserRole
from domains.education.models import Course, CourseLevel, Enrollment, Module, Student, Wallet
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM, Role, Viewer
from domains.notifications.models import Notification

_numbers = count(1)


async def put(database: Database, *rows: SQLModel) -> None:
    """Commit rows as the system, each after those before it."""
    async with database.session(SYSTEM) as session:
        for row in rows:
            session.add(row)
            await session.flush()


def viewer(user: User) -> Viewer:
    """A user as the one who asks."""
    return Viewer(user.id, Role(user.role))


async def a_user(database: Database, role: UserRole = UserRole.STUDENT, **values: Any) -> User:
    """A verified person with a profile."""
    number = next(_numbers)
    given = {"email": f"person{number}@example.org", "name": f"Person {number}"}
    user = User(role=role, email_verified_at=now(), **given | values)
    await put(database, user, UserProfile(user_id=user.id))
    return user


async def a_student(database: Database, user: User | None = None, **values: Any) -> Student:
    """A person as a learner, with an empty wallet."""
    user = user or await a_user(database)
    first, _, last = user.name.partition(" ")
    given = {"first_name": first, "last_name": last, "email": user.email}
    student = Student(user_id=user.id, **given | values)
    await put(database, student, Wallet(student_id=student.id))
    return student


async def a_course(
    database: Database,
    instructor: User | None = None,
    *,
    modules: int = 2,
    published: bool = True,
    **values: Any,
) -> tuple[Course, Sequence[Module]]:
    """A free course with modules, in their order."""
    instructor = instructor or await a_user(database, UserRole.EDUCATOR)
    given: dict[str, Any] = {
        "title": f"Course {next(_numbers)}",
        "description": "What there is to learn.",
        "price": Decimal(0),
        "duration_hours": 10,
        "level": CourseLevel.BEGINNER,
        "category": "Programming",
        "published_at": now() if published else None,
    }
    course = Course(instructor_id=instructor.id, **given | values)
    chapters = [
        Module(course_id=course.id, title=f"Module {n}", position=n, content={"lessons": []})
        for n in range(1, modules + 1)
    ]
    await put(database, course, *chapters)
    return course, chapters


async def an_enrollment(
    database: Database, student: Student, course: Course, **values: Any
) -> Enrollment:
    """A student's place in a course."""
    enrollment = Enrollment(student_id=student.id, course_id=course.id, **values)
    await put(database, enrollment)
    return enrollment


async def a_notification(database: Database, user_id: UUID, **values: Any) -> Notification:
    """An unread message."""
    given = {"title": "Hello", "message": f"Message {uuid4()}"}
    notification = Notification(user_id=user_id, **given | values)
    await put(database, notification)
    return notification
