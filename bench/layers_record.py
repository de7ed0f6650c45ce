"""Where a request's time went, as it is kept and as text for people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import TypeAdapter

from bench.grid import grid
from bench.machine import Setting


@dataclass(frozen=True, slots=True)
class Way:
    """Microseconds of processor time on the way of one request."""

    workload: str
    answer_bytes: int
    request_us: float
    document_us: float
    variables_us: float
    plan_us: float
    driver_us: float
    answer_us: float
    whole_us: float
    """From the application's first line to its last, the parts before included."""

    server_us: float
    """Of a server's process for a request of one client over HTTP, all before included."""

    postgres_us: float

    @property
    def between_us(self) -> float:
        """What stands between the parts."""
        parts = (self.request_us, self.document_us, self.variables_us, self.plan_us)
        return self.whole_us - sum(parts) - self.driver_us - self.answer_us

    @property
    def http_us(self) -> float:
        return self.server_us - self.whole_us


@dataclass(frozen=True, slots=True)
class Layers:
    """A whole run."""

    setting: Setting
    rounds: int
    ways: tuple[Way, ...]
    kind: Literal["layers"] = "layers"


FORM: Final = TypeAdapter(Layers)

PARTS: Final[tuple[tuple[str, Callable[[Way], float]], ...]] = (
    ("socket, HTTP parser, event loop", lambda way: way.http_us),
    ("headers, and the body as JSON", lambda way: way.request_us),
    ("look-up of the document", lambda way: way.document_us),
    ("variables, limits, price", lambda way: way.variables_us),
    ("look-up of the plan, arguments", lambda way: way.plan_us),
    ("driver and its connection", lambda way: way.driver_us),
    ("answer's head, line in the log", lambda way: way.answer_us),
    ("what connects all this, and cold caches", lambda way: way.between_us),
    ("**server in all**", lambda way: way.server_us),
    ("**Postgres**", lambda way: way.postgres_us),
)


def table(ways: tuple[Way, ...]) -> str:
    head = ("microseconds of processor time", *(way.workload for way in ways))
    rows = [(title, *(f"{of(way):,.1f}" for way in ways)) for title, of in PARTS]
    size = ("bytes of the answer", *(f"{way.answer_bytes:,}" for way in ways))
    return grid([head, *rows, size])


def page(_name: str, said: bytes) -> str:
    """What the documentation shows."""
    found = FORM.validate_json(said)
    return "\n".join([table(found.ways), "", *found.setting.lines()])
