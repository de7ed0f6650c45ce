"""What education shows of itself."""

from .filters import CourseFilter, CourseOrder, SearchResult, found_by_words
from .nodes import (
    AssessmentSubmission,
    Course,
    Enrollment,
    LearningProgress,
    Module,
    Student,
    StudentTransaction,
    StudentWallet,
)
from .payloads import (
    CourseEnrollInput,
    CourseEnrollPayload,
    ModuleCompleteInput,
    ModuleCompletePayload,
)

__all__ = [
    "AssessmentSubmission",
    "Course",
    "CourseEnrollInput",
    "CourseEnrollPayload",
    "CourseFilter",
    "CourseOrder",
    "Enrollment",
    "LearningProgress",
    "Module",
    "ModuleCompleteInput",
    "ModuleCompletePayload",
    "SearchResult",
    "Student",
    "StudentTransaction",
    "StudentWallet",
    "found_by_words",
]
