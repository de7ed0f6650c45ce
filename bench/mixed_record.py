"""What was measured of reads while others write, as it is kept and as text for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import Final, Literal

from pydantic import TypeAdapter

from bench.grid import grid
from bench.load import Load
from bench.machine import Setting
from bench.mixed_locks import LOGGED_AFTER_MS

HEAD: Final = ("32 clients", "requests/s", "p50 ms", "p99 ms")


@dataclass(frozen=True, slots=True)
class Phase:
    """Some seconds of reads alone, or of reads beside writers."""

    reads: Load
    writes: Load | None
    errors: int
    deadlocks: int
    looks: int
    """How often it was looked who waits for a lock."""

    readers_seen: int
    """Waiting at a look."""

    readers_logged: int
    """Waiting for longer than the log leaves unsaid."""

    writers_seen: int
    writers_logged: int


@dataclass(frozen=True, slots=True)
class Mixed:
    """A whole run: reads alone and beside writers, in turn."""

    setting: Setting
    seconds: float
    rounds: int
    backends: int
    """That serve reads."""

    phases: tuple[Phase, ...]
    kind: Literal["mixed"] = "mixed"

    @property
    def alone(self) -> Sequence[Phase]:
        return [phase for phase in self.phases if phase.writes is None]

    @property
    def beside(self) -> Sequence[Phase]:
        return [phase for phase in self.phases if phase.writes is not None]


FORM: Final = TypeAdapter(Mixed)


def text(mixed: Mixed) -> str:
    """The loads side by side, and whether anybody waited."""
    writes = [phase.writes for phase in mixed.beside if phase.writes]
    rows = (
        ("reads alone", [phase.reads for phase in mixed.alone]),
        ("reads beside writers", [phase.reads for phase in mixed.beside]),
        ("the writers", writes),
    )
    return grid([HEAD, *(_row(*row) for row in rows)]) + "\n\n" + "\n".join(_found(mixed))


def _row(title: str, loads: Sequence[Load]) -> tuple[str, ...]:
    figures = (("per_second", 0), ("p50_ms", 2), ("p99_ms", 2))
    medians = ((median(map(attrgetter(name), loads)), digits) for name, digits in figures)
    return (title, *(f"{figure:,.{digits}f}" for figure, digits in medians))


def _found(mixed: Mixed) -> Iterator[str]:
    def total(figure: str, phases: Sequence[Phase] = mixed.beside) -> int:
        return sum(map(attrgetter(figure), phases))

    answered = sum(phase.reads.requests for phase in mixed.beside)
    written = sum(phase.writes.requests for phase in mixed.beside if phase.writes)
    share = answered / max(answered + written, 1)
    errors = total("errors", mixed.phases)
    yield f"- {share:.0%} reads; {errors} errors, {total('deadlocks')} deadlocks"
    yield (
        f"- of {mixed.backends} connections for reads, {total('readers_seen')} were found waiting "
        f"for a lock in {total('looks'):,} looks, and the log tells of {total('readers_logged')} "
        f"that waited for longer than {LOGGED_AFTER_MS} ms"
    )
    yield (
        f"- of those for writes, {total('writers_seen'):,} were found waiting, "
        f"and the log tells of {total('writers_logged'):,}"
    )


def page(_name: str, said: bytes) -> str:
    """What the documentation shows of a record."""
    mixed = FORM.validate_json(said)
    return "\n".join(mixed.setting.lines()) + "\n\n" + text(mixed)
