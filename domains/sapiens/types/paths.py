"""Learning paths with their steps, and the assessments on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, cast, func, select

from domains.education.types import AssessmentSubmission, Student
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import ascending, expression, many, node, one, pages
from domains.kernel.scalars import OpenJSON
from domains.sapiens import models
from domains.sapiens.models import (
    AssessmentType,
    PathStatus,
    SkillLevel,
)

from .filters import AssessmentFilter

STEPS = models.PathStep.__table__  # type: ignore[attr-defined]


def _of_steps(figure: Callable[[Columns], ColumnElement[Any]], path_id: Any) -> Any:
    """A figure of all steps of a path, so that none is kept twice."""
    step = STEPS.alias("step")
    found = select(figure(step.c)).where(step.c.path_id == path_id)
    return found.correlate_except(step).scalar_subquery()


def _steps(step: Columns) -> ColumnElement[int]:
    return func.count(step.id)


def _completed_steps(step: Columns) -> ColumnElement[int]:
    return func.count(step.completed_at)


def _next_position(step: Columns) -> ColumnElement[int]:
    return func.min(step.position).filter(step.completed_at.is_(None))


def _completion_rate(step: Columns) -> ColumnElement[Decimal]:
    """Of no steps, nothing is done."""
    completed = cast(func.count(step.completed_at), Numeric)
    rate = completed * 100 / func.nullif(func.count(step.id), 0, type_=Numeric)
    return func.coalesce(func.round(rate, 2), 0, type_=Numeric)


def total_steps(path: Columns, _viewer: ViewerTerms) -> ColumnElement[int]:
    return _of_steps(_steps, path.id)  # type: ignore[no-any-return]


def completed_steps(path: Columns, _viewer: ViewerTerms) -> ColumnElement[int]:
    return _of_steps(_completed_steps, path.id)  # type: ignore[no-any-return]


def current_step(progress: Columns, _viewer: ViewerTerms) -> ColumnElement[int]:
    return _of_steps(_next_position, progress.path_id)  # type: ignore[no-any-return]


def completion_rate(progress: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    return _of_steps(_completion_rate, progress.path_id)  # type: ignore[no-any-return]


@node(models.LearningPath)
@prose.output
class LearningPath(Node):
    """A student's way from one level of a subject to a higher one."""

    subject: str
    """What is learned."""

    title: str
    """What it is called."""

    description: str | None
    """What it is about."""

    current_level: SkillLevel
    """The level that it starts from."""

    target_level: SkillLevel
    """The level that it leads to."""

    difficulty: SkillLevel
    """How hard its steps are at present."""

    estimated_hours: Decimal
    """How many hours it takes, about."""

    status: PathStatus
    """Where the student stands on it."""

    milestones: OpenJSON
    """What is reached on the way, in order; a list whose items depend on the subject."""

    total_steps: int = expression(total_steps)
    """How many steps it has."""

    completed_steps: int = expression(completed_steps)
    """How many of them are completed."""

    created_at: datetime
    """When it was laid out."""

    updated_at: datetime
    """When it last changed."""

    student: Student | None = one(here="student_id")
    """Who follows it."""

    steps: list[PathStep] = many(there="path_id", order=ascending("position", unique=True), size=50)
    """Its steps, in order."""

    progress: PathProgress | None = one(here="id", there="path_id")
    """How the student gets on with it; null before the first activity."""

    assessments: Connection[AdaptiveAssessment] = pages(there="path_id", where=AssessmentFilter)
    """The assessments on the way, newest first."""


@node(models.PathStep)
@prose.output
class PathStep(Node):
    """One step of a learning path."""

    position: int
    """Its place on the path, from 1."""

    title: str
    """What it is called."""

    description: str
    """What is to be done."""

    estimated_hours: Decimal
    """How many hours it takes, about."""

    resources: OpenJSON
    """What to learn from; a list whose items depend on the subject."""

    assessment_criteria: OpenJSON
    """What must be shown to complete it; a list whose items depend on the subject."""

    completed_at: datetime | None
    """When it was completed; null until then."""

    path: LearningPath | None = one(here="path_id")
    """The path that it belongs to."""


@node(models.Progress)
@prose.output
class PathProgress(Node):
    """How a student gets on with a learning path."""

    current_step: int | None = expression(current_step)
    """The place of the first step that is not completed; null when all are."""

    completion_rate: Decimal = expression(completion_rate)
    """Percent of the steps that are completed, with two decimals; 0 for a path without steps."""

    minutes_spent: int
    """How long the student has worked on the path."""

    last_activity_at: datetime
    """When the student last worked on it."""

    updated_at: datetime
    """When it last changed."""

    path: LearningPath | None = one(here="path_id")
    """The path."""

    student: Student | None = one(here="student_id")
    """Who follows the path."""


@node(models.Assessment)
@prose.output
class AdaptiveAssessment(Node):
    """Questions that were put together for one student, and how they were answered."""

    type: AssessmentType
    """What it is for."""

    subject: str
    """What it is about."""

    difficulty: SkillLevel
    """How hard its questions are."""

    questions: OpenJSON
    """What the student is asked: a list of objects with `id`, `type`, `prompt`, `options` and
    `points`, each where the question has it. The right answers are never among them."""

    answers: OpenJSON | None
    """What the student answered; null before the first answer."""

    score: Decimal | None
    """The points that the answers were worth; null until they are marked."""

    max_score: Decimal
    """The points that there are."""

    pass_mark: Decimal
    """The percentage of the points from which it is passed."""

    passed: bool
    """Whether it is passed."""

    seconds_spent: int | None
    """How long the student took; null where that is not known."""

    started_at: datetime
    """When it began."""

    completed_at: datetime | None
    """When the student was done; null until then."""

    student: Student | None = one(here="student_id")
    """For whom it was put together."""

    path: LearningPath | None = one(here="path_id")
    """The learning path that it belongs to, if it does."""

    submissions: Connection[AssessmentSubmission] = pages(there="assessment_id")
    """The answers that were handed in for it, newest first."""
