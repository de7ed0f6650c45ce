"""What was learned of the student, what suits them, and what they did with it."""

from decimal import Decimal

from sqlmodel import SQLModel

from domains.nexus.models import (
    AuditLog,
    Interaction,
    InteractionType,
    Recommendation,
    RecommendationType,
    UserProfile,
)

from .accounts import STUDENT
from .education import REACT
from .forge import ANALYSIS
from .ids import fixed_id

PROFILE = fixed_id("behavior profile")
NEXT_COURSE = fixed_id("recommendation", 1)
FIRST_JOB = fixed_id("recommendation", 2)


async def rows() -> list[SQLModel]:
    return [_profile(), *_recommendations(), _interaction(), _activity()]


def _profile() -> UserProfile:
    return UserProfile(
        id=PROFILE,
        user_id=STUDENT.id,
        preferences={"topics": ["Programming", "Web Development"], "pace": "steady"},
        behavior={"hoursOfLearning": 10, "favouriteTime": "evening"},
        demographics={"country": "ZA", "grade": "12"},
    )


def _recommendations() -> list[SQLModel]:
    return [
        Recommendation(
            id=NEXT_COURSE,
            user_id=STUDENT.id,
            type=RecommendationType.COURSE,
            course_id=REACT,
            item_name="Web Development with React",
            score=Decimal("0.87"),
            context={"because": ["knows JavaScript", "likes Web Development"]},
        ),
        Recommendation(
            id=FIRST_JOB,
            user_id=STUDENT.id,
            type=RecommendationType.JOB,
            job_id=ANALYSIS,
            item_name="Python Data Analysis Script",
            score=Decimal("0.64"),
            context={"because": ["learns Python"]},
        ),
    ]


def _interaction() -> Interaction:
    return Interaction(
        id=fixed_id("interaction"),
        user_id=STUDENT.id,
        recommendation_id=NEXT_COURSE,
        type=InteractionType.VIEW,
        course_id=REACT,
        details={"page": "home"},
    )


def _activity() -> AuditLog:
    return AuditLog(
        id=fixed_id("activity"),
        user_id=STUDENT.id,
        action="profile_updated",
        entity_type="UserProfile",
        entity_id=str(PROFILE),
        details={"changed": ["preferences"]},
    )
