"""Clients that send finished requests and note when each was sent and how long it took."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from statistics import quantiles
from time import perf_counter
from typing import Any

import orjson

from bench.contestants import WrongAnswer

HUNDREDTHS = 100
OK = b"HTTP/1.1 200 "
CONTENT_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request."""

    sent: float
    answered: float

    @property
    def ms(self) -> float:
        return (self.answered - self.sent) * 1000

    def overlaps(self, other: "Visit") -> bool:
        return self.sent < other.answered and other.sent < self.answered


@dataclass(frozen=True, slots=True)
class Client:
    """One connection, with one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def visit(self, request: bytes) -> Visit:
        """Ask; the answer must be one without errors."""
        sent = perf_counter()
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        _, _, rest = head.lower().partition(CONTENT_LENGTH)
        body = await self.reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
        answered = perf_counter()
        if not head.startswith(OK) or b'"errors":' in body[-2000:] + body[:20]:
            raise WrongAnswer(f"{request[-1500:]!r} is answered {body[:500]!r}")
        return Visit(sent, answered)


@asynccontextmanager
async def client(port: int) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


def request(query: str, token: str | None = None, variables: Any = None) -> bytes:
    """The bytes of a POST."""
    body = orjson.dumps({"query": query, "variables": variables or {}})
    proof = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{proof}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client found in some stretch of time."""

    p50_ms: float
    p99_ms: float
    longest_ms: float
    requests: int

    @classmethod
    def of(cls, visits: Sequence[Visit]) -> "Seen":
        took = [visit.ms for visit in visits]
        cuts = quantiles(took, n=HUNDREDTHS, method="inclusive")
        return cls(cuts[49], cuts[98], max(took), len(took))


@dataclass(slots=True)
class Steady:
    """A client that goes on asking the same, whatever others do."""

    port: int
    requests: Iterable[bytes]
    visits: list[Visit] = field(default_factory=list)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator["Steady"]:
        """As long as the block runs."""
        task = asyncio.create_task(self._ask())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _ask(self) -> None:
        async with client(self.port) as connection:
            for each in cycle(self.requests):
                self.visits.append(await connection.visit(each))

    def since(self, place: int) -> Sequence[Visit]:
        return self.visits[place:]

    def longest_beside(self, visit: Visit, place: int) -> float:
        """The longest that this client waited while another's visit lasted, in milliseconds."""
        return max((mine.ms for mine in self.since(place) if mine.overlaps(visit)), default=0.0)


@dataclass(slots=True)
class Crowd:
    """Clients that share a list of requests, each of which is sent once."""

    port: int
    requests: Sequence[bytes]
    visits: list[Visit] = field(default_factory=list)

    async def run(self, clients: int) -> None:
        numbers = count()
        await asyncio.gather(*(self._ask(numbers) for _ in range(clients)))

    async def _ask(self, numbers: "count[int]") -> None:
        async with client(self.port) as connection:
            while (number := next(numbers)) < len(self.requests):
                self.visits.append(await connection.visit(self.requests[number]))
