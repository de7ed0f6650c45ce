"""Courses and their modules, students and what they have done."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case

from domains.auth.types import User
from domains.education import models
from domains.education.models import (
    CourseLevel,
    EnrollmentStatus,
    TransactionType,
)
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import (
    ascending,
    computed,
    embedded,
    expression,
    many,
    node,
    one,
    pages,
)
from domains.kernel.scalars import Currency, EmailAddress, Money, OpenJSON
from domains.mint import public as mint
from domains.mint.types import Transaction, Wallet

from .filters import EnrollmentFilter, EnrollmentOrder

prose.enum(TransactionType, name="StudentTransactionType")

WORDS_A_MINUTE = 200


def words_in(content: Any) -> Iterator[str]:
    """The words of every text in open content, however deep."""
    if isinstance(content, str):
        yield from content.split()
    elif isinstance(content, dict):
        yield from words_in([*content.values()])
    elif isinstance(content, list):
        for item in content:
            yield from words_in(item)


def reading_minutes(content: Any) -> int:
    """How long an adult reads it; a minute at least."""
    return max(1, math.ceil(sum(1 for _ in words_in(content)) / WORDS_A_MINUTE))


def balance_of(wallet: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    """What the mint's wallet holds."""
    return mint.balance_of(wallet.mint_wallet_id)


def currency_of(wallet: Columns, _viewer: ViewerTerms) -> ColumnElement[Currency]:
    """What it is counted in."""
    return mint.currency_of(wallet.mint_wallet_id)


