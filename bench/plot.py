"""A picture of how many requests others answer for each that Azora does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from xml.sax.saxutils import escape

from bench.svg import element, line, picture, words

TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
COLOURS = ("#0072b2", "#d55e00", "#cc79a7", "#009e73", "#e69f00", "#56b4e9", "#8c8c8c")
"""Told apart by those who do not see all colours, and on light and dark paper alike."""

WIDTH, PANEL = 1000.0, 300.0
LEFT, RIGHT, TOP, GAP = 74.0, 16.0, 116.0, 62.0
LETTER, LINE = 6.9, 20.0
"""About as wide is a letter, and as high a line."""

SHARE = 0.86
"""Of the room of a group that its bars fill."""

THIN = 2.0
"""So high is at least every bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Another's requests a second, divided by Azora's."""

    contestant: str
    ratio: float
    told: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One number of connections: for each workload, how the others stand."""

    title: str
    groups: Mapping[str, Sequence[Bar]]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a ratio stands: equal factors have equal heights."""

    top: float
    ticks: Sequence[float]

    def y(self, ratio: float) -> float:
        low, high = log10(self.ticks[0]), log10(self.ticks[-1])
        held = min(max(log10(ratio), low), high)
        return self.top + PANEL * (high - held) / (high - low)


def bars(title: str, description: str, panels: Sequence[Panel]) -> str:
    """All panels under each other, with one scale and one legend."""
    found = [bar for panel in panels for group in panel.groups.values() for bar in group]
    colours = dict(zip(dict.fromkeys(bar.contestant for bar in found), COLOURS, strict=False))
    ticks = _ticks([bar.ratio for bar in found])
    parts = [words(title, LEFT, 28, class_="heading"), *_legend(colours)]
    for number, panel in enumerate(panels):
        scale = Scale(TOP + number * (PANEL + GAP), ticks)
        parts += [*_axes(panel, scale), *_groups(panel, scale, colours)]
    height = TOP + len(panels) * (PANEL + GAP) - GAP / 2
    return picture(WIDTH, height, title, description, *parts)


def _ticks(ratios: Sequence[float]) -> Sequence[float]:
    lowest, highest = min([*ratios, 0.5]), max([*ratios, 2.0])
    first = max((at for at, tick in enumerate(TICKS) if tick <= lowest), default=0)
    last = min((at for at, tick in enumerate(TICKS) if tick >= highest), default=len(TICKS) - 1)
    return TICKS[first : last + 1]


def _legend(colours: Mapping[str, str]) -> Iterator[str]:
    x, y = LEFT, 51.0
    for contestant, colour in colours.items():
        room = 34 + LETTER * len(contestant)
        if x + room > WIDTH:
            x, y = LEFT, y + LINE
        yield element("rect", x=x, y=y - 10, width=11.0, height=11.0, fill=colour)
        yield words(contestant, x + 16, y)
        x += room


def _axes(panel: Panel, scale: Scale) -> Iterator[str]:
    yield words(panel.title, LEFT, scale.top - 12, font_weight="600")
    for tick in scale.ticks:
        y = scale.y(tick)
        yield line(LEFT, y, WIDTH - RIGHT, y, class_="base" if tick == 1 else "line")
        name = "Azora" if tick == 1 else f"{tick:g}x"
        yield words(
            name, LEFT - 8, y + 4, text_anchor="end", class_="ink" if tick == 1 else "faint"
        )
    middle = scale.top + PANEL / 2
    yield words(
        "requests/s ÷ Azora's (logarithmic)",
        *(18, middle),
        class_="faint",
        text_anchor="middle",
        transform=f"rotate(-90 18 {middle:g})",
    )


def _groups(panel: Panel, scale: Scale, colours: Mapping[str, str]) -> Iterator[str]:
    room = (WIDTH - LEFT - RIGHT) / len(panel.groups)
    for number, (workload, group) in enumerate(panel.groups.items()):
        left = LEFT + number * room
        yield words(workload, left + room / 2, scale.top + PANEL + 18, text_anchor="middle")
        width = room * SHARE / max(len(colours), 1)
        start = left + (room - width * len(group)) / 2
        for place, bar in enumerate(group):
            yield _bar(bar, start + place * width, width, scale, colours[bar.contestant])


def _bar(bar: Bar, x: float, width: float, scale: Scale, colour: str) -> str:
    base, end = scale.y(1), scale.y(bar.ratio)
    top, height = min(base, end), max(abs(base - end), THIN)
    below = end > base
    return element(
        "g",
        element("title", escape(bar.told)),
        element("rect", x=x + 1, y=top, width=width - 2, height=height, fill=colour, rx=1.5),
        words(
            _short(bar.ratio),
            *(x + width / 2, top + height + 10 if below else top - 4),
            class_="small",
            text_anchor="middle",
        ),
    )


def _short(ratio: float) -> str:
    """As many digits as are worth reading."""
    digits = 1 if ratio >= 10 else 2 if ratio >= 0.1 else 3  # noqa: PLR2004 (how it looks)
    return f"{ratio:.{digits}f}".removeprefix("0")
