"""What people talk about with the family, and what they are told."""

from domains.family.models import Conversation, FamilyInteraction, Message
from domains.notifications.models import Notification
from seed.family import FAMILY, member_id

from .kinds import (
    CONVERSATION,
    FAMILY_INTERACTION,
    FAMILY_MESSAGE,
    NOTIFICATION,
    STUDENTS,
    USER,
)
from .learning import PLACES
from .terms import NUMBERS, Filling, Source, array, at, dice, key, moment, pick
from .words import ANSWERS, QUESTIONS

USER_ID = key(USER, j=STUDENTS)
MEMBERS = array([str(member_id(character.name)) for character in FAMILY])
MEMBER_ID = f"cast({MEMBERS}[1 + {dice(70, len(FAMILY))}] as uuid)"

TALKING = Source(NUMBERS, "n % 3 = 0", {"member_id": MEMBER_ID})
TOLD = Source(
    f"{PLACES} join education.courses on courses.id = course_id",
    names={"enrolled": "'You have a place in “' || title || '”.'"},
)

FILLINGS = (
    Filling(
        Conversation,
        CONVERSATION,
        {
            "user_id": USER_ID,
            "member_id": "member_id",
            "context": "jsonb_build_object('lastTopic', 'learning')",
            "started_at": moment(at(CONVERSATION)),
        },
        str(TALKING),
    ),
    Filling(
        Message,
        FAMILY_MESSAGE,
        {
            "conversation_id": key(CONVERSATION),
            "user_id": USER_ID,
            "member_id": "member_id",
            "seq": "m + 1",
            "role": pick(("user", "assistant"), "m"),
            "content": f"case m % 2 when 0 then {pick(QUESTIONS, 'n / 3 + m')}"
            f" else {pick(ANSWERS, 'n / 3 + m - 1')} end",
            "mood": f"case m % 2 when 0 then 'neutral' else {pick(('happy', 'thoughtful'), 'n')}"
            " end",
        },
        f"{TALKING}, generate_series(0, 3) as m",
        j="m",
    ),
    Filling(
        FamilyInteraction,
        FAMILY_INTERACTION,
        {
            "user_id": USER_ID,
            "member_id": "member_id",
            "interaction": pick(("chat", "greeting", "consultation", "celebration"), "n / 3"),
            "sentiment": pick(("positive", "neutral"), "n / 3"),
        },
        str(TALKING),
    ),
    Filling(
        Notification,
        NOTIFICATION,
        {
            "user_id": USER_ID,
            "title": "'Welcome to Azora'",
            "message": "'Your account is ready. Find your first course.'",
            "type": "'success'",
            "read_at": moment(at(NOTIFICATION), plus="1 day"),
        },
    ),
    Filling(
        Notification,
        NOTIFICATION,
        {
            "user_id": USER_ID,
            "title": "'You are enrolled'",
            "message": "enrolled",
            "type": "'success'",
            "read_at": "case when n % 2 = 0 then"
            f" {moment(at(NOTIFICATION, j='1 + e'), plus='1 day')} end",
        },
        str(TOLD),
        j="1 + e",
    ),
)
