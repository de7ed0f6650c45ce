"""What was measured of the curves, as it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import Final, Literal

from pydantic import TypeAdapter

from bench.machine import Setting


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one size."""

    per_second: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    """Processor time of the server for one request."""

    postgres_ms: float
    """Processor time of the database for one request."""

    @property
    def cpu_ms(self) -> float:
        return self.server_ms + self.postgres_ms


@dataclass(frozen=True, slots=True)
class Point:
    """One size: how long its answer is, how many objects are in it, and its turns."""

    size: int
    answer_bytes: int
    objects: int
    statements: float
    """That the database ran for one request."""

    turns: tuple[Turn, ...]

    def median(self, figure: Callable[[Turn], float]) -> float:
        return median(map(figure, self.turns))

    @property
    def cpu_ms(self) -> float:
        return self.median(attrgetter("cpu_ms"))


@dataclass(frozen=True, slots=True)
class Curve:
    """One question in all its sizes."""

    about: str
    """What is varied: `rows`, `page`, `depth`, `roots` or `clients`."""

    name: str
    points: tuple[Point, ...]

    @property
    def sizes(self) -> list[int]:
        return [point.size for point in self.points]

    @property
    def kilobytes(self) -> list[float]:
        return [point.answer_bytes / 1000 for point in self.points]

    @property
    def costs(self) -> list[float]:
        return [point.cpu_ms for point in self.points]

    def figures(self, name: str) -> list[float]:
        return [point.median(attrgetter(name)) for point in self.points]


@dataclass(frozen=True, slots=True)
class Curves:
    """A whole run."""

    setting: Setting
    seconds: float
    rounds: int
    curves: tuple[Curve, ...]
    kind: Literal["curves"] = "curves"

    def about(self, what: str) -> Sequence[Curve]:
        return [curve for curve in self.curves if curve.about == what]


FORM: Final = TypeAdapter(Curves)
