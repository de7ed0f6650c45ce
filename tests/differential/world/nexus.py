"""What is known of everybody, what is recommended to them, and what they did."""

from decimal import Decimal
from typing import Any

from domains.auth.models import User
from domains.forge.models import Job
from domains.nexus.models import (
    AuditLog,
    Interaction,
    InteractionType,
    Recommendation,
    RecommendationStatus,
    RecommendationType,
    UserProfile,
)
from tests.differential.awkward import CONTENTS, MOMENTS, TEXTS

from . import Cast, Maker

SCORES = tuple(map(Decimal, ("0", "0.0001", "0.5", "0.8700", "1")))


def fill(maker: Maker, cast: Cast) -> None:
    for user in cast.users.values():
        maker.add(
            UserProfile,
            user_id=user.id,
            preferences=maker.next(CONTENTS),
            behavior=maker.next(CONTENTS),
            demographics=maker.sometimes(CONTENTS),
            created_at=maker.moment(),
        )
        found = [_recommendation(maker, cast, user, type) for type in RecommendationType]
        for recommendation in (*found[2:], None):
            _interaction(maker, cast, user, recommendation)
    for user_id in (*(user.id for user in cast.users.values()), None, None):
        maker.add(
            AuditLog,
            user_id=user_id,
            action=maker.next(TEXTS),
            entity_type=maker.next(("Course", "x", "")),
            entity_id=maker.next(TEXTS),
            details=maker.next(CONTENTS),
            created_at=maker.moment(),
        )


def _recommendation(
    maker: Maker, cast: Cast, user: User, type: RecommendationType
) -> Recommendation:
    created_at = maker.next(MOMENTS[:3])
    return maker.add(
        Recommendation,
        user_id=user.id,
        type=type,
        **_item(maker, cast, type),
        item_name=maker.next(TEXTS),
        score=maker.next(SCORES),
        context=maker.next(CONTENTS),
        status=maker.next(tuple(RecommendationStatus)),
        expires_at=maker.sometimes(MOMENTS[4:5]),
        created_at=created_at,
    )


def _interaction(
    maker: Maker, cast: Cast, user: User, recommendation: Recommendation | None
) -> None:
    kind = recommendation.type if recommendation else maker.next(tuple(RecommendationType))
    maker.add(
        Interaction,
        user_id=user.id,
        recommendation_id=recommendation.id if recommendation else None,
        type=maker.next(tuple(InteractionType)),
        **_item(maker, cast, kind),
        details=maker.next(CONTENTS),
        occurred_at=maker.moment(),
    )


def _item(maker: Maker, cast: Cast, type: RecommendationType) -> dict[str, Any]:
    match type:
        case RecommendationType.COURSE:
            return {"course_id": maker.random.choice(cast.courses).id}
        case RecommendationType.JOB:
            return {"job_id": maker.random.choice(maker.made(Job)).id}
        case _:
            return {"item_id": maker.next(TEXTS)}
