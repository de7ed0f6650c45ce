"""The tables of the namespace `education`."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    FetchedValue,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import CITEXT, JSONB, TSVECTOR
from sqlmodel import Field

from domains.kernel.clock import now
from domains.kernel.row import ChangingRow, CreatedRow, Row, enum_type
from domains.kernel.scalars import Currency

NAMESPACE = "education"
PASS_MARK = Decimal(70)
"""The score from which a submission passes unless its assessment says otherwise."""

SEARCHED = (
    "setweight(to_tsvector('english', title), 'A') || "
    "setweight(to_tsvector('english', category), 'B') || "
    "setweight(to_tsvector('english', description), 'C')"
)
"""The words of a course by which it is found, the title's counting most."""


class CourseLevel(StrEnum):
    """What a course expects of those who take it."""

    BEGINNER = "beginner"
    """Nothing."""

    INTERMEDIATE = "intermediate"
    """The basics."""

    ADVANCED = "advanced"
    """Practice."""


class EnrollmentStatus(StrEnum):
    """Where a student stands in a course."""

    ACTIVE = "active"
    """Learning."""

    COMPLETED = "completed"
    """Done with every module."""

    DROPPED = "dropped"
    """Given up."""


class TransactionType(StrEnum):
    """Why money moved in a student's wallet."""

    PAYMENT = "payment"
    """Out, for a course."""

    EARNING = "earning"
    """In, as a reward or a deposit."""

    REFUND = "refund"
    """In, of an earlier payment."""


PERCENT = Numeric(5, 2)
AMOUNT = Numeric(18, 8)
CURRENCY = enum_type(Currency, "currency", NAMESPACE)


class Student(ChangingRow, table=True):
    """A person as a learner."""

    __tablename__ = "students"
    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("email::text = lower(email::text)", name="email_lower_case"),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="RESTRICT", unique=True)
    first_name: str
    last_name: str
    email: str = Field(sa_type=CITEXT, unique=True)
    date_of_birth: date | None = None
    grade: str | None = None
    country: str = Field(
        default="ZA", sa_type=CHAR(2), sa_column_kwargs={"server_default": text("'ZA'")}
    )


class Course(ChangingRow, table=True):
    """Something to learn, taught by an educator; a draft until it is published."""

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint("length(title) between 3 and 200", name="title"),
        CheckConstraint("price >= 0 and price <> 'NaN'", name="price"),
        CheckConstraint("duration_hours > 0", name="duration_hours"),
        Index(None, "instructor_id", "id"),
        Index(None, "category", "id"),
        Index(None, "title", "id"),
        Index(None, "price", "id"),
        Index(None, "published_at", "id"),
        Index(None, "duration_hours", "id"),
        Index(None, "search", postgresql_using="gin"),
        UniqueConstraint("id", "published"),
        {"schema": NAMESPACE},
    )

    title: str
    description: str
    instructor_id: UUID = Field(foreign_key="auth.users.id", ondelete="RESTRICT")
    price: Decimal = Field(
        default=Decimal(0), sa_type=AMOUNT, sa_column_kwargs={"server_default": text("0")}
    )
    currency: Currency = Field(
        default=Currency.AZR,
        sa_type=CURRENCY,
        sa_column_kwargs={"server_default": text("'AZR'")},
    )
    """It stays, so that nobody pays another money than they were shown."""

    duration_hours: int
    level: CourseLevel = Field(sa_type=enum_type(CourseLevel, "course_level", NAMESPACE))
    category: str
    published_at: datetime | None = None
    published: bool | None = Field(
        default=None,
        sa_column=Column(
            Boolean, Computed("published_at is not null", persisted=True), nullable=False
        ),
    )
    """Kept by the database, for the key of the modules."""

    search: str | None = Field(
        default=None,
        sa_column=Column(TSVECTOR, Computed(SEARCHED, persisted=True), nullable=False),
    )
    """Kept by the database."""


