"""Who may see how a student learns: the student, and what the tutor found, who teaches them."""

from sqlalchemy import ColumnElement, or_

from domains.education.public import TAUGHT_COURSES, sees_own_or_administers
from domains.kernel.policy import Columns, ViewerTerms, group_of, protect

from .models import (
    Assessment,
    LearningInsight,
    LearningPath,
    Message,
    PathStep,
    Progress,
    Question,
    StudentProfile,
    TutoringSession,
)


def teaches(session: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The session is about a course of the viewer's."""
    return viewer.holds(session.course_id, TAUGHT_COURSES)


TAUGHT_SESSIONS = group_of("sapiens.viewer_taught_session_ids", TutoringSession, teaches)


def sees_session(session: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Who teaches the course sees that there was a session, but not what was said."""
    return or_(sees_own_or_administers(session, viewer), teaches(session, viewer))


def sees_insight(insight: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """An insight is seen with its session."""
    return or_(
        sees_own_or_administers(insight, viewer),
        viewer.holds(insight.session_id, TAUGHT_SESSIONS),
    )


protect(TutoringSession, visible=sees_session)
protect(Message, visible=sees_own_or_administers)
protect(LearningInsight, visible=sees_insight)
protect(LearningPath, visible=sees_own_or_administers)
protect(PathStep, visible=sees_own_or_administers)
protect(Progress, visible=sees_own_or_administers)
protect(Question, visible=sees_own_or_administers)
protect(Assessment, visible=sees_own_or_administers)
protect(StudentProfile, visible=sees_own_or_administers)
