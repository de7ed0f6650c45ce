"""The rules of answers to assessments, which are marked by those who ask the questions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.events import AssessmentPassed
from domains.education.models import AssessmentSubmission
from domains.kernel.clock import now
from domains.kernel.events import emit


@dataclass(frozen=True, slots=True)
class MarkedAnswers:
    """A student's answers to an assessment, and what they are worth."""

    user_id: UUID
    student_id: UUID
    assessment_id: UUID
    answers: dict[str, Any]
    score: Decimal
    """Percent of all points."""

    pass_mark: Decimal
    difficulty: int
    """From 1 for beginners."""

    feedback: str


async def record(session: AsyncSession, marked: MarkedAnswers) -> UUID:
    """Keep marked answers, and tell of them if they pass. The database admits them once."""
    submission = AssessmentSubmission(
        student_id=marked.student_id,
        assessment_id=marked.assessment_id,
        answers=marked.answers,
        score=marked.score,
        pass_mark=marked.pass_mark,
        difficulty=marked.difficulty,
        feedback=marked.feedback,
        submitted_at=now(),
    )
    session.add(submission)
    if marked.score >= marked.pass_mark:
        emit(
            session,
            AssessmentPassed(
                submission_id=submission.id,
                assessment_id=marked.assessment_id,
                user_id=marked.user_id,
            ),
        )
    return submission.id
