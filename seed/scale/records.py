"""What the platform notes: habits, recommendations, and what its services report."""

from domains.health.models import ConstitutionalLog, Log
from domains.nexus.models import AuditLog, Interaction, Recommendation, UserProfile

from .kinds import (
    ACTIVITY,
    BEHAVIOR_PROFILE,
    CONSTITUTIONAL_LOG,
    COURSE,
    INTERACTION,
    JOB,
    RECOMMENDATION,
    SERVICE_LOG,
    STUDENTS,
    USER,
)
from .learning import PUBLISHED
from .people import CLASS, MARKET
from .terms import NUMBERS, Filling, Source, at, dice, key, moment, pick
from .words import FEATURES, LOGGED, SERVICES, SUBJECTS

USER_ID = key(USER, j=STUDENTS)
LEVELS = [level for level, _ in LOGGED]
MESSAGES = [message for _, message in LOGGED]

THINGS = Source(
    f"{NUMBERS}, generate_series(0, 2) as thing",
    # An open job of an employer who is there already.
    f"thing < 2 or n > {MARKET} and n % 5 = 0",
    {
        "founder": f"{CLASS} * {dice(80, f'(n + {CLASS - 1}) / {CLASS}')} + 1",
        "employer": f"{MARKET} * (1 + {dice(81, f'greatest((n - 1) / {MARKET}, 1)')})",
        "course": dice(82, PUBLISHED),
        "feature": pick(FEATURES, dice(83, len(FEATURES))),
    },
)
OFFERED = Source(
    str(THINGS),
    names={
        "course_id": f"case thing when 0 then {key(COURSE, 'founder', 'course')} end",
        "item_id": "case thing when 1 then replace(feature, ' ', '-') end",
        "job_id": f"case thing when 2 then {key(JOB, 'employer')} end",
    },
)
"""A course, a feature of the platform, and for some a job."""

ITEM = {"course_id": "course_id", "item_id": "item_id", "job_id": "job_id"}

FILLINGS = (
    Filling(
        UserProfile,
        BEHAVIOR_PROFILE,
        {
            "user_id": USER_ID,
            "preferences": f"jsonb_build_object('topic', {pick(SUBJECTS, 'n')})",
            "behavior": f"jsonb_build_object('interactionCount', 2, 'hour', {dice(84, 24)})",
        },
    ),
    Filling(
        Recommendation,
        RECOMMENDATION,
        {
            "user_id": USER_ID,
            "type": pick(("course", "feature", "job"), "thing"),
            **ITEM,
            "item_name": "case thing when 0 then 'A course for you'"
            " when 1 then feature else 'A job for you' end",
            "score": f"0.5 + {dice(85, 5000, 'n * 4 + thing')} / 10000.0",
            "context": "jsonb_build_object('because', 'of what you learn')",
            "status": pick(("active", "active", "accepted", "dismissed"), "n + thing"),
            "expires_at": moment(at(RECOMMENDATION, j="thing"), plus="5 years"),
        },
        str(OFFERED),
        j="thing",
    ),
    Filling(
        Interaction,
        INTERACTION,
        {
            "user_id": USER_ID,
            "recommendation_id": key(RECOMMENDATION, j="thing"),
            "type": pick(("view", "click", "accept", "dismiss"), "n + thing"),
            **ITEM,
            "occurred_at": moment(at(INTERACTION, j="thing")),
        },
        str(OFFERED),
        j="thing",
    ),
    Filling(
        AuditLog,
        ACTIVITY,
        {
            "user_id": USER_ID,
            "action": "'profile_updated'",
            "entity_type": "'UserProfile'",
            "entity_id": key(BEHAVIOR_PROFILE),
        },
    ),
    Filling(
        Log,
        SERVICE_LOG,
        {
            "level": pick(LEVELS, "n + line"),
            "service": pick(SERVICES, "n + line"),
            "message": pick(MESSAGES, "n + line"),
            "details": f"jsonb_build_object('milliseconds', {dice(86, 900, 'n * 2 + line')})",
        },
        f"{NUMBERS}, generate_series(0, 1) as line",
        j="line",
    ),
    Filling(
        ConstitutionalLog,
        CONSTITUTIONAL_LOG,
        {
            "user_id": USER_ID,
            "action": "'recommendation.made'",
            "article": pick(("I", "V", "VIII"), "n / 10"),
            "compliant": f"{dice(87, 20)} > 0",
            "score": f"75 + {dice(87, 20)}",
        },
        where="n % 10 = 0",
    ),
)
