"""The Postgres CPU of planned reads beside hand-written statements, for people and as a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import TypeAdapter

from bench.grid import grid
from bench.machine import Setting
from bench.planned import Compared

GOAL: Final = 1.25


@dataclass(frozen=True, slots=True)
class Cost:
    """One workload: the least milliseconds of the backend for one execution."""

    workload: str
    title: str
    planned_ms: float
    handwritten_ms: float

    @property
    def ratio(self) -> float:
        return self.planned_ms / self.handwritten_ms


@dataclass(frozen=True, slots=True)
class Record:
    """A whole run."""

    setting: Setting
    rounds: int
    costs: tuple[Cost, ...]
    kind: Literal["postgres"] = "postgres"


FORM: Final = TypeAdapter(Record)


def cost(compared: Compared) -> Cost:
    workload = compared.workload
    least = min(compared.planned), min(compared.handwritten)
    return Cost(workload.name, workload.title, *least)


def text(costs: Sequence[Cost]) -> str:
    """All workloads, and how they stand to the goal."""
    head = ("Postgres CPU, one connection", "planned ms", "hand-written ms", "ratio", "goal")
    return grid([head, *map(_row, costs)])


def _row(cost: Cost) -> tuple[str, ...]:
    return (
        f"{cost.workload}: {cost.title}",
        f"{cost.planned_ms:.3f}",
        f"{cost.handwritten_ms:.3f}",
        f"{cost.ratio:.2f}",
        f"≤ {GOAL}: {'reached' if cost.ratio <= GOAL else 'missed'}",
    )


def page(_name: str, said: bytes) -> str:
    """What the documentation shows of a record."""
    record = FORM.validate_json(said)
    return "\n".join(record.setting.lines()) + "\n\n" + text(record.costs)
