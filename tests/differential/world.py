"""A small world of awkward values, the same in every run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from domains.auth.models import AuditLog, Session, User, UserProfile, UserRole
from domains.education.models import (
    AssessmentSubmission,
    Course,
    CourseLevel,
    Enrollment,
    EnrollmentStatus,
    LearningProgress,
    Module,
    Student,
    Transaction,
    TransactionStatus,
    TransactionType,
    Wallet,
)
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from domains.notifications.models import Notification, NotificationType

from .awkward import AMOUNTS, CONTENTS, DAYS, MOMENTS, PERCENTS, TEXTS, TITLES


@dataclass(slots=True)
class World:
    """Rows to be inserted in this order, and those who look at them."""

    rows: list[SQLModel] = field(default_factory=list)
    viewers: dict[str, Viewer] = field(default_factory=dict)


class Maker:
    """Makes rows out of the awkward values in turn."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (not for secrets)
        self.rows: list[SQLModel] = []
        self._turns: dict[int, int] = {}

    def add(self, kind: Any, **values: Any) -> Any:
        row = kind(id=UUID(int=self.random.getrandbits(128), version=4), **values)
        self.rows.append(row)
        return row

    def next(self, values: Sequence[Any]) -> Any:
        """Each value in its turn."""
        turn = self._turns.get(id(values), 0)
        self._turns[id(values)] = turn + 1
        return values[turn % len(values)]

    def sometimes(self, values: Sequence[Any]) -> Any:
        return self.next(values) if self.random.random() < 0.6 else None

    def moment(self) -> Any:
        return self.next(MOMENTS)

    # Who there is

    def users(self) -> dict[str, User]:
        roles = {
            "student": UserRole.STUDENT,
            "other student": UserRole.STUDENT,
            "educator": UserRole.EDUCATOR,
            "other educator": UserRole.EDUCATOR,
            "employer": UserRole.EMPLOYER,
            "admin": UserRole.ADMIN,
            **{f"learner {number}": UserRole.STUDENT for number in range(6)},
        }
        users = {name: self.user(name, role) for name, role in roles.items()}
        users["learner 4"].deleted_at = MOMENTS[0]
        users["learner 5"].disabled_at = MOMENTS[1]
        return users

    def user(self, name: str, role: UserRole) -> User:
        user: User = self.add(
            User,
            name=(f"{name} {self.next(TEXTS)}")[:100],
            email=f"{name.replace(' ', '.')}@example.org",
            role=role,
            email_verified_at=self.sometimes(MOMENTS),
            last_login_at=self.sometimes(MOMENTS),
            created_at=self.moment(),
            updated_at=self.moment(),
        )
        return user

    def account(self, user: User) -> None:
        self.add(
            UserProfile,
            user_id=user.id,
            avatar=self.sometimes(TEXTS),
            bio=self.sometimes(TEXTS),
            location=self.sometimes(TEXTS),
            timezone=self.sometimes(("Africa/Johannesburg",)),
            details=self.next(CONTENTS),
            updated_at=self.moment(),
        )
        for number, address in enumerate(("127.0.0.1", "2001:db8::1", None)):
            created = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(microseconds=number)
            self.add(
                Session,
                user_id=user.id,
                token_hash=self.random.randbytes(32),
                ip=address,
                user_agent=self.sometimes(TEXTS),
                created_at=created,
                last_seen_at=self.moment(),
                expires_at=created + timedelta(days=1),
                revoked_at=self.sometimes(MOMENTS),
            )
            self.add(
                AuditLog,
                user_id=user.id,
                action="login.succeeded",
                resource=self.sometimes(TEXTS),
                ip=address,
                details=self.next(CONTENTS),
                created_at=self.moment(),
            )

    def notifications(self, users: Sequence[User]) -> None:
        for user, type in product(users, NotificationType):
            self.add(
                Notification,
                user_id=user.id,
                type=type,
                title=self.next(TEXTS),
                message=self.next(TEXTS),
                read_at=self.sometimes(MOMENTS),
                created_at=self.moment(),
                deleted_at=MOMENTS[0] if self.random.random() < 0.2 else None,
            )

    # What there is to learn

    def courses(self, instructors: Sequence[User]) -> list[Course]:
        return [self.course(number, self.next(instructors)) for number in range(10)]

    def course(self, number: int, instructor: User) -> Course:
        course: Course = self.add(
            Course,
            instructor_id=instructor.id,
            title=self.next(TITLES),
            description=self.next(TEXTS),
            price=self.next(AMOUNTS),
            currency=self.next(tuple(Currency)),
            duration_hours=number + 1,
            level=self.next(tuple(CourseLevel)),
            category=self.next(("Programming", "", "Data 'Science'")),
            published_at=None if number % 4 == 3 else self.moment(),
            created_at=self.moment(),
            updated_at=self.moment(),
        )
        return course

    def modules(self, courses: Sequence[Course]) -> list[Module]:
        return [
            self.add(
                Module,
                course_id=course.id,
                title=self.next(TITLES),
                description=self.sometimes(TEXTS),
                position=position,
                content=self.next(CONTENTS),
                updated_at=self.moment(),
            )
            for course in courses[:-1]
            for position in (3, 1, 2, 2**31 - 1)
        ]

    # Who learns

    def student(self, user: User) -> Student:
        student: Student = self.add(
            Student,
            user_id=user.id,
            first_name=self.next(TEXTS),
            last_name=self.next(TEXTS),
            email=user.email,
            date_of_birth=self.next(DAYS),
            grade=self.sometimes(TEXTS),
            country=self.next(("ZA", "DE")),
            created_at=self.moment(),
        )
        return student

    def enrollments(
        self, students: Sequence[Student], courses: Sequence[Course]
    ) -> list[Enrollment]:
        places = self.random.sample([*product(students, courses)], 40)
        return [self.enrollment(student, course) for student, course in places]

    def enrollment(self, student: Student, course: Course) -> Enrollment:
        status = self.next(tuple(EnrollmentStatus))
        completed = self.moment() if status is EnrollmentStatus.COMPLETED else None
        enrollment: Enrollment = self.add(
            Enrollment,
            student_id=student.id,
            course_id=course.id,
            status=status,
            progress=self.next(PERCENTS),
            enrolled_at=self.moment(),
            completed_at=completed,
        )
        return enrollment

    def learning(self, student: Student, modules: Sequence[Module]) -> None:
        for module in self.random.sample(modules, 4):
            progress = self.next(PERCENTS)
            self.add(
                LearningProgress,
                student_id=student.id,
                module_id=module.id,
                progress=progress,
                minutes_spent=self.next((0, 1, 1440)),
                score=self.sometimes(PERCENTS),
                started_at=self.moment(),
                completed_at=self.moment() if progress == 100 else None,
            )
        for score in PERCENTS[:3]:
            self.add(
                AssessmentSubmission,
                student_id=student.id,
                assessment_id=student.id,
                answers=self.next(CONTENTS),
                score=score,
                feedback=self.sometimes(TEXTS),
                submitted_at=self.moment(),
            )

    def money(self, student: Student, enrollments: Sequence[Enrollment]) -> None:
        wallet = self.add(Wallet, student_id=student.id, created_at=self.moment())
        paid = iter([each for each in enrollments if each.student_id == student.id])
        for type, status in product(TransactionType, TransactionStatus):
            amount = self.next(AMOUNTS[1:])
            payment = type is TransactionType.PAYMENT
            self.add(
                Transaction,
                wallet_id=wallet.id,
                type=type,
                status=status,
                amount=-amount if payment else amount,
                description=self.next(TEXTS),
                reference=self.sometimes(TEXTS),
                enrollment_id=getattr(next(paid, None), "id", None) if payment else None,
                created_at=self.moment(),
            )


def make_world(seed: int = 1) -> World:
    """About four hundred rows."""
    maker = Maker(seed)
    users = maker.users()
    for user in [*users.values()]:
        maker.account(user)
    maker.notifications([*users.values()])
    courses = maker.courses([users["educator"], users["other educator"]])
    modules = maker.modules(courses)
    learners = [user for user in users.values() if user.role is UserRole.STUDENT]
    students = [maker.student(user) for user in learners]
    enrollments = maker.enrollments(students, courses)
    for student in students[:-1]:
        maker.learning(student, modules)
        maker.money(student, enrollments)
    return World(maker.rows, dict(_viewers(users)))


def _viewers(users: dict[str, User]) -> Iterator[tuple[str, Viewer]]:
    yield "anonymous", ANONYMOUS
    for name in ("student", "other student", "educator", "admin"):
        yield name, Viewer(users[name].id, Role(users[name].role))
