"""What there is to learn, who learns it, and the money in it."""

from collections.abc import Sequence
from itertools import product

from domains.auth.models import User, UserRole
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
    TransactionType,
    Wallet,
)
from domains.kernel.scalars import Currency
from domains.mint import models as mint
from tests.differential.awkward import AMOUNTS, CONTENTS, DAYS, PERCENTS, TEXTS, TITLES

from . import Cast, Maker


def fill(maker: Maker, cast: Cast) -> None:
    instructors = cast.having(UserRole.EDUCATOR)
    cast.courses = [_course(maker, number, maker.next(instructors)) for number in range(10)]
    cast.modules = _modules(maker, cast.courses)
    cast.students = [_student(maker, user) for user in cast.having(UserRole.STUDENT)]
    cast.enrollments = _enrollments(maker, cast.students, cast.courses)
    for student in cast.students[:-1]:
        _learning(maker, student, cast.modules)
        _money(maker, student, cast.enrollments)


def _course(maker: Maker, number: int, instructor: User) -> Course:
    return maker.add(
        Course,
        instructor_id=instructor.id,
        title=maker.next(TITLES),
        description=maker.next(TEXTS),
        price=maker.next(AMOUNTS),
        currency=maker.next(tuple(Currency)),
        duration_hours=number + 1,
        level=maker.next(tuple(CourseLevel)),
        category=maker.next(("Programming", "", "Data 'Science'")),
        published_at=None if number % 4 == 3 else maker.moment(),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )


def _modules(maker: Maker, courses: Sequence[Course]) -> list[Module]:
    return [
        maker.add(
            Module,
            course_id=course.id,
            title=maker.next(TITLES),
            description=maker.sometimes(TEXTS),
            position=position,
            content=maker.next(CONTENTS),
            updated_at=maker.moment(),
        )
        for course in courses[:-1]
        for position in (3, 1, 2, 2**31 - 1)
    ]


def _student(maker: Maker, user: User) -> Student:
    return maker.add(
        Student,
        user_id=user.id,
        first_name=maker.next(TEXTS),
        last_name=maker.next(TEXTS),
        email=user.email,
        date_of_birth=maker.next(DAYS),
        grade=maker.sometimes(TEXTS),
        country=maker.next(("ZA", "DE")),
        created_at=maker.moment(),
    )


def _enrollments(
    maker: Maker, students: Sequence[Student], courses: Sequence[Course]
) -> list[Enrollment]:
    places = maker.random.sample([*product(students, courses)], 40)
    return [_enrollment(maker, student, course) for student, course in places]


def _enrollment(maker: Maker, student: Student, course: Course) -> Enrollment:
    status = maker.next(tuple(EnrollmentStatus))
    completed = maker.moment() if status is EnrollmentStatus.COMPLETED else None
    return maker.add(
        Enrollment,
        student_id=student.id,
        course_id=course.id,
        status=status,
        progress=maker.next(PERCENTS),
        attempt=maker.next((1, 2**15 - 1)),
        price=maker.next(AMOUNTS),
        currency=maker.next(tuple(Currency)),
        enrolled_at=maker.moment(),
        completed_at=completed,
    )


def _learning(maker: Maker, student: Student, modules: Sequence[Module]) -> None:
    for module in maker.random.sample(modules, 4):
        progress = maker.next(PERCENTS)
        maker.add(
            LearningProgress,
            student_id=student.id,
            module_id=module.id,
            progress=progress,
            minutes_spent=maker.next((0, 1, 1440)),
            score=maker.sometimes(PERCENTS),
            started_at=maker.moment(),
            completed_at=maker.moment() if progress == 100 else None,
        )
    for score, module in zip(PERCENTS[:3], modules, strict=False):
        maker.add(
            AssessmentSubmission,
            student_id=student.id,
            # Of an assessment that nobody knows.
            assessment_id=module.id,
            answers=maker.next(CONTENTS),
            score=score,
            difficulty=maker.next((1, 10)),
            feedback=maker.sometimes(TEXTS),
            submitted_at=maker.moment(),
        )


def _money(maker: Maker, student: Student, enrollments: Sequence[Enrollment]) -> None:
    purse = next(
        wallet
        for wallet in maker.made(mint.Wallet)
        if wallet.user_id == student.user_id and wallet.currency is Currency.AZR
    )
    wallet = maker.add(
        Wallet, student_id=student.id, mint_wallet_id=purse.id, created_at=maker.moment()
    )
    paid = iter([each for each in enrollments if each.student_id == student.id])
    for moved in maker.made(mint.Transaction):
        if purse.id in (moved.from_id, moved.to_id):
            type = maker.next(tuple(TransactionType))
            payment = type is TransactionType.PAYMENT
            maker.add(
                Transaction,
                wallet_id=wallet.id,
                mint_transaction_id=moved.id,
                type=type,
                description=maker.next(TEXTS),
                enrollment_id=getattr(next(paid, None), "id", None) if payment else None,
                attempt=maker.next((1, 2)),
                created_at=maker.moment(),
            )
