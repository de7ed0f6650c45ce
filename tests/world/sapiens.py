"""Two students who are tutored about the educator's course, one of them about more than that."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from domains.education.models import Course, Student
from domains.kernel.database import Database
from domains.sapiens.models import (
    Assessment,
    AssessmentType,
    ChatRole,
    InsightType,
    LearningInsight,
    LearningPath,
    Message,
    PathStep,
    Progress,
    Question,
    SkillLevel,
    StudentProfile,
    TutoringSession,
)

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "sapiens.assessments":       (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "sapiens.learning_insights": (0, 2, 1, 2, 0, 0, 0, 3, 3),
    "sapiens.learning_paths":    (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "sapiens.messages":          (0, 4, 2, 0, 0, 0, 0, 6, 6),
    "sapiens.path_steps":        (0, 2, 2, 0, 0, 0, 0, 4, 4),
    "sapiens.progress":          (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "sapiens.questions":         (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "sapiens.student_profiles":  (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "sapiens.tutoring_sessions": (0, 2, 1, 2, 0, 0, 0, 3, 3),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    course = people.made(Course)[0]
    for student in people.made(Student):
        await _tutoring(database, people, student, course.id)
        await _path(database, people, student)
        await people.keep(
            database,
            Question(student_id=student.id, question="What is a loop?"),
            StudentProfile(student_id=student.id),
        )
    await _tutoring(database, people, people.made(Student)[0], None)


async def _tutoring(
    database: Database, people: People, student: Student, course_id: UUID | None
) -> None:
    session = TutoringSession(student_id=student.id, course_id=course_id, topic="Loops")
    of_session: dict[str, Any] = {"session_id": session.id, "student_id": student.id}
    await people.keep(
        database,
        session,
        Message(seq=1, role=ChatRole.USER, content="What is a loop?", **of_session),
        Message(seq=2, role=ChatRole.ASSISTANT, content="What repeats.", **of_session),
        LearningInsight(insight_type=InsightType.PACE, description="Quick.", **of_session),
    )


async def _path(database: Database, people: People, student: Student) -> None:
    path = LearningPath(
        student_id=student.id,
        subject="Python",
        title="Loops",
        current_level=SkillLevel.BEGINNER,
        target_level=SkillLevel.ADVANCED,
        estimated_hours=Decimal(10),
    )
    of_path: dict[str, Any] = {"path_id": path.id, "student_id": student.id}
    await people.keep(
        database,
        path,
        *(
            PathStep(
                position=position,
                title=f"Step {position}",
                description="Repeat.",
                estimated_hours=Decimal(5),
                **of_path,
            )
            for position in (1, 2)
        ),
        Progress(**of_path),
        Assessment(
            type=AssessmentType.QUIZ,
            subject="Python",
            questions=[{"id": "1", "prompt": "What repeats?"}],
            answer_key={"1": "A loop."},
            max_score=Decimal(10),
            difficulty=SkillLevel.BEGINNER,
            **of_path,
        ),
    )
