"""A small world in which every table has rows, and somebody of each kind to look at them."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import select

from domains.auth.models import (
    AuditLog,
    MFASettings,
    RefreshToken,
    Session,
    Token,
    TokenType,
    User,
    UserRole,
)
from domains.education.models import (
    AssessmentSubmission,
    LearningProgress,
    Module,
    Student,
    Transaction,
    TransactionType,
    Wallet,
)
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.events import OutboxEntry
from domains.kernel.policy import Group
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from tests.makers import a_course, a_notification, a_student, a_user, an_enrollment, put, viewer

CALLERS = ("anonymous", "student", "peer", "educator", "colleague", "employer", "admin")


async def populate(database: Database) -> dict[str, Viewer]:
    """Make the rows, and give the callers by what they are to them.

    The educator teaches a published course to the student and the peer, has withdrawn another
    that the student is still enrolled in, and is writing a third. The colleague teaches nothing.
    """
    student, peer = await a_user(database), await a_user(database)
    educator = await a_user(database, UserRole.EDUCATOR)
    others = [
        await a_user(database, role)
        for role in (UserRole.EDUCATOR, UserRole.EMPLOYER, UserRole.ADMIN)
    ]
    await a_user(database, UserRole.EDUCATOR, deleted_at=now())
    await a_user(database, UserRole.EDUCATOR, disabled_at=now())
    published, modules = await a_course(database, educator)
    withdrawn, left = await a_course(database, educator, modules=1, published=False)
    await a_course(database, educator, modules=0, published=False)
    for user in (student, peer):
        learner = await _account(database, user)
        await an_enrollment(database, learner, published)
        await _learning(database, learner, modules[0])
    await an_enrollment(database, await _as_student(database, student), withdrawn)
    await _progress(database, await _as_student(database, student), left[0])
    await _platform(database, student)
    people = (student, peer, educator, *others)
    return dict(zip(CALLERS, (ANONYMOUS, *map(viewer, people)), strict=True))


async def _account(database: Database, user: User) -> Student:
    """What sign-in, second factor and messages leave of a person, who is a student from now on."""
    session = Session(token_hash=uuid4().bytes, **_until_later(user))
    await put(
        database,
        session,
        Token(type=TokenType.RESET_PASSWORD, token_hash=uuid4().bytes, **_until_later(user)),
        RefreshToken(session_id=session.id, token_hash=uuid4().bytes, **_until_later(user)),
        MFASettings(user_id=user.id),
        AuditLog(user_id=user.id, action="user.login"),
    )
    await a_notification(database, user.id)
    return await a_student(database, user)


def _until_later(user: User) -> dict[str, Any]:
    return {"user_id": user.id, "expires_at": now().replace(year=2999)}


async def _learning(database: Database, student: Student, module: Module) -> None:
    async with database.session(SYSTEM) as session:
        wallet = (await session.exec(select(Wallet).where(Wallet.student_id == student.id))).one()
    await _progress(database, student, module)
    await put(
        database,
        AssessmentSubmission(
            student_id=student.id, assessment_id=uuid4(), answers={}, score=Decimal(80)
        ),
        Transaction(
            wallet_id=wallet.id,
            type=TransactionType.EARNING,
            amount=Decimal(5),
            description="Welcome",
        ),
    )


async def _progress(database: Database, student: Student, module: Module) -> None:
    await put(database, LearningProgress(student_id=student.id, module_id=module.id))


async def _as_student(database: Database, user: User) -> Student:
    async with database.session(SYSTEM) as session:
        return (await session.exec(select(Student).where(Student.user_id == user.id))).one()


async def _platform(database: Database, user: User) -> None:
    """Rows of nobody, and one that its reader has deleted."""
    await a_notification(database, user.id, deleted_at=now())
    await put(
        database,
        AuditLog(action="system.started"),
        OutboxEntry(topic="user.signed_up", aggregate_id=user.id, body={}),
    )


class LiteralTerms:
    """A viewer's terms as plain values, as the planner writes them."""

    def __init__(self, caller: Viewer) -> None:
        self.caller = caller

    @property
    def user_id(self) -> sa.ColumnElement[Any]:
        found = self.caller.user_id
        return sa.cast(sa.literal(str(found)) if found else sa.null(), sa.Uuid)

    def is_a(self, *roles: Role) -> sa.ColumnElement[bool]:
        return sa.true() if self.caller.role in roles else sa.false()

    def holds(self, member: sa.ColumnElement[Any], group: Group) -> sa.ColumnElement[bool]:
        return member.in_(group.members(self))
