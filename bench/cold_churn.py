"""Random documents without end: what they take from others, and whether memory stays bounded."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import asyncpg

from bench.cold_clients import Crowd, Seen, Steady, client, request
from bench.cold_documents import Unseen
from bench.cold_shapes import SHAPED, shapes
from bench.contestants import Server
from bench.memory import private_mib
from domains.kernel.database import Bounds, Database

FIELDS: Final = 50
MOST_FIELDS: Final = 300
CLIENTS: Final = 4
SLICES: Final = 16
"""So many times memory is looked at while documents come."""

QUIET: Final = 3.0
BACKENDS: Final = """
select pid from pg_stat_activity where application_name = $1 and datname = $2
"""

STATEMENTS: Final = 600
"""Different ones on one connection, of which it is to keep few. They are as long as that of a
document of `FIELDS` fields."""

TIMES: Final = 3
"""So often each, since what is sent once may not be kept at all."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the processes have for themselves after so many documents."""

    documents: int
    server_mib: float
    backends_mib: float
    backends: int


@dataclass(frozen=True, slots=True)
class Churn:
    """One kind of requests of which none is like another."""

    name: str
    memory: tuple[Memory, ...]
    per_second: float
    others: Seen
    """The newcomers themselves."""

    beside: Seen
    """A client who asks the usual meanwhile."""

    @property
    def half_way(self) -> Memory:
        return self.memory[len(self.memory) // 2]


@dataclass(frozen=True, slots=True)
class Churns:
    """All kinds, and the client beside when nobody else asks."""

    quiet: Seen
    kinds: tuple[Churn, ...]
    prepared: int
    """Statements that one connection keeps after `STATEMENTS` different ones."""


async def measure(
    monitor: asyncpg.Connection, server: Server, token: str, usual: Sequence[bytes], number: int
) -> Churns:
    """So many different documents, half as many large ones, and so many shapes of variables."""
    async with client(server.port) as first:
        await first.visit(usual[0])
    async with Steady(server.port, usual).beside() as steady:
        await asyncio.sleep(QUIET)
    kinds = [
        await _churn(monitor, server, usual, name, requests)
        for name, requests in _kinds(token, number)
    ]
    return Churns(Seen.of(steady.visits), tuple(kinds), 0)


def _kinds(token: str, number: int) -> Iterator[tuple[str, Sequence[bytes]]]:
    """Documents that differ, the largest there may be, and one with variables of other shapes."""
    for fields, share in ((FIELDS, 1), (MOST_FIELDS, 2)):
        texts = Unseen(7).documents(fields, number // share)
        yield f"documents of {fields} fields", [request(text, token) for text in texts]
    yield "shapes of variables", [request(SHAPED, token, each) for each in shapes(8, number)]


async def _churn(
    monitor: asyncpg.Connection,
    server: Server,
    usual: Sequence[bytes],
    name: str,
    requests: Sequence[bytes],
) -> Churn:
    memory = [await _memory(monitor, server, 0)]
    crowd = Crowd(server.port, [])
    began, seconds = perf_counter(), 0.0
    async with Steady(server.port, usual).beside() as steady:
        for part in _slices(requests):
            began = perf_counter()
            crowd.requests = part
            await crowd.run(CLIENTS)
            seconds += perf_counter() - began
            memory.append(await _memory(monitor, server, len(crowd.visits)))
    beside, others = Seen.of(steady.visits), Seen.of(crowd.visits)
    return Churn(name, tuple(memory), len(requests) / seconds, others, beside)


def _slices(requests: Sequence[bytes]) -> Sequence[Sequence[bytes]]:
    size = -(-len(requests) // SLICES)
    return [requests[first : first + size] for first in range(0, len(requests), size)]


async def _memory(monitor: asyncpg.Connection, server: Server, documents: int) -> Memory:
    found = await monitor.fetch(BACKENDS, server.contestant.application, server.database)
    backends = [row["pid"] for row in found]
    return Memory(documents, private_mib([server.pid]), private_mib(backends), len(backends))


async def prepared(url: str) -> int:
    """Statements that a connection of the pool for reads keeps of many different ones."""
    database = Database(url, Bounds(reads=1))
    await database.open()
    try:
        for number in range(STATEMENTS):
            for _ in range(TIMES):
                await database.value(f"select {number} -- {'as long as others ' * 400}", [])
        kept: int = await database.value("select count(*) from pg_prepared_statements", [])
        return kept
    finally:
        await database.close()
