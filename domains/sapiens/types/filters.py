"""How tutoring, paths, questions and assessments are narrowed and sorted."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import ColumnElement

from domains.education.types import CourseFilter
from domains.kernel import prose
from domains.kernel.policy import Columns
from domains.kernel.read.declarations import ascending, matching, related
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.meanings import Order
from domains.kernel.read.ranges import Period, within
from domains.kernel.read.words import LONGEST_SEARCH, has_words
from domains.sapiens.models import (
    AssessmentType,
    ChatRole,
    InsightType,
    LearningStyle,
    PathStatus,
    SessionStatus,
    SkillLevel,
)

prose.enum(AssessmentType)
prose.enum(ChatRole, name="TutoringRole")
prose.enum(InsightType)
prose.enum(LearningStyle)
prose.enum(PathStatus, name="LearningPathStatus")
prose.enum(SessionStatus, name="TutoringSessionStatus")
prose.enum(SkillLevel)


@prose.enum
class TutoringMessageOrder(Enum):
    """How the messages of a session are sorted."""

    OLDEST = ascending("seq", unique=True)
    """As they were said."""

    NEWEST = Order(("seq",), descending=True, unique=True)
    """The last one first."""


def _is_answered(question: Columns, answered: bool) -> ColumnElement[bool]:  # noqa: FBT001
    moment: ColumnElement[object] = question.answered_at
    return moment.is_not(None) if answered else moment.is_(None)


@filters
class TutoringSessionFilter:
    """Which tutoring sessions."""

    status: SessionStatus | None = matching(lambda session, status: session.status == status)
    """Those that stand there."""

    statuses: list[SessionStatus] | None = matching(
        lambda session, statuses: one_of(session.status, statuses)
    )
    """Those that stand at one of these."""

    started_at: Period | None = matching(lambda session, period: within(session.started_at, period))
    """Those that began within this time."""

    search: str | None = matching(
        lambda session, text: has_words(session.topic, text), longest=LONGEST_SEARCH
    )
    """Those with these words in their topic; also `"a phrase"`, `or`, and `-` before a word to
    leave out."""

    course: CourseFilter | None = related(here="course_id")
    """Those that help with such a course."""


@filters
class InsightFilter:
    """Which insights."""

    type: InsightType | None = matching(lambda insight, type: insight.insight_type == type)
    """Those about this."""

    types: list[InsightType] | None = matching(
        lambda insight, types: one_of(insight.insight_type, types)
    )
    """Those about one of these."""

    created_at: Period | None = matching(lambda insight, period: within(insight.created_at, period))
    """Those found within this time."""


@filters
class LearningPathFilter:
    """Which learning paths."""

    status: PathStatus | None = matching(lambda path, status: path.status == status)
    """Those that the student stands on so."""

    statuses: list[PathStatus] | None = matching(
        lambda path, statuses: one_of(path.status, statuses)
    )
    """Those that the student stands on in one of these ways."""

    subject: str | None = matching(lambda path, subject: path.subject == subject)
    """Those of this subject."""


@filters
class QuestionFilter:
    """Which questions."""

    topic: str | None = matching(lambda question, topic: question.topic == topic)
    """Those about this topic."""

    difficulty: SkillLevel | None = matching(lambda question, level: question.difficulty == level)
    """Those of this level."""

    answered: bool | None = matching(_is_answered)
    """Those that were answered; if false, those that were not."""

    asked_at: Period | None = matching(lambda question, period: within(question.asked_at, period))
    """Those asked within this time."""

    search: str | None = matching(
        lambda question, text: has_words(question.search, text), longest=LONGEST_SEARCH
    )
    """Those with these words in the topic, the question or the answer; also `"a phrase"`, `or`,
    and `-` before a word to leave out."""


@filters
class AssessmentFilter:
    """Which assessments."""

    type: AssessmentType | None = matching(lambda assessment, type: assessment.type == type)
    """Those for this."""

    types: list[AssessmentType] | None = matching(
        lambda assessment, types: one_of(assessment.type, types)
    )
    """Those for one of these."""

    subject: str | None = matching(lambda assessment, subject: assessment.subject == subject)
    """Those about this subject."""

    passed: bool | None = matching(
        lambda assessment, passed: assessment.passed if passed else assessment.passed.is_(False)
    )
    """Those that are passed; if false, those that are not, or not yet."""

    started_at: Period | None = matching(
        lambda assessment, period: within(assessment.started_at, period)
    )
    """Those begun within this time."""
