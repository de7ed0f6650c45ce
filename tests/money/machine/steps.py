"""Steps of the machine: any of them may come next, as often as its weight says.

Hypothesis switches its rules off and on for whole runs, and likes to draw what it drew before,
which suits machines that break when one thing is done very often. Money needs many different things
to be done, so a step and what it is given are drawn here, evenly, from a seed of Hypothesis': it
still repeats a failure, and still leaves out the steps that the failure does not need.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done next."""

    name: str
    weight: int
    when: Callable[[Any], Any]
    given: dict[str, Sequence[Any]]
    """What each of its parameters may be."""


def always(_machine: Any) -> bool:
    return True


def step(
    weight: int = 1, when: Callable[[Any], Any] = always, **given: Sequence[Any]
) -> Callable[[F], F]:
    """Have a method of a machine be one of its steps, whenever there is something to do it with."""

    def mark(method: F) -> F:
        method.step = Step(method.__name__, weight, when, given)  # type: ignore[attr-defined]
        return method

    return mark


def steps_of(machine: type[Any]) -> list[Step]:
    """All steps of a machine, each as often as its weight says."""
    found = [getattr(machine, name) for name in sorted(dir(machine))]
    steps = [method.step for method in found if hasattr(method, "step")]
    return [step for step in steps for _ in range(step.weight)]
