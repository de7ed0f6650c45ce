"""How much money moves in a second: Azora's ledger beside the least and the hardened reference.

Whoever moves money takes turns with the others, so that a noisy moment touches all of them.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from statistics import quantiles
from time import perf_counter

import asyncpg

from bench.cpu import spent
from bench.ledger_proof import Proof, prove, seen
from bench.ledger_ways import CALLERS, REWARDS, TRANSFERS, Move, Way
from bench.ledger_world import Books
from bench.load import HUNDREDTHS
from bench.series import Rounds

WARM_SECONDS = 0.5
HOT_SHARE = 0.9
"""Of the transfers have the first wallet on one side, where one is hot."""

MOST = 100_000_000
"""Units of 1e-8 in one transfer."""

REFERENCE = "hardened"

PIDS = """
select pid from pg_stat_activity
where datname like 'azora_bench%' and usename = 'azora_app'
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One turn."""

    per_second: float
    p50_ms: float
    p99_ms: float
    postgres_us: float
    """Processor time of the database for one."""


@dataclass(frozen=True, slots=True)
class Series(Rounds[Sample]):
    """All turns of one way."""

    way: Way
    samples: list[Sample]


@dataclass(frozen=True, slots=True)
class Table:
    """Ways that took turns under the same load."""

    title: str
    series: tuple[Series, ...]
    reference: Series


async def measure(
    books: Books, seconds: float, rounds: int, show: Callable[[Table], None]
) -> tuple[list[Table], Proof]:
    """All tables, each shown as soon as it is complete, and whether the books are in order."""
    monitor = await asyncpg.connect(books.ours.superuser_url)
    try:
        before = await seen(books, monitor)
        bench = Bench(books, monitor, seconds)
        tables = []
        for title, ways, hot in _parts():
            tables.append(await bench.table(title, ways, rounds, hot=hot))
            show(tables[-1])
        return tables, await prove(books, before, await seen(books, monitor), bench.moved)
    finally:
        await monitor.close()


def _parts() -> Iterator[tuple[str, Sequence[Way], bool]]:
    yield "any two wallets", TRANSFERS, False
    yield f"one wallet on one side of {HOT_SHARE:.0%}", TRANSFERS, True
    yield "rewards: one wallet pays all", REWARDS, False


class Bench:
    """Callers, and a connection that watches the backends of whoever has the turn."""

    def __init__(self, books: Books, monitor: asyncpg.Connection, seconds: float) -> None:
        self._books = books
        self._monitor = monitor
        self._seconds = seconds
        self._random = Random(7)  # noqa: S311 (no secret)
        self.moved = 0

    async def table(self, title: str, ways: Sequence[Way], rounds: int, *, hot: bool) -> Table:
        turns = [[await self._turn(way, hot=hot) for way in ways] for _ in range(rounds)]
        series = [
            Series(way, list(samples))
            for way, samples in zip(ways, zip(*turns, strict=True), strict=True)
        ]
        reference = next((each for each in series if each.way.name == REFERENCE), series[0])
        return Table(title, tuple(series), reference)

    async def _turn(self, way: Way, *, hot: bool) -> Sample:
        async with way.opened(self._books) as move:
            await self._busy(move, WARM_SECONDS, hot=hot)
            before = await self._spent()
            start = perf_counter()
            took = await self._busy(move, self._seconds, hot=hot)
            lasted = perf_counter() - start
            cost = await self._spent() - before
        cuts = quantiles(took, n=HUNDREDTHS, method="inclusive")
        per_second, each_us = len(took) / lasted, cost / len(took) / 1000
        return Sample(per_second, cuts[49] * 1000, cuts[98] * 1000, each_us)

    async def _busy(self, move: Move, seconds: float, *, hot: bool) -> list[float]:
        took: list[float] = []
        end = perf_counter() + seconds

        async def caller() -> None:
            while (sent := perf_counter()) < end:
                await move(*self._pair(hot=hot), self._amount())
                took.append(perf_counter() - sent)

        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        self.moved += len(took)
        return took

    def _pair(self, *, hot: bool) -> tuple[int, int]:
        sender, recipient = self._random.sample(range(len(self._books.payers)), 2)
        if hot and self._random.random() < HOT_SHARE:
            other = sender or recipient
            return (0, other) if self._random.random() < 1 / 2 else (other, 0)
        return sender, recipient

    def _amount(self) -> Decimal:
        return Decimal(self._random.randint(1, MOST)).scaleb(-8)

    async def _spent(self) -> int:
        return sum(spent(row["pid"]) for row in await self._monitor.fetch(PIDS))
