"""Tutoring, paths, questions and assessments of all students but the last."""

from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from domains.education.models import AssessmentSubmission, Student
from domains.sapiens.models import (
    Assessment,
    AssessmentType,
    ChatRole,
    InsightType,
    LearningInsight,
    LearningPath,
    LearningStyle,
    Message,
    PathStatus,
    PathStep,
    Progress,
    Question,
    SessionStatus,
    SkillLevel,
    StudentProfile,
    TutoringSession,
)
from tests.differential.awkward import CONTENTS, MOMENTS, PERCENTS, TEXTS, TITLES

from . import Cast, Maker

PLACES = (3, 1, 2, 2**31 - 1)
HOURS = tuple(map(Decimal, ("0", "0.50", "99999.99", "12")))
CONFIDENCES = tuple(map(Decimal, ("0", "0.001", "0.500", "1")))
SUBJECTS = ("SQL", "learning", "", "é", *TITLES)
LISTS: tuple[list[Any], ...] = ([], [None, True, 0.1, ""], [*CONTENTS], [[], [[TEXTS[3]]]])
QUESTIONS: tuple[list[dict[str, Any]], ...] = (
    [],
    [{}],
    [
        {"id": str(number), "type": "code", "prompt": text, "options": [text, ""], "points": 0.5}
        for number, text in enumerate(TEXTS)
    ],
)
KEY = {"0": "the right answer"}


def fill(maker: Maker, cast: Cast) -> None:
    for student in cast.students[:-1]:
        for status in SessionStatus:
            _session(maker, cast, student, status)
        paths = [_path(maker, student, levels) for levels in pairwise(SkillLevel)]
        for path, type in product([paths[0], None], AssessmentType):
            _assessment(maker, student, path, type)
        for _ in range(4):
            _question(maker, student)
        _profile(maker, student)
    for assessment, submission in zip(
        maker.made(Assessment)[::3], maker.made(AssessmentSubmission), strict=False
    ):
        submission.assessment_id = assessment.id


def _session(maker: Maker, cast: Cast, student: Student, status: SessionStatus) -> None:
    session = maker.add(
        TutoringSession,
        student_id=student.id,
        course_id=getattr(maker.sometimes(cast.courses), "id", None),
        topic=maker.next(TITLES),
        duration_minutes=maker.next((0, 30, 2**31 - 1)),
        status=status,
        started_at=maker.moment(),
        ended_at=None if status is SessionStatus.ACTIVE else maker.moment(),
    )
    for seq in PLACES:
        maker.add(
            Message,
            session_id=session.id,
            student_id=student.id,
            seq=seq,
            role=maker.next(tuple(ChatRole)),
            content=maker.next(TEXTS),
            created_at=maker.moment(),
        )
    for _ in range(2):
        maker.add(
            LearningInsight,
            session_id=session.id,
            student_id=student.id,
            insight_type=maker.next(tuple(InsightType)),
            description=maker.next(TEXTS),
            confidence=maker.next(CONFIDENCES),
            created_at=maker.moment(),
        )


def _path(maker: Maker, student: Student, levels: tuple[SkillLevel, SkillLevel]) -> LearningPath:
    path = maker.add(
        LearningPath,
        student_id=student.id,
        subject=maker.next(SUBJECTS),
        title=maker.next(TEXTS),
        description=maker.sometimes(TEXTS),
        current_level=levels[0],
        target_level=levels[1],
        difficulty=maker.next(tuple(SkillLevel)),
        estimated_hours=maker.next(HOURS),
        status=maker.next(tuple(PathStatus)),
        milestones=maker.next(LISTS),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )
    for position in PLACES[: maker.next((0, 1, 3, 4))]:
        maker.add(
            PathStep,
            path_id=path.id,
            student_id=student.id,
            position=position,
            title=maker.next(TEXTS),
            description=maker.next(TEXTS),
            estimated_hours=maker.next(HOURS),
            resources=maker.next(LISTS),
            assessment_criteria=maker.next(LISTS),
            completed_at=maker.sometimes(MOMENTS),
        )
    if maker.random.random() < 0.7:
        maker.add(
            Progress,
            path_id=path.id,
            student_id=student.id,
            minutes_spent=maker.next((0, 1440, 2**31 - 1)),
            last_activity_at=maker.moment(),
            updated_at=maker.moment(),
        )
    return path


def _assessment(
    maker: Maker, student: Student, path: LearningPath | None, type: AssessmentType
) -> None:
    score = maker.sometimes(PERCENTS)
    maker.add(
        Assessment,
        student_id=student.id,
        path_id=path.id if path else None,
        type=type,
        subject=maker.next(SUBJECTS),
        questions=maker.next(QUESTIONS),
        answer_key=KEY,
        answers=maker.sometimes(CONTENTS),
        score=score,
        max_score=Decimal(100),
        pass_mark=maker.next(PERCENTS),
        difficulty=maker.next(tuple(SkillLevel)),
        seconds_spent=maker.sometimes((0, 2**31 - 1)),
        started_at=maker.moment(),
        completed_at=maker.sometimes(MOMENTS) if score is None else maker.moment(),
    )


def _question(maker: Maker, student: Student) -> None:
    answer = maker.sometimes(TEXTS)
    maker.add(
        Question,
        student_id=student.id,
        question=maker.next(TITLES),
        answer=answer,
        topic=maker.sometimes(SUBJECTS),
        difficulty=maker.sometimes(tuple(SkillLevel)),
        asked_at=maker.moment(),
        answered_at=None if answer is None else maker.moment(),
    )


def _profile(maker: Maker, student: Student) -> None:
    maker.add(
        StudentProfile,
        student_id=student.id,
        learning_style=maker.sometimes(tuple(LearningStyle)),
        strengths=maker.next(([], [*TEXTS])),
        weaknesses=maker.next((["", "NULL", "{}"], [])),
        interests=maker.next(([TEXTS[3]], [])),
        goals=maker.next(LISTS),
        details=maker.next(CONTENTS),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )
