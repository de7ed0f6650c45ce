"""Tutoring sessions, and what is said and found in them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from domains.education.types import Course, Student
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.read.declarations import node, one, pages
from domains.sapiens import models
from domains.sapiens.models import (
    ChatRole,
    InsightType,
    SessionStatus,
)

from .filters import InsightFilter, TutoringMessageOrder


@node(models.TutoringSession)
@prose.output
class TutoringSession(Node):
    """A student's conversation with the tutor about one topic."""

    topic: str
    """What it is about."""

    duration_minutes: int
    """How long it has taken, in minutes."""

    status: SessionStatus
    """Where it stands."""

    started_at: datetime
    """When it began."""

    ended_at: datetime | None
    """When it was completed or abandoned; null while it is active."""

    student: Student | None = one(here="student_id")
    """Who is tutored."""

    course: Course | None = one(here="course_id")
    """The course that it helps with; null for a topic of the student's own."""

    messages: Connection[TutoringMessage] = pages(there="session_id", orders=TutoringMessageOrder)
    """What was said; shown to the student and to admins only."""

    insights: Connection[LearningInsight] = pages(there="session_id", where=InsightFilter)
    """What it has shown about the student, newest first."""


@node(models.Message)
@prose.output
class TutoringMessage(Node):
    """Something said in a tutoring session."""

    seq: int
    """Its place in the session, from 1."""

    role: ChatRole
    """Who says it."""

    content: str
    """What is said."""

    created_at: datetime
    """When it was said."""

    session: TutoringSession | None = one(here="session_id")
    """The session that it belongs to."""


@node(models.LearningInsight)
@prose.output
class LearningInsight(Node):
    """What a tutoring session has shown about its student."""

    insight_type: InsightType
    """What it is about."""

    description: str
    """The insight, in words."""

    confidence: Decimal
    """How sure it is, from 0 to 1."""

    created_at: datetime
    """When it was found."""

    session: TutoringSession | None = one(here="session_id")
    """The session that has shown it."""

    student: Student | None = one(here="student_id")
    """Whom it is about."""
