"""The rules of answering an assessment, which the server marks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import themselves
from domains.education import public as education
from domains.kernel.clock import now
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from . import repository
from .engine import answers as forms
from .engine import grading
from .engine.grading import Marks
from .errors import (
    AnswersInvalid,
    AssessmentAnswered,
    AssessmentNotFound,
    AssessmentNotMarkable,
    QuestionUnknown,
)
from .models import Assessment, SkillLevel

LONGEST_SECONDS = 2**31 - 1
PATH = ["input", "assessmentId"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """An assessment that was answered, and what was kept of that."""

    assessment_id: UUID
    submission_id: UUID


async def submit(
    session: AsyncSession, _system: Viewer, viewer: Viewer, assessment_id: UUID, answers: Any
) -> Submitted:
    """Mark the viewer's answers to an assessment that was made for them, once."""
    learner, found = await _own(session, themselves(viewer), assessment_id)
    if found.completed_at is not None:
        raise Refused(AssessmentAnswered(path=PATH))
    _check(found, answers)
    marks = _marked(found, answers)
    await _complete(session, found, answers, marks)
    submission_id = await education.record_submission(
        session, _submission(learner, found, answers, marks)
    )
    return Submitted(found.id, submission_id)


async def _own(
    session: AsyncSession, user_id: UUID, assessment_id: UUID
) -> tuple[education.Learner, Assessment]:
    """The person as a student, and an assessment that was made for them."""
    learner = await education.learner(session, user_id)
    if learner is not None:
        found = await repository.assessment_of(session, learner.student_id, assessment_id)
        if found is not None:
            return learner, found
    raise Refused(AssessmentNotFound(path=PATH))


def _check(assessment: Assessment, answers: Any) -> None:
    """Refuse what no question could take for an answer."""
    path = ["input", "answers"]
    if not forms.are_answers(answers):
        bytes, characters = forms.MOST_BYTES, forms.LONGEST_TEXT
        raise Refused(AnswersInvalid(path=path, maximum_bytes=bytes, maximum_characters=characters))
    ids = (question.get("id") for question in assessment.questions)
    asked = {id for id in ids if isinstance(id, str)}
    unknown = next((id for id in answers if id not in asked), None)
    if unknown is not None:
        raise Refused(QuestionUnknown(path=[*path, unknown]))


def _marked(assessment: Assessment, answers: dict[str, Any]) -> Marks:
    try:
        return grading.marks(
            assessment.questions, assessment.answer_key, answers, assessment.max_score
        )
    except grading.NotMarkable:
        raise Refused(AssessmentNotMarkable(path=PATH)) from None


async def _complete(
    session: AsyncSession, assessment: Assessment, answers: dict[str, Any], marks: Marks
) -> None:
    moment = now()
    first = await repository.complete(
        session,
        assessment.id,
        answers=answers,
        score=marks.points,
        completed_at=moment,
        seconds_spent=_seconds(assessment.started_at, moment),
    )
    if not first:
        raise Refused(AssessmentAnswered(path=PATH))


def _seconds(since: datetime, until: datetime) -> int:
    return min(max(0, int((until - since).total_seconds())), LONGEST_SECONDS)


def _submission(
    learner: education.Learner, assessment: Assessment, answers: dict[str, Any], marks: Marks
) -> education.MarkedAnswers:
    levels = [*SkillLevel]
    return education.MarkedAnswers(
        user_id=learner.user_id,
        student_id=learner.student_id,
        assessment_id=assessment.id,
        answers=answers,
        score=marks.percent,
        pass_mark=assessment.pass_mark,
        difficulty=levels.index(assessment.difficulty) + 1,
        feedback=grading.feedback(marks, assessment.pass_mark),
    )
