"""What Azora is to reach beside the others, and whether it did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from bench.record import Table

AZORA: Final = "azora"

SINGLE: Final = ("q1",)
LISTS: Final = ("q2", "q3", "q4", "viewer")
"""Lists, nested reads and pages."""

READS: Final = (*SINGLE, *LISTS, "stats")
MUTATIONS: Final = ("q5",)

LEVEL: Final = 0.95
"""Two that differ by less are level: rounds of one contestant differ by as much."""


@dataclass(frozen=True, slots=True)
class Goal:
    """How a figure of Azora's must stand to another's, by workload."""

    title: str
    against: str
    figure: str
    bounds: Mapping[str, float]
    at_least: bool = False
    alone: bool = False
    """With one client instead of many."""

    def holds(self, ratio: float, bound: float) -> bool:
        return ratio >= bound if self.at_least else ratio <= bound


def _all(workloads: Sequence[str], bound: float) -> dict[str, float]:
    return dict.fromkeys(workloads, bound)


POSTGRAPHILE: Final = _all(SINGLE, 2) | _all(LISTS, 2.5) | _all(MUTATIONS, LEVEL)
MERCURIUS: Final = _all(SINGLE, 0.6) | _all(LISTS, 1.5)
TOTAL: Final = _all(READS, 1.3)
POSTGRES: Final = _all(READS, 1.25)

GOALS: Final = (
    Goal("requests/s ÷ PostGraphile", "postgraphile", "per_second", POSTGRAPHILE, at_least=True),
    Goal("p99 ÷ PostGraphile", "postgraphile", "p99_ms", _all((*SINGLE, *LISTS), 1)),
    Goal("requests/s ÷ Mercurius", "mercurius", "per_second", MERCURIUS, at_least=True),
    Goal("total CPU ÷ floor", "floor", "total_ms", TOTAL),
    Goal("Postgres CPU ÷ hand-written", "floor", "postgres_ms", POSTGRES),
    Goal("total CPU ÷ floor, 1 client", "floor", "total_ms", TOTAL, alone=True),
    Goal("Postgres CPU ÷ hand-written, 1 client", "floor", "postgres_ms", POSTGRES, alone=True),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal in one workload."""

    goal: Goal
    workload: str
    ratio: float
    bound: float

    @property
    def reached(self) -> bool:
        return self.goal.holds(self.ratio, self.bound)

    def __str__(self) -> str:
        """The ratio, and how it stands to the bound."""
        reached, missed = ("≥", "<") if self.goal.at_least else ("≤", ">")
        return f"{self.ratio:.2f} {reached if self.reached else f'✗ {missed}'} {self.bound:g}"


def verdicts(tables: Sequence[Table]) -> Iterator[Verdict]:
    """Of all goals whose contestants were measured."""
    for goal in GOALS:
        for table in tables:
            azora, other = table.of(AZORA), table.of(goal.against)
            bound = goal.bounds.get(table.workload)
            if azora and other and bound and goal.alone == (table.connections == 1):
                ratio = azora.ratio(other, attrgetter(goal.figure))
                yield Verdict(goal, table.workload, ratio, bound)
