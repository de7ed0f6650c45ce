"""Reads while others write: what writers cost the readers, and that no reader waits for a lock."""

from collections.abc import Callable, Sequence
from itertools import cycle, islice
from random import Random
from typing import Final

import asyncpg

from bench.contestants import AZORA, Server, serving
from bench.cpu import Meter
from bench.load import LoadFailed, requests_of
from bench.machine import setting
from bench.mixed_clients import Ask, Clients, load_of
from bench.mixed_locks import watched
from bench.mixed_record import Mixed, Phase
from bench.workloads import WORKLOADS, Workload
from bench.world import DATA, STUDENT, make_unread, sign_in
from domains.kernel.node import encode_id
from gateway.embedded import Cluster

CLIENTS: Final = 32
WARM_SECONDS: Final = 2
SEED: Final = 6

READS: Final = {"q1": 32, "q2": 16, "q3": 4, "q4": 16, "viewer": 12}
"""Of a hundred requests so many of each; the rest writes."""

MARKS: Final = 15
STEPS: Final = 5
"""Of a hundred requests so many mark a notification as read, and note progress in a module. Both
write what `viewer` reads, and all steps are of one student, so that they wait for each other."""

DECKS: Final = 20
PROGRESS: Final = "40"

NOTE_PROGRESS: Final = """
mutation Step($module: ID!, $progress: Decimal!) {
  moduleProgress(input: { moduleId: $module, progress: $progress, minutesSpent: 1 }) {
    enrollment { id progress }
    userErrors { message }
  }
}
"""
MODULES: Final = """
select module.id from education.modules module
  join education.enrollments place on place.course_id = module.course_id
  join education.students student on student.id = place.student_id
where student.user_id = $1 and place.status = 'active' order by module.id
"""
DEADLOCKS: Final = "select deadlocks from pg_stat_database where datname = $1"


async def measure(
    cluster: Cluster, seconds: float, rounds: int, show: Callable[[Phase], None]
) -> Mixed:
    """Reads alone and beside writers, in turn."""
    signed_in = await sign_in(cluster)
    monitor = await asyncpg.connect(cluster.superuser_url)
    try:
        with serving(AZORA, cluster, signed_in) as server:
            reads, everything = await _decks(cluster, server)
            # Nothing was written yet, so those who serve now are those who serve reads.
            await Clients(server.port, cycle(reads)).run(CLIENTS, WARM_SECONDS)
            readers = frozenset(await Meter(monitor, server).backends())
            trial = await Clients(server.port, cycle(everything)).run(CLIENTS, WARM_SECONDS)
            if trial.errors:
                raise LoadFailed(f"{trial.errors} requests failed: {trial.said!r}")
            bench = Bench(cluster, server, monitor, readers)
            phases = []
            for number in range(2 * rounds):
                phases.append(await bench.phase(everything if number % 2 else reads, seconds))
                show(phases[-1])
    finally:
        await monitor.close()
    return Mixed(await setting(cluster), seconds, rounds, len(readers), tuple(phases))


class Bench:
    """One server, those who watch it, and whom they take for readers."""

    def __init__(
        self, cluster: Cluster, server: Server, monitor: asyncpg.Connection, readers: frozenset[int]
    ) -> None:
        self._cluster = cluster
        self._server = server
        self._monitor = monitor
        self._readers = readers

    async def phase(self, asks: Sequence[Ask], seconds: float) -> Phase:
        await make_unread(self._cluster)
        database, application = self._server.database, self._server.contestant.application
        before = await self._monitor.fetchval(DEADLOCKS, database)
        async with watched(self._cluster.superuser_url, application, database, DATA) as locks:
            seen = await Clients(self._server.port, cycle(asks)).run(CLIENTS, seconds)
        reads = load_of(seen.reads, seen.seconds)
        assert reads is not None, "nothing was read"
        return Phase(
            reads=reads,
            writes=load_of(seen.writes, seen.seconds),
            errors=seen.errors,
            deadlocks=await self._monitor.fetchval(DEADLOCKS, database) - before,
            looks=locks.looks,
            readers_seen=self._count(locks.seen, are_readers=True),
            readers_logged=self._count(locks.logged, are_readers=True),
            writers_seen=self._count(locks.seen, are_readers=False),
            writers_logged=self._count(locks.logged, are_readers=False),
        )

    def _count(self, pids: Sequence[int], *, are_readers: bool) -> int:
        return sum((pid in self._readers) is are_readers for pid in pids)


async def _decks(cluster: Cluster, server: Server) -> tuple[list[Ask], list[Ask]]:
    """What is asked without and with writers; either comes again from its start."""
    random = Random(SEED)  # noqa: S311 (no secret)
    reads = [ask for name, share in READS.items() for ask in _asks(server, WORKLOADS[name], share)]
    step = await _step(cluster, server)
    writes = [*_asks(server, WORKLOADS["q5"], MARKS), *_asks(server, step, STEPS)]
    return _shuffled(random, reads), _shuffled(random, [*reads, *writes])


def _shuffled(random: Random, asks: Sequence[Ask]) -> list[Ask]:
    return random.sample(asks, len(asks))


def _asks(server: Server, workload: Workload, share: int) -> list[Ask]:
    """So many for each deck of a hundred, with all variables in turn."""
    requests = [*islice(cycle(requests_of(server, workload)), share * DECKS)]
    return [Ask(workload.writes, said) for said in requests]


async def _step(cluster: Cluster, server: Server) -> Workload:
    """The mutation that notes progress, in all modules that the student can take."""
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        found = await connection.fetch(MODULES, server.signed_in[STUDENT].user_id)
    finally:
        await connection.close()
    ids = [encode_id("Module", row["id"]) for row in found]
    variables = tuple({"module": id, "progress": PROGRESS} for id in ids)
    return Workload("step", "progress in a module", NOTE_PROGRESS, STUDENT, variables)
