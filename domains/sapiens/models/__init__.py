"""The tables of the namespace `sapiens`."""

from .labels import (
    NAMESPACE,
    AssessmentType,
    ChatRole,
    InsightType,
    LearningStyle,
    PathStatus,
    SessionStatus,
    SkillLevel,
)
from .learning import PASS_MARK, Assessment, Question, StudentProfile
from .paths import LearningPath, PathStep, Progress
from .tutoring import LearningInsight, Message, TutoringSession

__all__ = [
    "NAMESPACE",
    "PASS_MARK",
    "Assessment",
    "AssessmentType",
    "ChatRole",
    "InsightType",
    "LearningInsight",
    "LearningPath",
    "LearningStyle",
    "Message",
    "PathStatus",
    "PathStep",
    "Progress",
    "Question",
    "SessionStatus",
    "SkillLevel",
    "StudentProfile",
    "TutoringSession",
]
