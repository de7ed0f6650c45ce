"""The closed sets of words of the namespace `sapiens`."""

from enum import StrEnum

from domains.kernel.row import enum_type

NAMESPACE = "sapiens"


class SessionStatus(StrEnum):
    """Where a tutoring session stands."""

    ACTIVE = "active"
    """Going on."""

    COMPLETED = "completed"
    """Brought to its end."""

    ABANDONED = "abandoned"
    """Left before its end."""


class ChatRole(StrEnum):
    """Who speaks in a tutoring session."""

    USER = "user"
    """The student."""

    ASSISTANT = "assistant"
    """The tutor."""

    SYSTEM = "system"
    """The platform."""


class InsightType(StrEnum):
    """What an insight is about."""

    STRENGTH = "strength"
    """What the student does well."""

    WEAKNESS = "weakness"
    """What the student finds hard."""

    MISCONCEPTION = "misconception"
    """What the student has got wrong."""

    PACE = "pace"
    """How fast the student goes."""

    STYLE = "style"
    """How the student learns best."""

    RECOMMENDATION = "recommendation"
    """What would help next."""


class PathStatus(StrEnum):
    """Where a student stands on a learning path."""

    ACTIVE = "active"
    """On the way."""

    COMPLETED = "completed"
    """At its end."""

    PAUSED = "paused"
    """Resting, to go on later."""

    ABANDONED = "abandoned"
    """Given up."""


class SkillLevel(StrEnum):
    """How far somebody is in a subject; each level is above the one before it."""

    BEGINNER = "beginner"
    """New to it."""

    INTERMEDIATE = "intermediate"
    """Knows the basics."""

    ADVANCED = "advanced"
    """Has practice."""

    EXPERT = "expert"
    """Could teach it."""


class AssessmentType(StrEnum):
    """What an assessment is for."""

    DIAGNOSTIC = "diagnostic"
    """To find out where the student stands."""

    QUIZ = "quiz"
    """To see whether the last steps were understood."""

    PROJECT = "project"
    """To apply what was learned."""

    FINAL = "final"
    """To conclude a path."""


class LearningStyle(StrEnum):
    """How somebody learns best."""

    VISUAL = "visual"
    """By seeing."""

    AUDITORY = "auditory"
    """By hearing."""

    KINESTHETIC = "kinesthetic"
    """By doing."""

    READING_WRITING = "reading_writing"
    """By reading and writing."""

    MIXED = "mixed"
    """In several ways alike."""


# Several columns are of this type.
SKILL_LEVEL = enum_type(SkillLevel, "skill_level", NAMESPACE)
