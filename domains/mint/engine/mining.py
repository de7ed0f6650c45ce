"""What a proof of knowledge is worth, and the hash that stands for it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from domains.mint.models import ActivityType

from .units import units_of

BASES = {
    ActivityType.COURSE_COMPLETION: Decimal(10),
    ActivityType.JOB_COMPLETION: Decimal(50),
    ActivityType.SKILL_ASSESSMENT: Decimal(5),
}
"""What an activity of difficulty 1 earns with full marks, in AZR, before any halving."""

ERA = 210_000
"""After so many records a reward is half of what it was."""

DAILY_CAP = 1000
"""So much AZR a person mines in a day of UTC at most."""

HARDEST = 10
FULL_MARKS = 100
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Proof:
    """That a person did something, as the domain knows in which they did it."""

    score: Decimal
    """How well, from 0 to 100; digits after the second decimal are dropped."""

    difficulty: int = 1
    """How hard it was, from 1 to 10."""

    base: Decimal | None = None
    """What it earns before difficulty and score, if not what is usual for its type."""

    details: Mapping[str, Any] = field(default_factory=dict)
    """What else is known of it; shown to the person as JSON."""

    rivals: Sequence[UUID] = ()
    """Other activities of the type that nobody is paid for again too soon after one of them."""

    apart: timedelta = timedelta(0)
    """How long after a rival was paid for this one is not."""

    def __post_init__(self) -> None:
        if not 0 <= self.score <= FULL_MARKS or not 1 <= self.difficulty <= HARDEST:
            raise ValueError("a proof has a score from 0 to 100 and a difficulty from 1 to 10")

    @property
    def marks(self) -> Decimal:
        """The score as it is kept."""
        return self.score.quantize(CENT, ROUND_FLOOR)


def reward(base: Decimal, difficulty: int, score: Decimal, era: int = 0) -> int:
    """In units of 1e-8, rounded down; each era halves it."""
    hundredths = int(score.scaleb(2))
    return units_of(base) * difficulty * hundredths // (FULL_MARKS * 100) >> era


def worth(type: ActivityType, proof: Proof) -> int:
    """What a proof earns in the first era, in units of 1e-8."""
    base = BASES[type] if proof.base is None else proof.base
    return reward(base, proof.difficulty, proof.marks)


def fingerprint(user_id: UUID, type: ActivityType, activity_id: UUID, proof: Proof) -> bytes:
    """SHA-256 of who did what and how well, in one canonical form."""
    facts = {
        "user": str(user_id),
        "type": type.value,
        "activity": str(activity_id),
        "worth": worth(type, proof),
        "difficulty": proof.difficulty,
        "score": str(proof.marks),
        "details": dict(proof.details),
    }
    text = json.dumps(facts, default=str, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
