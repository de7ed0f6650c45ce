"""Characters of all kinds, and who talked with them."""

from collections.abc import Sequence
from decimal import Decimal

from domains.auth.models import User
from domains.family.models import (
    ChatRole,
    Conversation,
    FamilyInteraction,
    FamilyMember,
    InteractionKind,
    Message,
    Mood,
    Sentiment,
)
from tests.differential.awkward import CONTENTS, TEXTS

from . import Cast, Maker

NAMES = ("Elara", "sankofa", 'Nia "the \\ quick"', "Zola 🧑🏽‍🚀", "  ")
TEMPERATURES = (Decimal(0), Decimal("0.05"), Decimal("0.80"), Decimal(2))


def fill(maker: Maker, cast: Cast) -> None:
    members = [_member(maker, place, name) for place, name in enumerate(NAMES, 1)]
    talkers = [*cast.users.values()][:9]
    for user in talkers:
        for member in maker.random.sample(members, 3):
            _conversation(maker, user, member)
        _moments(maker, user, members)


def _member(maker: Maker, place: int, name: str) -> FamilyMember:
    return maker.add(
        FamilyMember,
        name=name,
        role=maker.next(TEXTS),
        position=(place * 3) % 7,
        traits=maker.next(([], [""], list(TEXTS))),
        background=maker.next(TEXTS),
        relationships=maker.next(CONTENTS),
        temperature=maker.next(TEMPERATURES),
        avatar=maker.sometimes(TEXTS),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )


def _conversation(maker: Maker, user: User, member: FamilyMember) -> None:
    talk = maker.add(
        Conversation,
        user_id=user.id,
        member_id=member.id,
        context=maker.next(CONTENTS),
        started_at=maker.moment(),
        updated_at=maker.moment(),
    )
    for seq in (1, 2**31 - 1, 2):
        maker.add(
            Message,
            conversation_id=talk.id,
            user_id=user.id,
            member_id=member.id,
            seq=seq,
            role=maker.next(tuple(ChatRole)),
            content=maker.next(TEXTS),
            mood=maker.next(tuple(Mood)),
            details=maker.next(CONTENTS),
            created_at=maker.moment(),
        )


def _moments(maker: Maker, user: User, members: Sequence[FamilyMember]) -> None:
    for kind in maker.random.sample(tuple(InteractionKind), 3):
        maker.add(
            FamilyInteraction,
            user_id=user.id,
            member_id=maker.next(members).id,
            interaction=kind,
            sentiment=maker.sometimes(tuple(Sentiment)),
            details=maker.next(CONTENTS),
            created_at=maker.moment(),
        )
