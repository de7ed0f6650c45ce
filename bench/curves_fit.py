"""What a curve of costs says: whether it grows no faster than what is asked for, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

FLAT: Final = 1.25
"""At most so many times the cost of the smallest counts as flat: what is left of a hundred times
the rows are deeper indexes, and pages that are found in a larger cache."""

LINEAR: Final = 1.1
"""At most so many times the least cost of a unit before it may the last one's be."""

STRAIGHT: Final = 1.25
"""At most so many times what the lower half lets expect may the last one cost."""

KEPT: Final = 0.75
"""At least this share of the best throughput is left when the most clients ask at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """A cost that every answer has, and what each unit adds to it."""

    fixed: float
    each: float

    def at(self, size: float) -> float:
        return self.fixed + self.each * size


def fit(sizes: Sequence[float], costs: Sequence[float]) -> Line:
    """The line that misses the costs least, each by its own measure: by a share of it."""
    weights = [1 / cost**2 for cost in costs]
    total = sum(weights)
    x = _mean(weights, sizes, total)
    y = _mean(weights, costs, total)
    spread = sum(w * (size - x) ** 2 for w, size in zip(weights, sizes, strict=True))
    both = sum(
        w * (size - x) * (cost - y) for w, size, cost in zip(weights, sizes, costs, strict=True)
    )
    each = both / spread if spread else 0.0
    return Line(y - each * x, each)


def _mean(weights: Sequence[float], values: Sequence[float], total: float) -> float:
    return sum(w * value for w, value in zip(weights, values, strict=True)) / total


def growth(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """What a unit of the last answer costs, as a multiple of the cheapest unit before it."""
    *before, last = (cost / size for size, cost in zip(sizes, costs, strict=True))
    return last / min(before)


def foretold(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """What the last costs, as a multiple of what the line through the lower half says it would.

    A large fixed cost hides a curve from `growth`, but not from this.
    """
    middle = (sizes[0] + sizes[-1]) / 2
    lower = [(size, cost) for size, cost in zip(sizes, costs, strict=True) if size <= middle]
    line = fit([size for size, _ in lower], [cost for _, cost in lower])
    said = line.at(sizes[-1])
    return costs[-1] / said if said > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal, what was found, and whether it was reached."""

    said: str
    reached: bool

    def __str__(self) -> str:
        return f"- {self.said}: {'reached' if self.reached else 'missed'}"


def judged_flat(name: str, rows: Sequence[int], costs: Sequence[float]) -> Verdict:
    """The cost of the same question to tables of so many rows."""
    ratio = costs[-1] / costs[0]
    return Verdict(
        f"{name}: CPU with {rows[-1]:,} students / with {rows[0]:,}: "
        f"{costs[-1]:.3f} / {costs[0]:.3f} ms = {ratio:.2f} (goal ≤ {FLAT})",
        ratio <= FLAT,
    )


def judged_linear(
    name: str, kilobytes: Sequence[float], costs: Sequence[float], *, evenly: bool = True
) -> Iterator[Verdict]:
    """The cost of ever larger answers; `evenly` if they hold more and more of the same."""
    line, grown = fit(kilobytes, costs), growth(kilobytes, costs)
    yield Verdict(
        f"{name}: CPU {line.fixed:.3f} ms + {line.each * 1000:.1f} µs/kB; "
        f"a kB of the last / of the cheapest before: {grown:.2f} (goal ≤ {LINEAR})",
        grown <= LINEAR,
    )
    if evenly:
        over = foretold(kilobytes, costs)
        yield Verdict(
            f"{name}: the last one's CPU / as the line through the lower half foretells: "
            f"{over:.2f} (goal ≤ {STRAIGHT})",
            over <= STRAIGHT,
        )


def judged_crowd(name: str, clients: Sequence[int], per_second: Sequence[float]) -> Verdict:
    """How much of the best throughput is left when the most clients ask at once."""
    kept = per_second[-1] / max(per_second)
    return Verdict(
        f"{name}: requests/s with {clients[-1]} clients / at best, without an error: "
        f"{per_second[-1]:,.0f} / {max(per_second):,.0f} = {kept:.2f} (goal ≥ {KEPT})",
        kept >= KEPT,
    )
