"""How sessions, insights, paths, questions and assessments are narrowed and found."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domains.education.models import Student
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from domains.sapiens.models import (
    AssessmentType,
    InsightType,
    LearningInsight,
    PathStatus,
    Question,
    SessionStatus,
    SkillLevel,
)
from tests.makers import a_course, a_student, a_user, put, viewer
from tests.sapiens.learner import a_path, a_session, an_assessment

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
async def asking(database: Database) -> Viewer:
    """A student with two of each, the one of March before the one of April."""
    user = await a_user(database)
    student = await a_student(database, user)
    await _sessions(database, student)
    await _paths_and_assessments(database, student)
    await put(
        database,
        Question(
            student_id=student.id,
            question="Why do loops end?",
            answer="Because their condition fails.",
            topic="Loops",
            difficulty=SkillLevel.BEGINNER,
            asked_at=MARCH,
            answered_at=APRIL,
        ),
        Question(student_id=student.id, question="What is a monad?", asked_at=APRIL),
    )
    return viewer(user)


async def _sessions(database: Database, student: Student) -> None:
    course, _ = await a_course(database, title="Python", category="Programming")
    loops = await a_session(
        database,
        student,
        "Loops in Python",
        course_id=course.id,
        status=SessionStatus.COMPLETED,
        started_at=MARCH,
        ended_at=APRIL,
    )
    await a_session(database, student, "Stoic philosophy", started_at=APRIL)
    await put(
        database,
        LearningInsight(
            session_id=loops.id,
            student_id=student.id,
            insight_type=InsightType.PACE,
            description="Quick.",
            created_at=MARCH,
        ),
    )


async def _paths_and_assessments(database: Database, student: Student) -> None:
    path = await a_path(database, student)
    await a_path(database, student, subject="Logic", status=PathStatus.PAUSED)
    await put(
        database,
        an_assessment(
            student,
            path_id=path.id,
            started_at=MARCH,
            score=Decimal(7),
            completed_at=APRIL,
        ),
        an_assessment(student, type=AssessmentType.FINAL, subject="Logic", started_at=APRIL),
    )


@pytest.mark.parametrize(
    ("where", "topics"),
    [
        ({}, ["Stoic philosophy", "Loops in Python"]),
        ({"status": "COMPLETED"}, ["Loops in Python"]),
        ({"statuses": ["ACTIVE", "ABANDONED"]}, ["Stoic philosophy"]),
        ({"startedAt": {"until": APRIL.isoformat()}}, ["Loops in Python"]),
        ({"startedAt": {"since": APRIL.isoformat()}}, ["Stoic philosophy"]),
        ({"search": "loop"}, ["Loops in Python"]),
        ({"search": "loop or philosophy"}, ["Stoic philosophy", "Loops in Python"]),
        ({"search": "cooking"}, []),
        ({"course": {"category": "Programming"}}, ["Loops in Python"]),
        ({"course": {"category": "Cooking"}}, []),
        ({"not": {"course": {}}}, ["Stoic philosophy"]),
    ],
)
async def test_sessions(graph: Any, asking: Viewer, where: Any, topics: list[str]) -> None:
    query = """
    query ($where: TutoringSessionFilter) {
      tutoringSessions(where: $where) { nodes { topic } }
    }
    """
    found = (await graph(query, as_=asking, where=where))["tutoringSessions"]["nodes"]
    assert [session["topic"] for session in found] == topics


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"type": "PACE"}, 1),
        ({"types": ["PACE", "STRENGTH"]}, 3),
        ({"createdAt": {"until": APRIL.isoformat()}}, 1),
        ({"type": "STYLE"}, 0),
    ],
)
async def test_insights(graph: Any, asking: Viewer, where: Any, found: int) -> None:
    query = "query ($where: InsightFilter) { insights(where: $where) { totalCount } }"
    assert await graph(query, as_=asking, where=where) == {"insights": {"totalCount": found}}


@pytest.mark.parametrize(
    ("where", "subjects"),
    [
        ({"status": "PAUSED"}, ["Logic"]),
        ({"statuses": ["ACTIVE", "PAUSED"]}, ["Logic", "Python"]),
        ({"subject": "Python"}, ["Python"]),
        ({"subject": "python"}, []),
    ],
)
async def test_paths(graph: Any, asking: Viewer, where: Any, subjects: list[str]) -> None:
    query = """
    query ($where: LearningPathFilter) { learningPaths(where: $where) { nodes { subject } } }
    """
    found = (await graph(query, as_=asking, where=where))["learningPaths"]["nodes"]
    assert [path["subject"] for path in found] == subjects


@pytest.mark.parametrize(
    ("where", "questions"),
    [
        ({}, ["What is a monad?", "Why do loops end?"]),
        ({"topic": "Loops"}, ["Why do loops end?"]),
        ({"difficulty": "BEGINNER"}, ["Why do loops end?"]),
        ({"answered": True}, ["Why do loops end?"]),
        ({"answered": False}, ["What is a monad?"]),
        ({"askedAt": {"since": APRIL.isoformat()}}, ["What is a monad?"]),
        ({"search": "looping"}, ["Why do loops end?"]),
        ({"search": "conditions"}, ["Why do loops end?"]),
        ({"search": "monad -loop"}, ["What is a monad?"]),
        ({"not": {"topic": "Loops"}}, ["What is a monad?"]),
    ],
)
async def test_questions(graph: Any, asking: Viewer, where: Any, questions: list[str]) -> None:
    query = "query ($where: QuestionFilter) { questions(where: $where) { nodes { question } } }"
    found = (await graph(query, as_=asking, where=where))["questions"]["nodes"]
    assert [each["question"] for each in found] == questions


@pytest.mark.parametrize(
    ("where", "subjects"),
    [
        ({"type": "FINAL"}, ["Logic"]),
        ({"types": ["FINAL", "QUIZ"]}, ["Logic", "Python"]),
        ({"subject": "Python"}, ["Python"]),
        ({"passed": True}, ["Python"]),
        ({"passed": False}, ["Logic"]),
        ({"startedAt": {"until": APRIL.isoformat()}}, ["Python"]),
    ],
)
async def test_assessments(graph: Any, asking: Viewer, where: Any, subjects: list[str]) -> None:
    query = "query ($where: AssessmentFilter) { assessments(where: $where) { nodes { subject } } }"
    found = (await graph(query, as_=asking, where=where))["assessments"]["nodes"]
    assert [assessment["subject"] for assessment in found] == subjects
