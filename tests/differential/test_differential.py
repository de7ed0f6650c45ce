"""Random operations get the same answer from the planner and from the executor over plain rows."""

import os
import secrets
from collections import Counter

import pytest

from .comparison import RUNS, Comparison, CountingDatabase, Differential
from .halves import UnguardedPlanner

DOCUMENTS = 64
CHUNK = RUNS * DOCUMENTS
FIXED_SEED = 8_412_750
GIVEN_SEED = os.environ.get("AZORA_DIFFERENTIAL_SEED")


def fresh_seed() -> int:
    """The seed of the environment, or a new one; printed, so that it can be given again."""
    seed = int(GIVEN_SEED) if GIVEN_SEED else secrets.randbits(32)
    print(f"AZORA_DIFFERENTIAL_SEED={seed}")  # noqa: T201 (whoever repeats a failure needs it)
    return seed


def assert_wholly_planned(counts: Counter[str], viewers: set[str]) -> None:
    assert counts["run"] == CHUNK
    assert all(counts[viewer] >= RUNS for viewer in viewers)
    assert counts["refused"] + counts["beyond the limits"] < 0.25 * CHUNK
    assert counts["in one statement"] == counts["planned"]
    assert counts["planned"] >= 0.9 * counts["faultless"]
    assert counts["with data"] >= 0.4 * counts["executed"]


@pytest.mark.parametrize("chunk", range(10))
async def test_the_same_operations_as_ever_get_equal_answers(
    comparison: Comparison, chunk: int
) -> None:
    counts = await Differential(comparison).run(FIXED_SEED + chunk, DOCUMENTS)
    assert_wholly_planned(counts, {*comparison.visible})


@pytest.mark.parametrize("chunk", range(2))
async def test_operations_never_seen_before_get_equal_answers(
    comparison: Comparison, chunk: int
) -> None:
    counts = await Differential(comparison).run(fresh_seed() + chunk, DOCUMENTS)
    assert_wholly_planned(counts, {*comparison.visible})


@pytest.mark.parametrize("chunk", range(2))
@pytest.mark.parametrize(
    "elsewhere", [frozenset({"education"}), frozenset({"auth"})], ids=["education", "auth"]
)
async def test_links_to_another_cluster_change_no_answer(
    comparison: Comparison, chunk: int, elsewhere: frozenset[str]
) -> None:
    counts = await Differential(comparison).run(FIXED_SEED - 1 - chunk, DOCUMENTS)
    assert counts["run"] == CHUNK
    assert counts["planned"] > counts["in one statement"] > 0
    assert counts["with data"] >= 0.4 * counts["executed"]


async def test_the_predicates_of_plans_hide_all_that_row_security_hides(
    comparison: Comparison, unsecured: CountingDatabase
) -> None:
    comparison.database = unsecured
    counts = await Differential(comparison).run(FIXED_SEED - 3, DOCUMENTS)
    assert_wholly_planned(counts, {*comparison.visible})


async def test_row_security_hides_all_that_the_predicates_of_plans_hide(
    comparison: Comparison,
) -> None:
    comparison.gateway.planner = UnguardedPlanner(comparison.gateway.schema)
    counts = await Differential(comparison).run(FIXED_SEED - 4, DOCUMENTS)
    assert_wholly_planned(counts, {*comparison.visible})
