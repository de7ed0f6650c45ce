"""Rows for tests, with plain values where a test does not care."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from domains.auth.models import User, UserProfile, UserRole
from domains.education.models import Course, CourseLevel, Enrollment, Module, Student, Wallet
from domains.family.models import ChatRole, Conversation, FamilyMember
from domains.family.models import Message as FamilyMessage
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM, Role, Viewer
from domains.mint import public as mint
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
    given: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "name": f"Person {number}",
        "email_verified_at": now(),
    }
    user = User(role=role, **given | values)
    await put(database, user, UserProfile(user_id=user.id))
    return user


async def a_student(database: Database, user: User | None = None, **values: Any) -> Student:
    """A person as a learner, with an empty wallet."""
    user = user or await a_user(database)
    first, _, last = user.name.partition(" ")
    given = {"first_name": first, "last_name": last, "email": user.email}
    student = Student(user_id=user.id, **given | values)
    wallet_id = await a_wallet(database, user)
    await put(database, student, Wallet(student_id=student.id, mint_wallet_id=wallet_id))
    return student


async def a_wallet(
    database: Database, user: User, balance: Decimal = Decimal(0), currency: Currency = Currency.AZR
) -> UUID:
    """A person's money, newly made."""
    async with database.session(SYSTEM) as session:
        wallet_id = await mint.open_wallet(session, user.id, currency)
        if balance:
            source = await mint.issuance(session, currency)
            await mint.post(
                session,
                None,
                f"balance {next(_numbers)}",
                [mint.Leg(source, wallet_id, balance, mint.TransactionType.MINT)],
            )
    return wallet_id


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


async def a_family_member(database: Database, **values: Any) -> FamilyMember:
    """A character to talk with, at the end of the family."""
    number = next(_numbers)
    given = {"name": f"Member {number}", "role": "Aunt", "background": "Knows everybody."}
    member = FamilyMember(**given | {"position": number} | values)
    await put(database, member)
    return member


async def a_conversation(
    database: Database, user: User, member: FamilyMember, *said: str, **values: Any
) -> tuple[Conversation, Sequence[FamilyMessage]]:
    """What a person and a character have said to each other, in turn."""
    talk = Conversation(user_id=user.id, member_id=member.id, **values)
    parts: dict[str, Any] = {"conversation_id": talk.id, "user_id": user.id, "member_id": member.id}
    messages = [
        FamilyMessage(
            seq=seq, role=(ChatRole.ASSISTANT, ChatRole.USER)[seq % 2], content=text, **parts
        )
        for seq, text in enumerate(said, 1)
    ]
    await put(database, talk, *messages)
    return talk, messages
