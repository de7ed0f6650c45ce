"""The first sight of a document: what it costs, and how long others wait for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.cold_clients import Client, Seen, Steady, client, request
from bench.cold_documents import Unseen
from bench.cpu import Meter, Spent, between

FIELDS: Final = (10, 50, 100, 300)
"""The last is as many as a document may have."""

AGAIN: Final = 5
REST: Final = 0.03
WARMING: Final = 10
"""Documents before the first that is measured: the very first teach the process its own code."""

QUIET: Final = 2.0
"""Seconds in which the client beside is alone, for comparison."""

Requests = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class First:
    """One document's first sight, and its second ones."""

    ms: float
    again_ms: float
    server_ms: float
    postgres_ms: float


@dataclass(frozen=True, slots=True)
class Size:
    """All documents of so many fields."""

    fields: int
    alone: Sequence[First]
    held_up_ms: Sequence[float]
    """How long the client beside waited, at the worst, during each first sight."""

    @property
    def first_ms(self) -> float:
        return median(first.ms for first in self.alone)

    @property
    def worst_ms(self) -> float:
        return max(first.ms for first in self.alone)

    @property
    def again_ms(self) -> float:
        return median(first.again_ms for first in self.alone)

    @property
    def server_ms(self) -> float:
        return median(first.server_ms for first in self.alone)

    @property
    def postgres_ms(self) -> float:
        return median(first.postgres_ms for first in self.alone)

    @property
    def held_up(self) -> float:
        return median(self.held_up_ms)

    @property
    def longest_held_up(self) -> float:
        return max(self.held_up_ms)


@dataclass(frozen=True, slots=True)
class FirstSight:
    """All sizes, and how the client beside fares when nothing else is asked."""

    sizes: Sequence[Size]
    quiet: Seen


async def measure(meter: Meter, token: str, usual: Requests, number: int) -> FirstSight:
    """So many documents of each size, alone and beside a client who asks the usual."""
    port = meter.server.port
    async with client(port) as newcomer:
        for text in Unseen(1).documents(FIELDS[1], WARMING):
            await newcomer.visit(request(text, token))
        async with Steady(port, usual).beside() as steady:
            await asyncio.sleep(QUIET)
        sizes = [await _size(meter, newcomer, token, usual, each, number) for each in FIELDS]
    return FirstSight(sizes, Seen.of(steady.visits))


async def _size(
    meter: Meter, newcomer: Client, token: str, usual: Requests, fields: int, number: int
) -> Size:
    texts = Unseen(fields).documents(fields, 2 * number)
    alone = [await _first(meter, newcomer, request(text, token)) for text in texts[:number]]
    async with Steady(meter.server.port, usual).beside() as steady:
        held_up = [await _beside(steady, newcomer, request(text, token)) for text in texts[number:]]
    return Size(fields, alone, held_up)


async def _first(meter: Meter, newcomer: Client, asked: bytes) -> First:
    before: Spent = await meter.read()
    visit = await newcomer.visit(asked)
    cost = between(before, await meter.read())
    again = [(await newcomer.visit(asked)).ms for _ in range(AGAIN)]
    await asyncio.sleep(REST)
    return First(visit.ms, median(again), cost.server_ms, cost.postgres_ms)


async def _beside(steady: Steady, newcomer: Client, asked: bytes) -> float:
    await asyncio.sleep(REST)
    place = max(0, len(steady.visits) - 1)
    visit = await newcomer.visit(asked)
    # The request that was under way meanwhile has to come back first.
    await asyncio.sleep(REST)
    return steady.longest_beside(visit, place)
