"""The rounds: contestants take turns, so that what disturbs the machine disturbs all of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import asyncpg

from bench.contestants import Contestant, Server, require_equal_answers, serving
from bench.cpu import Meter, between
from bench.load import Clients, load
from bench.workloads import Workload
from gateway.embedded import Cluster

WARM_SECONDS = 1
FEW = 1
"""Connections of the second part, which shows latency without a queue."""


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

    @property
    def total_ms(self) -> float:
        return self.server_ms + self.postgres_ms


@dataclass(frozen=True, slots=True)
class Series:
    """A contestant's turns in all rounds of a workload."""

    contestant: Contestant
    samples: tuple[Sample, ...]

    def median(self, figure: Callable[[Sample], float]) -> float:
        return median(map(figure, self.samples))

    def ratio(self, other: "Series", figure: Callable[[Sample], float]) -> float:
        """How much of another's figure this one's is: the median of the rounds' own ratios."""
        pairs = zip(self.samples, other.samples, strict=True)
        return median(figure(mine) / max(figure(theirs), 1e-9) for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Table:
    """What came of one workload under one number of connections."""

    workload: Workload
    connections: int
    answer_bytes: int
    series: tuple[Series, ...]

    def of(self, name: str) -> Series | None:
        return next((each for each in self.series if each.contestant.name == name), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long."""

    workloads: Sequence[Workload]
    contestants: Sequence[Contestant]
    seconds: float
    rounds: int


class Bench:
    """The running contestants, and a connection that watches their backends."""

    def __init__(self, servers: list[Server], monitor: asyncpg.Connection, plan: Plan) -> None:
        self._servers = servers
        self._monitor = monitor
        self._plan = plan

    async def table(self, workload: Workload, connections: int, answer_bytes: int) -> Table:
        rounds = [
            [await self._turn(server, workload, connections) for server in self._servers]
            for _ in range(self._plan.rounds)
        ]
        turns = zip(self._servers, zip(*rounds, strict=True), strict=True)
        series = tuple(Series(server.contestant, samples) for server, samples in turns)
        return Table(workload, connections, answer_bytes, series)

    async def _turn(self, server: Server, workload: Workload, connections: int) -> Sample:
        meter = Meter(self._monitor, server)
        await Clients(server, workload).run(connections, WARM_SECONDS)
        before = await meter.read_at_rest()
        seen = await load(server, workload, connections, self._plan.seconds)
        cost = between(before, await meter.read_at_rest())
        return Sample(
            per_second=seen.per_second,
            p50_ms=seen.p50_ms,
            p99_ms=seen.p99_ms,
            server_ms=cost.server_ms / seen.begun,
            postgres_ms=cost.postgres_ms / seen.begun,
        )


async def measure(
    cluster: Cluster, token: str, plan: Plan, show: Callable[[Table], None]
) -> list[Table]:
    """All tables, each shown as soon as it is complete."""
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(each, cluster, token)) for each in plan.contestants]
        sizes = {each.name: require_equal_answers(servers, each) for each in plan.workloads}
        monitor = await asyncpg.connect(cluster.superuser_url)
        try:
            bench = Bench(servers, monitor, plan)
            tables = []
            for workload, connections in _parts(plan):
                tables.append(await bench.table(workload, connections, sizes[workload.name]))
                show(tables[-1])
            return tables
        finally:
            await monitor.close()


def _parts(plan: Plan) -> Iterator[tuple[Workload, int]]:
    for workload in plan.workloads:
        yield workload, workload.connections
        yield workload, FEW
