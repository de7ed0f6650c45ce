"""Clients that read and write through one server, and tell apart how long either took."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter

from bench.load import HUNDREDTHS, Load

NOTHING_REFUSED = b'"userErrors":[]'


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, ready to be sent."""

    writes: bool
    said: bytes

    def is_answered(self, status: bytes, body: bytes) -> bool:
        """Whether it did what it was to do."""
        if b" 200 " not in status or body.startswith(b'{"errors"'):
            return False
        return NOTHING_REFUSED in body if self.writes else b'"errors":[{' not in body[-2000:]


@dataclass(slots=True)
class Seen:
    """What the clients saw."""

    seconds: float = 0
    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    errors: int = 0
    said: bytes = b""
    """The last answer that was an error."""

    def note(self, ask: Ask, took: float, status: bytes, body: bytes) -> None:
        (self.writes if ask.writes else self.reads).append(took)
        if not ask.is_answered(status, body):
            self.errors += 1
            self.said = status + b" " + body[:300]


def load_of(took: list[float], seconds: float) -> Load | None:
    """Of requests of one sort, if there were any."""
    if not took:
        return None
    cuts = quantiles(took, n=HUNDREDTHS, method="inclusive")
    return Load(len(took), len(took), seconds, cuts[49] * 1000, cuts[98] * 1000)


@dataclass(slots=True)
class Clients:
    """As many as are wanted, each with one request at a time, who share what is to be asked."""

    port: int
    asks: Iterator[Ask]
    seen: Seen = field(default_factory=Seen)

    async def run(self, clients: int, seconds: float) -> Seen:
        start = perf_counter()
        await asyncio.gather(*(self._client(start + seconds) for _ in range(clients)))
        self.seen.seconds = perf_counter() - start
        return self.seen

    async def _client(self, end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            while (start := perf_counter()) < end:
                ask = next(self.asks)
                writer.write(ask.said)
                status, body = await _answer(reader)
                self.seen.note(ask, perf_counter() - start, status, body)
        finally:
            writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    body = await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
    return head.split(b"\r\n", 1)[0], body
