"""What sapiens adds to the types of the domains below it."""

from domains.education.types import AssessmentSubmission, Course, Student
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import one, pages

from .types import (
    AdaptiveAssessment,
    AssessmentFilter,
    InsightFilter,
    LearningInsight,
    LearningPath,
    LearningPathFilter,
    PathProgress,
    Question,
    QuestionFilter,
    StudentProfile,
    TutoringSession,
    TutoringSessionFilter,
)


@prose.extends(Student)
class StudentInSapiens:
    """A person who is tutored."""

    tutoring_sessions: Connection[TutoringSession] = pages(
        there="student_id", where=TutoringSessionFilter
    )
    """Their conversations with the tutor, newest first."""

    insights: Connection[LearningInsight] = pages(there="student_id", where=InsightFilter)
    """What those have shown about them, newest first."""

    learning_paths: Connection[LearningPath] = pages(there="student_id", where=LearningPathFilter)
    """Their ways to higher levels, newest first."""

    path_progress: Connection[PathProgress] = pages(there="student_id")
    """How they get on with each of those, the latest begun first."""

    questions: Connection[Question] = pages(there="student_id", where=QuestionFilter)
    """What they have asked, newest first."""

    assessments: Connection[AdaptiveAssessment] = pages(there="student_id", where=AssessmentFilter)
    """The assessments that were put together for them, newest first."""

    learning_profile: StudentProfile | None = one(here="id", there="student_id")
    """How they learn; shown to themselves and to admins only."""


@prose.extends(Course)
class CourseInSapiens:
    """A course that tutoring helps with."""

    tutoring_sessions: Connection[TutoringSession] = pages(
        there="course_id", where=TutoringSessionFilter
    )
    """The tutoring sessions about it: everybody's for its instructor, one's own for a student."""


@prose.extends(AssessmentSubmission)
class AssessmentSubmissionInSapiens:
    """Answers to an assessment."""

    assessment: AdaptiveAssessment | None = one(here="assessment_id")
    """What was answered, where that was an assessment put together for the student."""
