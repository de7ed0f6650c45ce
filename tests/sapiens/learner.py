"""A student with something of everything that sapiens keeps, for tests of reads."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domains.auth.models import User, UserRole
from domains.education.models import Course, Student
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from domains.sapiens.models import (
    Assessment,
    AssessmentType,
    ChatRole,
    InsightType,
    LearningInsight,
    LearningPath,
    LearningStyle,
    Message,
    PathStep,
    Progress,
    Question,
    SkillLevel,
    StudentProfile,
    TutoringSession,
)
from tests.makers import a_course, a_student, a_user, an_enrollment, put, viewer

KEY = "the right answer, which nobody may see"


@dataclass(frozen=True, slots=True)
class Learner:
    """A student who is tutored about the course of an educator, and about a topic of their own."""

    user: User
    student: Student
    educator: User
    course: Course
    session: TutoringSession
    own_session: TutoringSession
    path: LearningPath
    assessment: Assessment

    @property
    def viewer(self) -> Viewer:
        return viewer(self.user)


async def a_learner(database: Database) -> Learner:
    educator = await a_user(database, UserRole.EDUCATOR)
    course, _ = await a_course(database, educator, title="Python")
    user = await a_user(database)
    student = await a_student(database, user)
    await an_enrollment(database, student, course)
    session = await a_session(database, student, "Loops in Python", course_id=course.id)
    own_session = await a_session(database, student, "Stoic philosophy")
    path = await a_path(database, student)
    assessment = an_assessment(student, path_id=path.id)
    await put(
        database,
        assessment,
        Question(student_id=student.id, question="Why loops?", topic="Loops"),
        StudentProfile(
            student_id=student.id,
            learning_style=LearningStyle.READING_WRITING,
            strengths=["reading", 'a "quoted" word'],
        ),
    )
    return Learner(user, student, educator, course, session, own_session, path, assessment)


async def a_session(
    database: Database, student: Student, topic: str, **values: Any
) -> TutoringSession:
    """Three messages, the last one written first, and an insight."""
    session = TutoringSession(student_id=student.id, topic=topic, **values)
    of_session: dict[str, Any] = {"session_id": session.id, "student_id": student.id}
    said = ((3, ChatRole.USER), (1, ChatRole.USER), (2, ChatRole.ASSISTANT))
    await put(
        database,
        session,
        *(
            Message(seq=seq, role=role, content=f"{topic} {seq}", **of_session)
            for seq, role in said
        ),
        LearningInsight(
            insight_type=InsightType.STRENGTH, description=f"Likes {topic}.", **of_session
        ),
    )
    return session


async def a_path(database: Database, student: Student, **values: Any) -> LearningPath:
    """Three steps, the last one laid out first, of which the first is done."""
    given: dict[str, Any] = {
        "subject": "Python",
        "title": "Python from the start",
        "current_level": SkillLevel.BEGINNER,
        "target_level": SkillLevel.ADVANCED,
        "estimated_hours": Decimal("7.5"),
    }
    path = LearningPath(student_id=student.id, **given | values)
    of_path: dict[str, Any] = {"path_id": path.id, "student_id": student.id}
    steps = [
        PathStep(
            position=position,
            title=f"Step {position}",
            description="To be done.",
            estimated_hours=Decimal("2.5"),
            completed_at=now() if position == 1 else None,
            **of_path,
        )
        for position in (3, 1, 2)
    ]
    await put(database, path, *steps, Progress(minutes_spent=150, **of_path))
    return path


def an_assessment(student: Student, **values: Any) -> Assessment:
    """One question that has not been answered yet."""
    given: dict[str, Any] = {
        "type": AssessmentType.QUIZ,
        "subject": "Python",
        "questions": [{"id": "1", "type": "short_answer", "prompt": "What repeats?", "points": 10}],
        "answer_key": {"1": KEY},
        "max_score": Decimal(10),
        "difficulty": SkillLevel.BEGINNER,
    }
    return Assessment(student_id=student.id, **given | values)
