"""The rounds: contestants take turns, so that what disturbs the machine disturbs all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

import asyncpg

from bench.contestants import Contestant, require_equal_answers, serving
from bench.peers import Peer
from bench.pgbench import Pgbench
from bench.record import Sample, Series, Table
from bench.turns import Runner, Served
from bench.workloads import Workload
from bench.world import make_unread, sign_in
from gateway.embedded import Cluster

FIRST_WARM_SECONDS = 2
"""Before the first round of a workload, because some compile what they run often."""

WARM_SECONDS = 1
"""Before each turn under many connections."""

ALONE = 1
"""Connections of the second part, which shows latency without a queue."""

ALONE_SECONDS = 2.0
ALONE_ROUNDS = 3
"""At most: what one client sees differs less."""

SEED = 6
"""Of the orders in which contestants take their turns, which are the same in every run."""


@dataclass(frozen=True, slots=True)
class Part:
    """One workload under one number of connections."""

    workload: Workload
    connections: int
    seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long."""

    workloads: Sequence[Workload]
    contestants: Sequence[Contestant]
    seconds: float
    rounds: int
    with_pgbench: bool = False
    """Whose statements are the hand-written ones, without a server before the database."""

    def parts(self, workload: Workload) -> Iterator[Part]:
        yield Part(workload, workload.connections, self.seconds, self.rounds)
        seconds, rounds = min(ALONE_SECONDS, self.seconds), min(ALONE_ROUNDS, self.rounds)
        yield Part(workload, ALONE, seconds, rounds)


@dataclass(frozen=True, slots=True)
class Known:
    """What is the same in every turn of a workload."""

    answer_bytes: int
    statements: Mapping[str, float]


class Bench:
    """Those who are measured, with orders for their turns."""

    def __init__(self, cluster: Cluster, runners: Sequence[Runner]) -> None:
        self._cluster = cluster
        self._runners = runners
        self._random = Random(SEED)  # noqa: S311 (no secret)

    async def counted(self, workload: Workload) -> dict[str, float]:
        """The statements of all who answer, once each is warm."""
        counts = {}
        for runner in self._answering(workload):
            await runner.warm(workload, workload.connections, FIRST_WARM_SECONDS)
            counts[runner.name] = await runner.statements(workload)
        return counts

    async def table(self, part: Part, known: Known) -> Table:
        runners = self._answering(part.workload)
        rounds = [await self._round(runners, part) for _ in range(part.rounds)]
        return Table(
            workload=part.workload.name,
            title=part.workload.title,
            viewer=part.workload.viewer,
            connections=part.connections,
            answer_bytes=known.answer_bytes,
            series=tuple(
                Series(
                    name=runner.name,
                    title=runner.title,
                    statements=known.statements[runner.name],
                    samples=tuple(each[runner.name] for each in rounds),
                )
                for runner in runners
            ),
        )

    async def _round(self, runners: Sequence[Runner], part: Part) -> dict[str, Sample]:
        order = self._random.sample(runners, len(runners))
        return {runner.name: await self._turn(runner, part) for runner in order}

    async def _turn(self, runner: Runner, part: Part) -> Sample:
        if part.connections != ALONE:
            await runner.warm(part.workload, part.connections, WARM_SECONDS)
        if part.workload.writes:
            await make_unread(self._cluster)
        return await runner.turn(part.workload, part.connections, part.seconds)

    def _answering(self, workload: Workload) -> list[Runner]:
        return [each for each in self._runners if each.answers(workload)]


async def measure(cluster: Cluster, plan: Plan, show: Callable[[Table], None]) -> list[Table]:
    """All tables, each shown as soon as it is complete."""
    asked = [each for each in plan.workloads if any(by.answers(each) for by in plan.contestants)]
    if not asked:
        return []
    signed_in = await sign_in(cluster)
    monitor = await asyncpg.connect(cluster.superuser_url)
    try:
        with ExitStack() as stack:
            servers = [
                stack.enter_context(serving(each, cluster, signed_in)) for each in plan.contestants
            ]
            # Last those that write other moments than everybody else.
            compared = sorted(servers, key=lambda server: isinstance(server.contestant, Peer))
            sizes = {each.name: require_equal_answers(compared, each) for each in asked}
            pgbench = [Pgbench(cluster, signed_in, monitor)] if plan.with_pgbench else []
            bench = Bench(cluster, [*(Served(each, monitor) for each in servers), *pgbench])
            tables = []
            for workload in asked:
                known = Known(sizes[workload.name], await bench.counted(workload))
                for part in plan.parts(workload):
                    tables.append(await bench.table(part, known))
                    show(tables[-1])
            return tables
    finally:
        await monitor.close()
