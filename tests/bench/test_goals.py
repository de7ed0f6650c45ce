"""A goal is judged by the median of the rounds' own ratios."""

import pytest

from bench.goals import Verdict, verdicts
from bench.record import Sample, Series, Table
from bench.report import goals_text, table_text


def sample(per_second: float, p99_ms: float = 5, total_ms: float = 1) -> Sample:
    return Sample(per_second, 1, p99_ms, total_ms / 2, total_ms / 2, 50, 20)


def series(name: str, *samples: Sample) -> Series:
    return Series(name, name.title(), 1.0, samples)


def table(workload: str, *all_series: Series, connections: int = 32) -> Table:
    return Table(workload, "a question", "anonymous", connections, 100, all_series)


def judged(*tables: Table) -> dict[tuple[str, str], tuple[str, bool]]:
    return {
        (each.workload, each.goal.title): (str(each), each.reached) for each in verdicts(tables)
    }


def test_a_noisy_round_in_which_both_are_slow_changes_no_verdict() -> None:
    azora = series("azora", sample(4000), sample(400), sample(4400))
    other = series("postgraphile", sample(2000), sample(190), sample(2000))
    found = judged(table("q1", azora, other))
    assert found["q1", "requests/s ÷ PostGraphile"] == ("2.11 ≥ 2", True)
    assert found["q1", "p99 ÷ PostGraphile"] == ("1.00 ≤ 1", True)


def test_each_workload_has_its_own_bound() -> None:
    azora, other = series("azora", sample(2200)), series("postgraphile", sample(1000))
    found = judged(*(table(name, azora, other) for name in ("q1", "q2", "q5", "stats")))
    ratio = "requests/s ÷ PostGraphile"
    assert found["q1", ratio] == ("2.20 ≥ 2", True)
    assert found["q2", ratio] == ("2.20 ✗ < 2.5", False)
    assert found["q5", ratio] == ("2.20 ≥ 0.95", True)
    assert ("stats", ratio) not in found


def test_a_request_may_cost_so_much_more_than_the_floor_and_no_more() -> None:
    azora, floor = series("azora", sample(1, total_ms=1.3)), series("floor", sample(1, total_ms=1))
    found = judged(table("q3", azora, floor))
    assert found["q3", "total CPU ÷ floor"] == ("1.30 ≤ 1.3", True)
    assert found["q3", "Postgres CPU ÷ hand-written"] == ("1.30 ✗ > 1.25", False)


def test_what_one_client_sees_is_judged_by_itself() -> None:
    azora, floor = series("azora", sample(1)), series("floor", sample(1))
    found = judged(table("q1", azora, floor, connections=1))
    assert sorted(found) == [
        ("q1", "Postgres CPU ÷ hand-written, 1 client"),
        ("q1", "total CPU ÷ floor, 1 client"),
    ]


def test_who_took_no_part_is_not_judged() -> None:
    tables = [table("q1", series("azora", sample(1)))]
    assert [*verdicts(tables)] == []
    assert goals_text(tables).startswith("No goal was measured")


def test_the_summary_names_every_goal_that_was_missed() -> None:
    azora, other = series("azora", sample(2200)), series("postgraphile", sample(1000))
    said = goals_text([table("q1", azora, other), table("q2", azora, other)])
    assert "3 of 4 goals reached." in said
    assert said.endswith("Missed:\n\n- q2, requests/s ÷ PostGraphile: 2.20 ✗ < 2.5")


def test_a_table_compares_everybody_with_azora() -> None:
    azora, other = series("azora", sample(2000)), series("plain", sample(500, total_ms=4))
    lines = table_text(table("q1", azora, other)).splitlines()
    assert lines[0] == "### q1: a question"
    cells = [cell.strip() for cell in lines[-1].split("|")[1:-1]]
    assert cells[:3] == ["Plain", "500", "0.25"]
    assert cells[7:9] == ["4.000", "4.00"]


@pytest.mark.parametrize("ratio", [0.0, 1.0, 1e9])
def test_a_verdict_is_for_one_side_of_the_bound(ratio: float) -> None:
    azora, other = series("azora", sample(1)), series("mercurius", sample(1))
    [one] = verdicts([table("q1", azora, other)])
    turned = Verdict(one.goal, "q1", ratio, one.bound)
    assert turned.reached == (ratio >= 0.6)
