"""A student in a course, with the money and the progress that explain how they stand."""

from decimal import Decimal

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

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
from domains.mint import public as mint

from .accounts import EDUCATOR, STUDENT
from .ids import fixed_id
from .mint import reward

PYTHON = fixed_id("course", 1)
REACT = fixed_id("course", 2)
BASICS = fixed_id("module", 1)
CONTROL_FLOW = fixed_id("module", 2)
LEARNER = fixed_id("student")
WALLET = fixed_id("student wallet")
ENROLLMENT = fixed_id("enrollment")
PAYMENT = fixed_id("student transaction", 2)
TITLE = "Introduction to Python Programming"
PRICE = Decimal(100)


async def rows() -> list[SQLModel]:
    return [_student(), *_courses(), *_modules(), *_place()]


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
            title=TITLE,
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
        Enrollment(
            id=ENROLLMENT,
            student_id=LEARNER,
            course_id=PYTHON,
            progress=Decimal(25),
            price=PRICE,
        ),
        LearningProgress(
            id=fixed_id("learning progress"),
            student_id=LEARNER,
            module_id=BASICS,
            progress=Decimal(50),
            minutes_spent=600,
        ),
    ]


async def post(session: AsyncSession) -> list[SQLModel]:
    """Pay for the course; a wallet for learning tells of it, and of a reward."""
    if await session.get(Transaction, PAYMENT):
        # It may have been paid under a key of an earlier form.
        return []
    payer = await mint.open_wallet(session, STUDENT.id)
    payee = await mint.open_wallet(session, EDUCATOR.id)
    leg = mint.Leg(payer, payee, PRICE, mint.TransactionType.PAYMENT, TITLE)
    key, reference = f"edu:{ENROLLMENT}:pay:1", f"enrollment:{ENROLLMENT}"
    (payment,) = await mint.post(session, None, key, [leg], reference)
    return [
        Wallet(id=WALLET, student_id=LEARNER, mint_wallet_id=payer),
        Transaction(
            id=fixed_id("student transaction", 1),
            wallet_id=WALLET,
            mint_transaction_id=(await reward(session)).id,
            type=TransactionType.EARNING,
            description="Course completion",
        ),
        Transaction(
            id=PAYMENT,
            wallet_id=WALLET,
            mint_transaction_id=payment.id,
            type=TransactionType.PAYMENT,
            description=TITLE,
            enrollment_id=ENROLLMENT,
        ),
    ]
