"""A student who is tutored in Python, and one step further on the way through it."""

from decimal import Decimal

from sqlmodel import SQLModel

from domains.kernel.clock import now
from domains.sapiens.models import (
    ChatRole,
    LearningPath,
    Message,
    PathStep,
    Progress,
    SkillLevel,
    TutoringSession,
)

from .education import LEARNER, PYTHON
from .ids import fixed_id

SESSION = fixed_id("tutoring session")
PATH = fixed_id("learning path")
HOURS_A_STEP = 8

TALK = (
    (ChatRole.USER, "How do I make a variable in Python?"),
    (
        ChatRole.ASSISTANT,
        "Write its name, an equals sign and its value: `age = 17`. Now `age` stands for 17.",
    ),
)

STEPS = (
    ("Variables and types", "Name values, and tell numbers, texts and truth values apart."),
    ("Decisions and loops", "Choose between ways, and do something again and again."),
    ("Functions", "Give a piece of work a name, and call it with different values."),
    ("Lists and dictionaries", "Keep many values together, and find them again."),
    ("A program of your own", "Plan a small program, write it and show that it works."),
)
"""Their titles and descriptions, in order; the first is done."""


async def rows() -> list[SQLModel]:
    return [*_tutoring(), *_path()]


def _tutoring() -> list[SQLModel]:
    session = TutoringSession(
        id=SESSION,
        student_id=LEARNER,
        course_id=PYTHON,
        topic="Python Basics",
        duration_minutes=30,
    )
    messages = [
        Message(
            id=fixed_id("tutoring message", seq),
            session_id=SESSION,
            student_id=LEARNER,
            seq=seq,
            role=role,
            content=content,
        )
        for seq, (role, content) in enumerate(TALK, 1)
    ]
    return [session, *messages]


def _path() -> list[SQLModel]:
    path = LearningPath(
        id=PATH,
        student_id=LEARNER,
        subject="Python",
        title="Python Mastery Path",
        description="From the first variable to a program of one's own.",
        current_level=SkillLevel.BEGINNER,
        target_level=SkillLevel.INTERMEDIATE,
        estimated_hours=Decimal(HOURS_A_STEP * len(STEPS)),
        milestones=["Solves small problems alone", "Finishes a project"],
    )
    progress = Progress(
        id=fixed_id("path progress"),
        student_id=LEARNER,
        path_id=PATH,
        minutes_spent=HOURS_A_STEP * 60,
    )
    return [path, *_steps(), progress]


def _steps() -> list[SQLModel]:
    return [
        PathStep(
            id=fixed_id("path step", position),
            path_id=PATH,
            student_id=LEARNER,
            position=position,
            title=title,
            description=description,
            estimated_hours=Decimal(HOURS_A_STEP),
            resources=["Introduction to Python Programming"],
            assessment_criteria=["Three exercises, solved without help"],
            completed_at=now() if position == 1 else None,
        )
        for position, (title, description) in enumerate(STEPS, 1)
    ]
