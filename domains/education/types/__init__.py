"""What education shows of itself."""

from .filters import (
    CourseFilter,
    CourseOrder,
    EnrollmentFilter,
    EnrollmentOrder,
    ModuleFilter,
    StudentFilter,
)
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
from .search import SearchResult, found_by_words
from .stats import CourseGrouping, CourseStats, LearningGrouping, LearningStats

__all__ = [
    "AssessmentSubmission",
    "Course",
    "CourseEnrollInput",
    "CourseEnrollPayload",
    "CourseFilter",
    "CourseGrouping",
    "CourseOrder",
    "CourseStats",
    "Enrollment",
    "EnrollmentFilter",
    "EnrollmentOrder",
    "LearningGrouping",
    "LearningProgress",
    "LearningStats",
    "Module",
    "ModuleCompleteInput",
    "ModuleCompletePayload",
    "ModuleFilter",
    "SearchResult",
    "Student",
    "StudentFilter",
    "StudentTransaction",
    "StudentWallet",
    "found_by_words",
]
