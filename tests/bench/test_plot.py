"""The picture is well-formed, and its bars stand where their figures are."""

from xml.etree import ElementTree as ET

from bench.plot import Bar, Panel, bars

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*ratios: float) -> ET.Element:
    group = [
        Bar(f"contestant {number} & <co>", ratio, f"told <{number}>")
        for number, ratio in enumerate(ratios)
    ]
    text = bars("A & B", "Bars of <each>", [Panel("32 clients", {"q1": group})])
    return ET.fromstring(text)  # noqa: S314 (our own text)


def tops_and_ends(root: ET.Element) -> list[tuple[float, float]]:
    found = [group.find(f"{SVG}rect") for group in root.iter(f"{SVG}g")]
    edges = [
        (float(each.attrib["y"]), float(each.attrib["height"]))
        for each in found
        if each is not None
    ]
    return [(round(y, 1), round(y + height, 1)) for y, height in edges]


def test_it_is_told_to_those_who_cannot_see_it() -> None:
    root = drawn(0.5)
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "A & B"
    assert root.findtext(f"{SVG}desc") == "Bars of <each>"
    assert [group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")] == ["told <0>"]


def test_half_and_double_are_equally_far_from_azora() -> None:
    (half_top, half_end), (double_top, double_end) = tops_and_ends(drawn(0.5, 2))
    assert half_top == double_end
    assert round(half_end - half_top, 1) == round(double_end - double_top, 1)


def test_equal_ones_are_seen_all_the_same() -> None:
    [(top, end)] = tops_and_ends(drawn(1))
    assert end - top == 2


def test_the_legend_names_everybody_once() -> None:
    said = [text.text for text in drawn(0.5, 2).iter(f"{SVG}text")]
    assert said.count("contestant 0 & <co>") == 1
    assert said.count("contestant 1 & <co>") == 1
