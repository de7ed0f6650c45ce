"""What a proof is worth: rounded down, and halved by the era."""

from decimal import Decimal
from uuid import UUID

import pytest

from domains.mint.engine.mining import Proof, fingerprint, reward, worth
from domains.mint.models import ActivityType

ADA, BOB, COURSE, OTHER = (UUID(int=number) for number in range(4))
BY_COURSE = ActivityType.COURSE_COMPLETION


@pytest.mark.parametrize(
    ("base", "difficulty", "score", "era", "units"),
    [
        ("10", 1, "100", 0, 1_000_000_000),
        ("10", 3, "87.5", 0, 2_625_000_000),
        ("50", 10, "100", 0, 50_000_000_000),
        ("5", 1, "33.33", 0, 166_650_000),
        ("0.00000003", 1, "50", 0, 1),
        ("0.00000001", 1, "99.99", 0, 0),
        ("10", 1, "0", 0, 0),
        ("10", 1, "100", 1, 500_000_000),
        ("0.00000007", 1, "100", 1, 3),
        ("50", 10, "100", 35, 1),
        ("50", 10, "100", 36, 0),
    ],
)
def test_a_reward_is_base_by_difficulty_by_score_halved_by_the_era(
    base: str, difficulty: int, score: str, era: int, units: int
) -> None:
    assert reward(Decimal(base), difficulty, Decimal(score), era) == units


@pytest.mark.parametrize(
    ("type", "units"),
    [
        (ActivityType.COURSE_COMPLETION, 1_000_000_000),
        (ActivityType.JOB_COMPLETION, 5_000_000_000),
        (ActivityType.SKILL_ASSESSMENT, 500_000_000),
    ],
)
def test_each_type_has_a_base_that_a_proof_may_replace(type: ActivityType, units: int) -> None:
    assert worth(type, Proof(Decimal(100))) == units
    assert worth(type, Proof(Decimal(100), base=Decimal("0.123456789"))) == 12_345_678


def test_a_score_loses_what_follows_its_second_decimal() -> None:
    proof = Proof(Decimal("66.66999"))
    assert proof.marks == Decimal("66.66")
    assert worth(BY_COURSE, proof) == 666_600_000


@pytest.mark.parametrize(("score", "difficulty"), [("-1", 1), ("100.01", 1), ("50", 0), ("50", 11)])
def test_a_proof_out_of_bounds_is_a_mistake(score: str, difficulty: int) -> None:
    with pytest.raises(ValueError, match="score from 0 to 100"):
        Proof(Decimal(score), difficulty)


def test_the_hash_of_a_proof_stands_for_all_its_facts() -> None:
    proof = Proof(Decimal(80), 2, details={"b": 1, "a": Decimal("0.5")})
    same = Proof(Decimal("80.00"), 2, details={"a": Decimal("0.5"), "b": 1})
    first = fingerprint(ADA, BY_COURSE, COURSE, proof)

    assert len(first) == 32
    assert fingerprint(ADA, BY_COURSE, COURSE, same) == first
    others = {
        fingerprint(BOB, BY_COURSE, COURSE, proof),
        fingerprint(ADA, ActivityType.SKILL_ASSESSMENT, COURSE, proof),
        fingerprint(ADA, BY_COURSE, OTHER, proof),
        fingerprint(ADA, BY_COURSE, COURSE, Proof(Decimal(81), 2, details=proof.details)),
        fingerprint(ADA, BY_COURSE, COURSE, Proof(Decimal(80), 3, details=proof.details)),
        fingerprint(ADA, BY_COURSE, COURSE, Proof(Decimal(80), 2)),
    }
    assert len(others - {first}) == 6
