"""What is said of a curve follows from its points alone."""

import pytest

from bench.curves_fit import fit, foretold, growth, judged_crowd, judged_flat, judged_linear

SIZES = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
STRAIGHT = [0.5 + 0.01 * size for size in SIZES]
SQUARE = [0.5 + 0.001 * size**2 for size in SIZES]


def test_a_line_is_found_with_what_every_answer_costs_and_each_unit() -> None:
    found = fit(SIZES, STRAIGHT)

    assert found.fixed == pytest.approx(0.5)
    assert found.each == pytest.approx(0.01)
    assert found.at(200) == pytest.approx(2.5)


def test_points_are_missed_by_a_share_of_their_cost() -> None:
    assert fit([1, 1, 100], [1, 1, 10]).at(100) == pytest.approx(10)
    assert fit([1, 2, 3], [10, 10, 1]).at(3) < 2


def test_a_unit_of_a_straight_cost_gets_cheaper_and_of_a_square_dearer() -> None:
    assert growth(SIZES, STRAIGHT) == pytest.approx(0.015 / 0.02)
    assert growth(SIZES, SQUARE) == pytest.approx(0.105 / 0.045)


def test_a_square_behind_a_large_fixed_cost_is_seen_by_its_lower_half() -> None:
    hidden = [5 + 0.001 * size**2 for size in SIZES]

    assert growth(SIZES, hidden) < 1.1
    assert foretold(SIZES, hidden) > 1.3
    assert foretold(SIZES, STRAIGHT) == pytest.approx(1)


def test_a_cost_that_falls_below_nothing_foretells_nothing() -> None:
    assert foretold([1, 2, 10], [5, 1, 6]) == float("inf")


def test_a_hundred_times_the_rows_may_cost_a_quarter_more() -> None:
    reached = judged_flat("q1", [1_000, 100_000], [0.4, 0.5])
    missed = judged_flat("q1", [1_000, 100_000], [0.4, 0.504])

    assert (reached.reached, missed.reached) == (True, False)
    assert str(reached) == (
        "- q1: CPU with 100,000 students / with 1,000: 0.500 / 0.400 ms = 1.25 "
        "(goal ≤ 1.25): reached"
    )


def test_a_straight_cost_is_linear_and_a_square_is_not() -> None:
    assert [each.reached for each in judged_linear("pages", SIZES, STRAIGHT)] == [True, True]
    assert [each.reached for each in judged_linear("pages", SIZES, SQUARE)] == [False, False]


def test_halves_are_not_compared_where_sizes_differ_in_kind() -> None:
    (only,) = judged_linear("depth", SIZES, SQUARE, evenly=False)

    assert str(only).endswith("(goal ≤ 1.1): missed")


def test_a_crowd_may_cost_a_quarter_of_the_throughput() -> None:
    assert judged_crowd("q1", [1, 32, 500], [500, 2000, 1500]).reached
    assert not judged_crowd("q1", [1, 32, 500], [500, 2000, 1499]).reached
