"""What is paid once is judged by its goals, and read back as it was written."""

from dataclasses import replace

import orjson

from bench import cold_report
from bench.cold import FORM, Cold
from bench.cold_churn import Churn, Churns, Memory
from bench.cold_clients import Seen
from bench.cold_first import First, FirstSight, Size
from bench.cold_start import ColdStart, Stages, Start
from bench.machine import Setting

SEEN = Seen(0.4, 1.0, 5.0, 1000)
FIRSTS = [First(ms, 0.5, 8.0, 5.0) for ms in (12.0, 14.0, 30.0)]
SIZES = [Size(fields, FIRSTS, [3.0, 9.0, 19.0]) for fields in (10, 50)]
MEMORY = tuple(Memory(number * 100, 100.0 + number, 50.0, 5) for number in range(5))
COLD = Cold(
    Setting("2026-01-02 03:04 UTC", "make bench ARGS=cold", ("a machine",), {"this": "1"}),
    ColdStart([Start(900.0, 950.0, 1800.0, 30.0, 0.5)], [Stages(20.0, 700.0, 100.0, 30.0)]),
    FirstSight(SIZES, SEEN),
    Churns(SEEN, (Churn("documents", MEMORY, 80.0, SEEN, SEEN),), 41),
)


def test_a_record_is_read_as_it_was_written() -> None:
    assert FORM.validate_json(orjson.dumps(COLD)) == COLD


def test_all_goals_are_reached_by_what_reaches_them() -> None:
    found = [*cold_report.verdicts(COLD)]

    assert all(each.reached for each in found)
    assert [str(each) for each in found[:2]] == [
        "- first sight of 50 fields, median: 14.0 ms (goal < 20): reached",
        "- others held up by the first sight of 50 fields, at worst: 19.0 ms (goal < 20): reached",
    ]


def test_one_who_waits_too_long_once_misses_the_goal() -> None:
    slow = [SIZES[0], replace(SIZES[1], held_up_ms=[3.0, 9.0, 20.0])]
    found = [*cold_report.verdicts(replace(COLD, first=FirstSight(slow, SEEN)))]

    assert [each.reached for each in found[:2]] == [True, False]


def test_memory_that_goes_on_growing_is_not_bounded() -> None:
    memory = tuple(replace(each, backends_mib=50.0 + each.documents) for each in MEMORY)
    churns = replace(COLD.churns, kinds=(Churn("documents", memory, 80.0, SEEN, SEEN),))
    found = [*cold_report.verdicts(replace(COLD, churns=churns))]

    assert [each.reached for each in found[2:4]] == [True, False]


def test_the_page_and_the_picture_hold_all_of_it() -> None:
    said = cold_report.page("cold", orjson.dumps(COLD))

    assert "(../bench/results/cold.svg)" in said
    assert "| `azora serve` to the first answer of a query" in said
    assert cold_report.picture(COLD).count("<polyline") == 5
