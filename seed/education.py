"""A student in a course, with the money and the progress that explain how they stand."""

from decimal import Decimal

from sqlmodel import SQLModel

from domains.education.models import (
    Course,
    CourseLevel,
    Enrollment,
    LearningProgress,
    Module,
    Student,
    Transaction,
    TransactionType,
    Wallet,
)
from domains.kernel.clock import now

from .accounts import EDUCATOR, STUDENT
from .ids import fixed_id

PYTHON = fixed_id("course", 1)
REACT = fixed_id("course", 2)
BASICS = fixed_id("module", 1)
CONTROL_FLOW = fixed_id("module", 2)
LEARNER = fixed_id("student")
WALLET = fixed_id("student wallet")
ENROLLMENT = fixed_id("enrollment")
PRICE = Decimal(100)


async def rows() -> list[SQLModel]:
    return [_student(), *_courses(), *_modules(), *_place(), *_money()]


def _student() -> Student:
    first, last = STUDENT.name.split()
    return Student(
        id=LEARNER,
        user_id=STUDENT.id,
        first_name=first,
        last_name=last,
        email=STUDENT.email,
        grade="12",
        country="ZA",
    )


def _courses() -> list[SQLModel]:
    return [
        Course(
            id=PYTHON,
            title="Introduction to Python Programming",
            description="Learn to program from the beginning, with Python.",
            instructor_id=EDUCATOR.id,
            price=PRICE,
            duration_hours=40,
            level=CourseLevel.BEGINNER,
            category="Programming",
            published_at=now(),
        ),
        Course(
            id=REACT,
            title="Web Development with React",
            description="Build modern web applications with React.",
            instructor_id=EDUCATOR.id,
            price=Decimal(150),
            duration_hours=60,
            level=CourseLevel.INTERMEDIATE,
            category="Web Development",
            published_at=now(),
        ),
    ]


def _modules() -> list[SQLModel]:
    return [
        Module(
            id=BASICS,
            course_id=PYTHON,
            title="Python Basics",
            position=1,
            content={"lessons": ["Variables", "Data Types", "Operators"]},
        ),
        Module(
            id=CONTROL_FLOW,
            course_id=PYTHON,
            title="Control Flow",
            position=2,
            content={"lessons": ["If Statements", "Loops", "Functions"]},
        ),
    ]


def _place() -> list[SQLModel]:
    """Half of the first of two modules is a quarter of the course."""
    return [
        Enrollment(id=ENROLLMENT, student_id=LEARNER, course_id=PYTHON, progress=Decimal(25)),
        LearningProgress(
            id=fixed_id("learning progress"),
            student_id=LEARNER,
            module_id=BASICS,
            progress=Decimal(50),
            minutes_spent=600,
        ),
    ]


def _money() -> list[SQLModel]:
    return [
        Wallet(id=WALLET, student_id=LEARNER),
        Transaction(
            id=fixed_id("student transaction", 1),
            wallet_id=WALLET,
            type=TransactionType.EARNING,
            amount=Decimal(500),
            description="Welcome bonus",
        ),
        Transaction(
            id=fixed_id("student transaction", 2),
            wallet_id=WALLET,
            type=TransactionType.PAYMENT,
            amount=-PRICE,
            description="Introduction to Python Programming",
            reference=str(PYTHON),
            enrollment_id=ENROLLMENT,
        ),
    ]
