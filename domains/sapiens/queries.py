"""Sapiens' fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages

from .types import (
    AdaptiveAssessment,
    AssessmentFilter,
    InsightFilter,
    LearningInsight,
    LearningPath,
    LearningPathFilter,
    PathProgress,
    PathStep,
    Question,
    QuestionFilter,
    StudentProfile,
    TutoringMessage,
    TutoringSession,
    TutoringSessionFilter,
)


@prose.output
class SapiensQuery:
    """How students learn."""

    tutoring_session: TutoringSession | None = by_id()
    """A student's conversation with the tutor."""

    tutoring_sessions: Connection[TutoringSession] | None = pages(where=TutoringSessionFilter)
    """The tutoring sessions that the viewer may see, newest first."""

    tutoring_message: TutoringMessage | None = by_id()
    """Something said in a tutoring session."""

    insight: LearningInsight | None = by_id()
    """What a tutoring session has shown about its student."""

    insights: Connection[LearningInsight] | None = pages(where=InsightFilter)
    """The insights that the viewer may see, newest first."""

    learning_path: LearningPath | None = by_id()
    """A student's way to a higher level of a subject."""

    learning_paths: Connection[LearningPath] | None = pages(where=LearningPathFilter)
    """The learning paths that the viewer may see, newest first."""

    path_step: PathStep | None = by_id()
    """One step of a learning path."""

    path_progress: PathProgress | None = by_id()
    """How a student gets on with a learning path."""

    question: Question | None = by_id()
    """What a student has asked."""

    questions: Connection[Question] | None = pages(where=QuestionFilter)
    """The questions that the viewer may see, newest first."""

    assessment: AdaptiveAssessment | None = by_id()
    """An assessment that was put together for one student."""

    assessments: Connection[AdaptiveAssessment] | None = pages(where=AssessmentFilter)
    """The assessments that the viewer may see, newest first."""

    learning_profile: StudentProfile | None = by_id()
    """How a student learns."""
