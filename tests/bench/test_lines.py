"""A picture shows every line and where it ends."""

from xml.etree import ElementTree as ET

import pytest

from bench.lines import Axis, Drawn, Panel, lines, marks, short

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (1.0, [0, 0.25, 0.5, 0.75, 1.0]),
        (7.3, [0, 2, 4, 6, 8]),
        (2200, [0, 1000, 2000, 3000]),
        (100, [0, 25, 50, 75, 100]),
    ],
)
def test_a_scale_has_round_figures_up_to_the_highest(highest: float, expected: list[float]) -> None:
    assert marks(highest) == pytest.approx(expected)


def test_equal_factors_are_equal_ways_on_a_logarithmic_axis() -> None:
    axis = Axis(1, 100, 0, 200, log=True)

    assert [axis.at(size) for size in (1, 10, 100)] == pytest.approx([0, 100, 200])


def test_thousands_are_short() -> None:
    assert [short(size) for size in (1, 0.25, 1000, 100_000, 1250)] == [
        *("1", "0.25", "1k", "100k", "1250"),
    ]


def test_names_of_lines_that_end_together_stand_apart() -> None:
    drawn = [Drawn(name, [(1, 1), (10, 2)]) for name in ("one", "other & more")]
    root = ET.fromstring(  # noqa: S314 (our own)
        lines("Title", "What it is", [Panel("Panel", "across", "up", drawn, log_across=True)])
    )

    ends = {each.text: float(each.attrib["y"]) for each in root.iter(f"{SVG}text")}
    assert ends["one"] != ends["other & more"]
    assert abs(ends["one"] - ends["other & more"]) >= 13
    assert len([*root.iter(f"{SVG}polyline")]) == 2
    assert len([*root.iter(f"{SVG}circle")]) == 4
