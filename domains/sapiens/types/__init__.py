"""What sapiens shows of itself."""

from .filters import (
    AssessmentFilter,
    InsightFilter,
    LearningPathFilter,
    QuestionFilter,
    TutoringMessageOrder,
    TutoringSessionFilter,
)
from .learning import Question, StudentProfile
from .paths import AdaptiveAssessment, LearningPath, PathProgress, PathStep
from .submitting import AssessmentSubmitInput, AssessmentSubmitPayload
from .tutoring import LearningInsight, TutoringMessage, TutoringSession

__all__ = [
    "AdaptiveAssessment",
    "AssessmentFilter",
    "AssessmentSubmitInput",
    "AssessmentSubmitPayload",
    "InsightFilter",
    "LearningInsight",
    "LearningPath",
    "LearningPathFilter",
    "PathProgress",
    "PathStep",
    "Question",
    "QuestionFilter",
    "StudentProfile",
    "TutoringMessage",
    "TutoringMessageOrder",
    "TutoringSession",
    "TutoringSessionFilter",
]
