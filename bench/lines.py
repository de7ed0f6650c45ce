"""A picture of several small plots with lines in them, each with a scale of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from bench.plot import COLOURS
from bench.svg import element, line, picture, words

COLUMNS = 2
WIDTH = 1000.0
PANEL_WIDTH, PANEL_HEIGHT = 352.0, 190.0
LEFT, TOP, BETWEEN, BELOW = 60.0, 100.0, 494.0, 92.0
LABELS = 7.0
"""From the end of a line to its name."""

ROOM = 17.0
"""Between two sizes across that both have their figure there."""

APART = 13.0
"""Between the names of two lines that end close to each other."""

STEPS = (1, 2, 2.5, 5, 10)
TICKS = 4
"""So many a scale has at least."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line: its name, and where it goes."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot. A logarithmic axis is for sizes that grow by factors."""

    title: str
    across: str
    up: str
    drawn: Sequence[Drawn]
    log_across: bool = False
    log_up: bool = False
    few_marks: bool = False
    """Round figures across, where there are too many sizes to name each."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From a figure to a place; `low` and `high` are figures at the places `start` and `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool

    def at(self, figure: float) -> float:
        share = (self._of(figure) - self._of(self.low)) / (self._of(self.high) - self._of(self.low))
        return self.start + share * (self.end - self.start)

    def _of(self, figure: float) -> float:
        return log10(figure) if self.log else figure


def lines(title: str, description: str, panels: Sequence[Panel]) -> str:
    """All panels, two beside each other."""
    parts = [words(title, 16, 28, class_="heading"), words(description, 16, 48, class_="faint")]
    for number, panel in enumerate(panels):
        left = LEFT + number % COLUMNS * BETWEEN
        top = TOP + number // COLUMNS * (PANEL_HEIGHT + BELOW)
        parts += _panel(panel, left, top)
    rows = ceil(len(panels) / COLUMNS)
    height = TOP + rows * (PANEL_HEIGHT + BELOW) - 30
    return picture(WIDTH, height, title, description, *parts)


def _panel(panel: Panel, left: float, top: float) -> Iterator[str]:
    bottom = top + PANEL_HEIGHT
    across = _across(panel, left)
    figures = _figures(panel)
    up = Axis(figures[0], figures[-1], bottom, top, panel.log_up)
    yield words(panel.title, left - 40, top - 26, font_weight="600")
    yield words(panel.up, left - 40, top - 10, class_="faint")
    for mark in figures:
        y = up.at(mark)
        yield line(left, y, left + PANEL_WIDTH, y, class_="line")
        yield words(short(mark), left - 8, y + 4, text_anchor="end", class_="faint")
    yield from _marked(panel, across, bottom)
    middle = left + PANEL_WIDTH / 2
    yield words(panel.across, middle, bottom + 35, text_anchor="middle", class_="faint")
    for drawn, colour in zip(panel.drawn, COLOURS, strict=False):
        yield from _line(drawn, colour, across, up)
    yield from _names(panel.drawn, across, up)


def _marked(panel: Panel, across: Axis, bottom: float) -> Iterator[str]:
    """The sizes across, as many as there is room for."""
    last = 0.0
    for size in marks(across.high) if panel.few_marks else _sizes(panel):
        x = across.at(size)
        yield line(x, bottom, x, bottom + 4, class_="line")
        if x - last >= ROOM:
            last = x
            yield words(short(size), x, bottom + 17, text_anchor="middle", class_="faint")


def _line(drawn: Drawn, colour: str, across: Axis, up: Axis) -> Iterator[str]:
    places = [(across.at(size), up.at(figure)) for size, figure in drawn.points]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield element("polyline", points=way, fill="none", stroke=colour, stroke_width="2")
    for (x, y), (size, figure) in zip(places, drawn.points, strict=True):
        told = element("title", escape(f"{drawn.name}, {short(size)}: {figure:,.3g}"))
        yield element("circle", told, cx=x, cy=y, r="3", fill=colour)


def _names(drawn: Sequence[Drawn], across: Axis, up: Axis) -> Iterator[str]:
    """Each line's name at its end; those that end close together stand apart."""
    ends = [(up.at(each.points[-1][1]), number) for number, each in enumerate(drawn)]
    lowest = float("inf")
    for y, number in sorted(ends, reverse=True):
        lowest = min(y, lowest - APART)
        x = across.at(drawn[number].points[-1][0]) + LABELS
        yield words(drawn[number].name, x, lowest + 4, fill=COLOURS[number], style=_fill(number))


def _fill(number: int) -> str:
    """Above the picture's own style of words."""
    return f"fill: {COLOURS[number]}"


def _sizes(panel: Panel) -> Sequence[float]:
    return sorted({size for each in panel.drawn for size, _ in each.points})


def _across(panel: Panel, left: float) -> Axis:
    sizes = _sizes(panel)
    low = sizes[0] if panel.log_across else 0.0
    high = marks(sizes[-1])[-1] if panel.few_marks else sizes[-1]
    return Axis(low, high, left, left + PANEL_WIDTH, panel.log_across)


def _figures(panel: Panel) -> Sequence[float]:
    drawn = [figure for each in panel.drawn for _, figure in each.points]
    if panel.log_up:
        first, last = floor(log10(min(drawn))), ceil(log10(max(drawn)))
        return [10.0**power for power in range(first, max(last, first + 1) + 1)]
    return marks(max(drawn))


def marks(highest: float) -> list[float]:
    """Round figures from nothing to the highest, or just above it."""
    rough = highest / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(step * power for step in STEPS if step * power >= rough)
    return [number * step for number in range(ceil(highest / step - 1e-9) + 1)]


def short(figure: float) -> str:
    """As many digits as are worth reading."""
    if figure >= 1000 and figure % 100 == 0:  # noqa: PLR2004 (how it looks)
        return f"{figure / 1000:g}k"
    return f"{figure:g}"
