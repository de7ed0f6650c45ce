"""What a student asks, and how they learn."""

from __future__ import annotations

from datetime import datetime

from domains.education.types import Student
from domains.kernel import prose
from domains.kernel.node import Node
from domains.kernel.read.declarations import node, one
from domains.kernel.scalars import OpenJSON
from domains.sapiens import models
from domains.sapiens.models import (
    LearningStyle,
    SkillLevel,
)


@node(models.Question)
@prose.output
class Question(Node):
    """What a student has asked, and what they were told."""

    question: str
    """What was asked."""

    answer: str | None
    """What the tutor answered; null until then."""

    topic: str | None
    """What it is about, if that was found out."""

    difficulty: SkillLevel | None
    """The level of somebody who asks this, if that was found out."""

    asked_at: datetime
    """When it was asked."""

    answered_at: datetime | None
    """When it was answered; null until then."""

    student: Student | None = one(here="student_id")
    """Who asked."""


@node(models.StudentProfile)
@prose.output
class StudentProfile(Node):
    """How a student learns."""

    learning_style: LearningStyle | None
    """How they learn best; null where that is not known."""

    strengths: list[str]
    """What they do well."""

    weaknesses: list[str]
    """What they find hard."""

    interests: list[str]
    """What they care for."""

    goals: OpenJSON
    """What they want to reach; a list whose items depend on the client."""

    details: OpenJSON
    """Whatever else a client keeps here about their learning."""

    created_at: datetime
    """When it was begun."""

    updated_at: datetime
    """When it last changed."""

    student: Student | None = one(here="student_id")
    """Whom it describes."""
