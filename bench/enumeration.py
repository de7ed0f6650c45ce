"""Whether the time of a failed sign-in tells why it failed."""

import gc
from statistics import median
from time import perf_counter

from bench.auth import SIGN_IN, UNLIMITED
from bench.contestants import AZORA, serving
from bench.conversation import Connection, connected
from bench.load import LoadFailed
from bench.people import MANY, address, prepare
from gateway.embedded import Cluster

WRONG = "another river at dusk"
CASES = {
    "wrong password": ("known", WRONG),
    "unknown address": ("unknown", WRONG),
    "locked": ("locked", WRONG),
    "deleted": ("deleted", WRONG),
    "no password": ("passwordless", WRONG),
    "empty password": ("known", ""),
}
WARM_RUNS = 20
MOST_RUNS = MANY // 2 - WARM_RUNS
"""Each person is tried once."""


async def measure(cluster: Cluster, runs: int) -> dict[str, float]:
    """The median milliseconds of each case. They take turns, so that noise touches all alike."""
    await prepare(cluster)
    took: dict[str, list[float]] = {case: [] for case in CASES}
    with serving(AZORA, cluster, settings=UNLIMITED) as server:
        async with connected(server.port) as connection:
            gc.disable()
            try:
                for run in range(WARM_RUNS + runs):
                    for case in CASES:
                        took[case].append(await _failed(connection, case, run))
            finally:
                gc.enable()
    return {case: median(times[WARM_RUNS:]) for case, times in took.items()}


async def _failed(connection: Connection, case: str, run: int) -> float:
    kind, password = CASES[case]
    number = 2 * run + (not password)
    start = perf_counter()
    data = await connection.ask(SIGN_IN, email=address(kind, number), password=password)
    lasted = perf_counter() - start
    if not data["sessionCreate"]["userErrors"]:
        raise LoadFailed(f"{case}: the sign-in succeeded")
    return lasted * 1000
