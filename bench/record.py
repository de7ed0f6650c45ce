"""What was measured side by side, as it is kept: every sample of every turn."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import orjson
from pydantic import TypeAdapter

from bench.auth import Figures
from bench.machine import Setting
from bench.series import Rounds

RESULTS: Final = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Sample:
    """One contestant's turn in one round."""

    per_second: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    """Processor time of the server for one request."""

    postgres_ms: float
    """Processor time of the database for one request."""

    server_mib: float
    """The most memory that the server's processes had in the turn, shared pages included."""

    postgres_mib: float
    """Memory after the turn that the server's backends have for themselves."""

    @property
    def total_ms(self) -> float:
        return self.server_ms + self.postgres_ms


@dataclass(frozen=True, slots=True)
class Series(Rounds[Sample]):
    """A contestant's turns in all rounds of a workload."""

    name: str
    title: str
    statements: float
    """That the database ran for one request."""

    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What came of one workload under one number of connections."""

    workload: str
    title: str
    viewer: str
    connections: int
    answer_bytes: int
    series: tuple[Series, ...]

    def of(self, name: str) -> Series | None:
        return next((each for each in self.series if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Record:
    """A whole run."""

    setting: Setting
    seconds: float
    """Of one turn under many connections."""

    rounds: int
    tables: tuple[Table, ...]
    sessions: tuple[Figures, ...] = ()
    """Sign-ins and refreshes, which Azora alone does."""

    kind: Literal["side-by-side"] = "side-by-side"


FORM: Final = TypeAdapter(Record)


def path(name: str, suffix: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    return RESULTS / f"{name}.{suffix}"


def write(name: str, record: object) -> Path:
    """Any record of dataclasses."""
    file = path(name, "json")
    file.write_bytes(orjson.dumps(rounded(record), option=orjson.OPT_INDENT_2) + b"\n")
    return file


def rounded(record: object) -> object:
    """With as many digits as mean something."""
    return _rounded(orjson.loads(orjson.dumps(record)))


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