def signed_amount_of(transaction: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    """What the mint's transaction moved, seen from the student."""
    amount = mint.amount_of(transaction.mint_transaction_id)
    return case((transaction.type == TransactionType.PAYMENT, -amount), else_=amount)


def moved_currency_of(transaction: Columns, _viewer: ViewerTerms) -> ColumnElement[Currency]:
    """What that was counted in."""
    return mint.currency_moved_by(transaction.mint_transaction_id)


@node(models.Course)
@prose.output
class Course(Node):
    """Something to learn, taught by an educator; a draft until it is published."""

    title: str
    """What it is called."""

    description: str
    """What it is about."""

    price: Money = embedded(amount="price", currency="currency")
    """What taking it costs; an amount of 0 is free."""

    duration_hours: int
    """How many hours it takes, about."""

    level: CourseLevel
    """What it expects of those who take it."""

    category: str
    """The field that it belongs to."""

    published_at: datetime | None
    """When everybody could see it first; null for a draft."""

    created_at: datetime
    """When it was begun."""

    updated_at: datetime
    """When it last changed."""

    instructor: User | None = one(here="instructor_id")
    """Who teaches it."""

    modules: list[Module] = many(
        there="course_id", order=ascending("position", unique=True), size=50
    )
    """Its chapters, in order."""

    enrollments: Connection[Enrollment] = pages(
        there="course_id", orders=EnrollmentOrder, where=EnrollmentFilter
    )
    """Who takes it: everybody for its instructor, oneself for a student."""


@node(models.Module)
@prose.output
class Module(Node):
    """A chapter of a course."""

    title: str
    """What it is called."""

    description: str | None
    """What it is about."""

    position: int
    """Its place in the course, from 1."""

    content: OpenJSON
    """Lessons, videos and materials, as their author wrote them."""

    reading_minutes: int = computed("content", by=reading_minutes)
    """How long reading all of its text takes, at 200 words a minute; at least 1."""

    updated_at: datetime
    """When it last changed."""

    course: Course | None = one(here="course_id")
    """The course that it belongs to."""


@node(models.Student)
@prose.output
class Student(Node):
    """A person as a learner."""

    first_name: str
    """Their given names."""

    last_name: str
    """Their family name."""

    email: EmailAddress
    """Where those who teach them write to."""

    date_of_birth: date | None
    """Their birthday."""

    grade: str | None
    """The year of school that they are in, if they are."""

    country: str
    """Where they learn, as two letters of ISO 3166: `ZA`."""

    created_at: datetime
    """When they registered."""

    user: User | None = one(here="user_id")
    """Their account."""

    enrollments: Connection[Enrollment] = pages(
        there="student_id", orders=EnrollmentOrder, where=EnrollmentFilter
    )
    """The courses that they take or took."""

    learning_progress: Connection[LearningProgress] = pages(there="student_id")
    """How far they are in each module that they began, the latest begun first."""

    submissions: Connection[AssessmentSubmission] = pages(there="student_id")
    """Their answers to assessments, newest first."""

    wallet: StudentWallet | None = one(here="id", there="student_id")
    """Their money; shown to themselves and to admins only."""


@node(models.Enrollment)
@prose.output
class Enrollment(Node):
    """A student's place in a course."""

    status: EnrollmentStatus
    """Where the student stands in it."""

    progress: Decimal
    """Percent of the course: the mean of the progress in its modules, with two decimals."""

    price: Money = embedded(amount="price", currency="currency")
    """What the place cost when it was taken; an amount of 0 was free."""

    attempt: int
    """How often the place was taken: more than once where the student gave it up in between."""

    enrolled_at: datetime
    """When the place was taken; the last time, if it was more than once."""

    completed_at: datetime | None
    """When the last module was completed; null until then."""

    student: Student | None = one(here="student_id")
    """Who takes the course."""

    course: Course | None = one(here="course_id")
    """The course that is taken."""


@node(models.LearningProgress)
@prose.output
class LearningProgress(Node):
    """How far a student is in one module."""

    progress: Decimal
    """Percent of the module; 100 exactly when it is completed."""

    minutes_spent: int
    """How long the student has worked on it."""

    score: Decimal | None
    """How well it was done, from 0 to 100; null where it was not marked."""

    started_at: datetime
    """When it was begun."""

    completed_at: datetime | None
    """When it was completed; null until then."""

    student: Student | None = one(here="student_id")
    """Who works on it."""

    module: Module | None = one(here="module_id")
    """What is worked on."""


@node(models.AssessmentSubmission)
@prose.output
class AssessmentSubmission(Node):
    """A student's answers to an assessment, and what they were worth."""

    answers: OpenJSON
    """The answers; their form depends on the questions."""

    score: Decimal
    """What they were worth, from 0 to 100."""

    pass_mark: Decimal
    """The score from which they pass."""

    passed: bool
    """Whether they do."""

    difficulty: int
    """How hard the assessment was, from 1 for beginners to 10."""

    feedback: str | None
    """What the student was told about them."""

    submitted_at: datetime
    """When they were handed in."""

    student: Student | None = one(here="student_id")
    """Whose they are."""


@node(models.Wallet)
@prose.output
class StudentWallet(Node):
    """A student's money for learning."""

    currency: Currency = expression(currency_of)
    """What all of it is counted in."""

    balance: Decimal = expression(balance_of)
    """What the student has, in the wallet's currency."""

    created_at: datetime
    """When it was opened."""

    student: Student | None = one(here="student_id")
    """Whose it is."""

    wallet: Wallet | None = one(here="mint_wallet_id")
    """Where the money is kept."""

    transactions: Connection[StudentTransaction] = pages(there="wallet_id")
    """What moved in and out for learning, newest first."""


@node(models.Transaction)
@prose.output
class StudentTransaction(Node):
    """A movement of a student's money for learning."""

    type: TransactionType
    """Why it moved."""

    amount: Money = embedded(amount=signed_amount_of, currency=moved_currency_of)
    """How much: less than 0 for a payment, more for earnings and refunds."""

    description: str
    """What it was for, in words."""

    created_at: datetime
    """When it was made."""

    wallet: StudentWallet | None = one(here="wallet_id")
    """The wallet that it belongs to."""

    transaction: Transaction | None = one(here="mint_transaction_id")
    """The movement itself."""

    enrollment: Enrollment | None = one(here="enrollment_id")
    """The place in a course that was paid for; null for other movements."""

    attempt: int
    """Which taking of that place it was for, from 1."""
