"""One turn of somebody who is measured."""

from dataclasses import dataclass, field
from typing import Protocol

import asyncpg

from bench.contestants import Server
from bench.counting import per_request
from bench.cpu import Meter, between, processes
from bench.load import Clients, Load, TooSlow, load
from bench.memory import forget_peaks, peak_mib, private_mib
from bench.record import Sample
from bench.workloads import Workload

ENOUGH = 2
"""Answers that each connection must have in the time."""


class Runner(Protocol):
    """Somebody who can be measured."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def answers(self, workload: Workload) -> bool: ...

    async def warm(self, workload: Workload, connections: int, seconds: float) -> None: ...

    async def turn(self, workload: Workload, connections: int, seconds: float) -> Sample: ...

    async def statements(self, workload: Workload) -> float:
        """That the database runs for one request."""


@dataclass(frozen=True, slots=True)
class Served:
    """A contestant that answers over HTTP."""

    server: Server
    monitor: asyncpg.Connection
    """Watches its backends, and may count its statements."""

    slow: set[tuple[str, int]] = field(default_factory=set)
    """Workloads and numbers of connections under which it answers too seldom for `wrk`."""

    @property
    def name(self) -> str:
        return self.server.contestant.name

    @property
    def title(self) -> str:
        return self.server.contestant.title

    def answers(self, workload: Workload) -> bool:
        return self.server.contestant.answers(workload)

    async def warm(self, workload: Workload, connections: int, seconds: float) -> None:
        if (workload.name, connections) not in self.slow:
            try:
                await self._load(workload, connections, seconds)
            except TooSlow:
                self.slow.add((workload.name, connections))

    async def turn(self, workload: Workload, connections: int, seconds: float) -> Sample:
        try:
            return await self._turn(workload, connections, seconds)
        except TooSlow:
            self.slow.add((workload.name, connections))
            return await self._turn(workload, connections, seconds)

    async def _turn(self, workload: Workload, connections: int, seconds: float) -> Sample:
        meter = Meter(self.monitor, self.server)
        before = await meter.read_at_rest()
        pids = processes(self.server.pid)
        forget_peaks(pids)
        seen = await self._load(workload, connections, seconds)
        cost = between(before, await meter.read_at_rest())
        return Sample(
            per_second=seen.per_second,
            p50_ms=seen.p50_ms,
            p99_ms=seen.p99_ms,
            server_ms=cost.server_ms / seen.begun,
            postgres_ms=cost.postgres_ms / seen.begun,
            server_mib=peak_mib(pids),
            postgres_mib=private_mib(await meter.backends()),
        )

    async def statements(self, workload: Workload) -> float:
        await Meter(self.monitor, self.server).read_at_rest()
        return await per_request(self.monitor, self.server, workload)

    async def _load(self, workload: Workload, connections: int, seconds: float) -> Load:
        """By clients that wait for their last answers, once it is known that few come in time."""
        if (workload.name, connections) in self.slow:
            return await Clients(self.server, workload).run(connections, seconds)
        seen = await load(self.server, workload, connections, seconds)
        if seen.requests < ENOUGH * connections:
            raise TooSlow(f"{seen.requests} requests were answered")
        return seen
