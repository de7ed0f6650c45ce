"""What a request to Azora costs as tables, pages, depth, root fields and clients grow."""

import resource
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import asyncpg

from bench.contestants import AZORA, serving
from bench.counting import per_request
from bench.cpu import Meter, between
from bench.curves_cases import Asked, Case, everything, size_of
from bench.curves_documents import CLIENTS
from bench.curves_record import Curve, Curves, Point, Turn
from bench.load import load
from bench.machine import setting
from bench.world import sign_in
from gateway.embedded import Cluster

WARM_SECONDS = 1
"""Until many clients have all connections to the database open, and all prepared on each."""

A_SECOND = 100
"""So many clients make a turn a second longer: they have to connect first."""

FILES = 4 * max(CLIENTS)
"""So many open files are enough for each of the client, the server and this process."""


class TooFewFiles(Exception):
    """The machine does not let a process have as many connections as are measured."""


async def measure(
    worlds: Mapping[int, Cluster], seconds: float, rounds: int, show: Callable[[Curve], None]
) -> Curves:
    """All curves, each shown as soon as it is complete."""
    _allow_files(FILES)
    people = {students: await sign_in(cluster) for students, cluster in worlds.items()}
    with ExitStack() as stack:
        servers = {
            students: stack.enter_context(serving(AZORA, cluster, people[students]))
            for students, cluster in worlds.items()
        }
        # Every world is in the same cluster, of which a superuser sees all.
        monitor = await asyncpg.connect(next(iter(worlds.values())).superuser_url)
        try:
            found = []
            for asked in everything(servers):
                found.append(await _curve(monitor, asked, seconds, rounds))
                show(found[-1])
        finally:
            await monitor.close()
    return Curves(await setting(next(iter(worlds.values()))), seconds, rounds, tuple(found))


async def _curve(monitor: asyncpg.Connection, asked: Asked, seconds: float, rounds: int) -> Curve:
    """All sizes take turns, so that what disturbs the machine disturbs all of them."""
    sizes = [size_of(case) for case in asked.cases]
    for case in asked.cases:
        if case.connections > 1:
            await load(case.server, case.workload, case.connections, WARM_SECONDS)
    ran = [await per_request(monitor, case.server, case.workload) for case in asked.cases]
    turns = [[await _turn(monitor, case, seconds) for case in asked.cases] for _ in range(rounds)]
    points = tuple(
        Point(case.size, *size, count, taken)
        for case, size, count, taken in zip(
            asked.cases, sizes, ran, zip(*turns, strict=True), strict=True
        )
    )
    return Curve(asked.about, asked.name, points)


async def _turn(monitor: asyncpg.Connection, case: Case, seconds: float) -> Turn:
    meter = Meter(monitor, case.server)
    before = await meter.read_at_rest()
    long = max(seconds, case.connections / A_SECOND)
    seen = await load(case.server, case.workload, case.connections, long)
    cost = between(before, await meter.read_at_rest())
    return Turn(
        seen.per_second,
        seen.p50_ms,
        seen.p99_ms,
        cost.server_ms / seen.begun,
        cost.postgres_ms / seen.begun,
    )


def _allow_files(wanted: int) -> None:
    """As many open files as the clients need; processes that are started inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    if hard < wanted:
        raise TooFewFiles(f"at most {hard} open files are allowed, and {wanted} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