class Module(ChangingRow, table=True):
    """A chapter of a course."""

    __tablename__ = "modules"
    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        # Deferred, so that two modules can change places within a transaction.
        UniqueConstraint("course_id", "position", deferrable=True, initially="DEFERRED"),
        ForeignKeyConstraint(
            ["course_id", "published"],
            ["education.courses.id", "education.courses.published"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        Index(None, "course_id", "published"),
        Index(
            "modules_title_words_idx", text("to_tsvector('english', title)"), postgresql_using="gin"
        ),
        {"schema": NAMESPACE},
    )

    course_id: UUID
    published: bool | None = Field(
        default=None,
        sa_column=Column(Boolean, FetchedValue(), nullable=False),
    )
    """Whether its course is: a trigger copies it, and the key keeps it equal. With it, seeing a
    module needs no look at its course."""

    title: str
    description: str | None = None
    position: int
    content: dict[str, Any] = Field(sa_type=JSONB)
    """Lessons, videos and materials."""


class Enrollment(Row, table=True):
    """A student's place in a course."""

    __tablename__ = "enrollments"
    __table_args__ = (
        CheckConstraint("progress between 0 and 100", name="progress"),
        CheckConstraint("(status = 'completed') = (completed_at is not null)", name="completed_at"),
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint("price >= 0 and price <> 'NaN'", name="price"),
        UniqueConstraint("student_id", "course_id"),
        Index(None, "student_id", "id"),
        Index(None, "course_id", "id"),
        Index(None, "course_id", "status"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    course_id: UUID = Field(foreign_key="education.courses.id", ondelete="RESTRICT")
    status: EnrollmentStatus = Field(
        default=EnrollmentStatus.ACTIVE,
        sa_type=enum_type(EnrollmentStatus, "enrollment_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'active'")},
    )
    progress: Decimal = Field(
        default=Decimal(0), sa_type=PERCENT, sa_column_kwargs={"server_default": text("0")}
    )
    """The mean of the progress in the course's modules; one not begun counts as 0."""

    attempt: int = Field(
        default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")}
    )
    """How often the place was taken: again after it was given up, unless it was still paid for."""

    price: Decimal = Field(
        default=Decimal(0), sa_type=AMOUNT, sa_column_kwargs={"server_default": text("0")}
    )
    """What it cost the last time."""

    currency: Currency = Field(
        default=Currency.AZR,
        sa_type=CURRENCY,
        sa_column_kwargs={"server_default": text("'AZR'")},
    )
    enrolled_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    completed_at: datetime | None = None


class LearningProgress(Row, table=True):
    """How far a student is in one module."""

    __tablename__ = "learning_progress"
    __table_args__ = (
        CheckConstraint("progress between 0 and 100", name="progress"),
        CheckConstraint("(progress = 100) = (completed_at is not null)", name="completed_at"),
        CheckConstraint("minutes_spent >= 0", name="minutes_spent"),
        CheckConstraint("score between 0 and 100", name="score"),
        UniqueConstraint("student_id", "module_id"),
        Index(None, "student_id", "id"),
        Index(None, "module_id"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    module_id: UUID = Field(foreign_key="education.modules.id", ondelete="RESTRICT")
    progress: Decimal = Field(
        default=Decimal(0), sa_type=PERCENT, sa_column_kwargs={"server_default": text("0")}
    )
    """Percent of the module; 100 exactly when it is completed."""

    minutes_spent: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    score: Decimal | None = Field(default=None, sa_type=PERCENT)
    started_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )
    completed_at: datetime | None = None


class AssessmentSubmission(Row, table=True):
    """A student's answers to an assessment, and what they were worth."""

    __tablename__ = "assessment_submissions"
    __table_args__ = (
        CheckConstraint("score between 0 and 100", name="score"),
        CheckConstraint("pass_mark between 0 and 100", name="pass_mark"),
        CheckConstraint("difficulty between 1 and 10", name="difficulty"),
        UniqueConstraint("student_id", "assessment_id"),
        Index(None, "student_id", "id"),
        Index(None, "assessment_id", "id"),
        {"schema": NAMESPACE},
    )

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="CASCADE")
    assessment_id: UUID
    """Of an assessment outside this namespace; no key holds it."""

    answers: dict[str, Any] = Field(sa_type=JSONB)
    score: Decimal = Field(sa_type=PERCENT)
    pass_mark: Decimal = Field(
        default=PASS_MARK, sa_type=PERCENT, sa_column_kwargs={"server_default": text("70")}
    )
    passed: bool | None = Field(
        default=None,
        sa_column=Column(Boolean, Computed("score >= pass_mark", persisted=True), nullable=False),
    )
    """Kept by the database."""

    difficulty: int = Field(
        default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")}
    )
    """How hard it was, from 1 for beginners."""

    feedback: str | None = None
    submitted_at: datetime = Field(
        default_factory=now, sa_column_kwargs={"server_default": text("now()")}
    )


class Wallet(CreatedRow, table=True):
    """A student's money for learning: it is kept in a wallet of the mint."""

    __tablename__ = "wallets"
    __table_args__ = ({"schema": NAMESPACE},)

    student_id: UUID = Field(foreign_key="education.students.id", ondelete="RESTRICT", unique=True)
    mint_wallet_id: UUID = Field(foreign_key="mint.wallets.id", ondelete="RESTRICT", unique=True)


class Transaction(CreatedRow, table=True):
    """What a movement of a student's money had to do with learning; the mint keeps the money."""

    __tablename__ = "transactions"
    __table_args__ = (
        UniqueConstraint("wallet_id", "mint_transaction_id"),
        Index(None, "wallet_id", "id"),
        Index(None, "mint_transaction_id"),
        Index(None, "enrollment_id"),
        CheckConstraint("attempt > 0", name="attempt"),
        Index(
            "transactions_payment_key",
            "enrollment_id",
            "attempt",
            unique=True,
            postgresql_where=text("type = 'payment'"),
        ),
        Index(
            "transactions_refund_key",
            "enrollment_id",
            "attempt",
            unique=True,
            postgresql_where=text("type = 'refund'"),
        ),
        {"schema": NAMESPACE},
    )

    wallet_id: UUID = Field(foreign_key="education.wallets.id", ondelete="RESTRICT")
    mint_transaction_id: UUID = Field(foreign_key="mint.transactions.id", ondelete="RESTRICT")
    type: TransactionType = Field(sa_type=enum_type(TransactionType, "transaction_type", NAMESPACE))
    description: str
    enrollment_id: UUID | None = Field(
        default=None, foreign_key="education.enrollments.id", ondelete="RESTRICT"
    )
    """The enrolment that was paid for."""

    attempt: int = Field(
        default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")}
    )
    """Which taking of that place it was for; each is paid for once, and paid back at most once."""
