"""The curves' page and picture hold what was measured, and are read back as they were written."""

import orjson

from bench import curves_report
from bench.curves_record import FORM, Curve, Curves, Point, Turn
from bench.machine import Setting

SETTING = Setting("2026-01-02 03:04 UTC", "make bench ARGS=curves", ("a machine",), {"this": "1"})


def point(size: int, answer_bytes: int, cpu_ms: float) -> Point:
    turns = (Turn(100, 1, 2, cpu_ms / 2, cpu_ms / 2), Turn(90, 1, 2, cpu_ms, 0))
    return Point(size, answer_bytes, size, 1.0, turns)


def curve(about: str, sizes: dict[int, float], *, grows: bool = True) -> Curve:
    points = (point(size, 1000 * size if grows else 500, cost) for size, cost in sizes.items())
    return Curve(about, f"of {about}", tuple(points))


CURVES = Curves(
    SETTING,
    1.0,
    2,
    (
        curve("rows", {1000: 0.5, 100_000: 0.6}, grows=False),
        curve("page", {1: 1.01, 50: 1.5, 100: 2.0}),
        curve("depth", {1: 1.0, 3: 3.6}),
        curve("roots", {1: 1.0, 4: 1.6, 8: 2.4}),
        curve("clients", {1: 1.0, 500: 1.0}, grows=False),
    ),
)


def test_a_record_is_read_as_it_was_written() -> None:
    assert FORM.validate_json(orjson.dumps(CURVES)) == CURVES


def test_every_curve_is_judged() -> None:
    found = [*curves_report.verdicts(CURVES)]

    assert [each.reached for each in found] == [True, True, True, False, True, True, True]
    assert "of depth: CPU -0.300 ms + 1300.0 µs/kB" in str(found[3])


def test_the_page_names_its_picture_and_says_each_verdict() -> None:
    said = curves_report.page("curves", orjson.dumps(CURVES))

    assert "(../bench/results/curves.svg)" in said
    assert "Measured on 2026-01-02 03:04 UTC by `make bench ARGS=curves`" in said
    assert all(str(each) in said for each in curves_report.verdicts(CURVES))
    assert "| 100,000" in said


def test_the_picture_has_a_plot_for_everything_that_was_varied() -> None:
    said = curves_report.picture(CURVES)

    assert said.count("<polyline") == 7
    assert "as a multiple of that with 1,000" in said
