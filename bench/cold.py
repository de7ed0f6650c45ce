"""What is paid once: a start, the first sight of a document, and documents without end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import asyncpg
from pydantic import TypeAdapter

from bench import cold_churn, cold_first, cold_start
from bench.cold_churn import Churns
from bench.cold_clients import request
from bench.cold_first import FirstSight
from bench.cold_start import ColdStart
from bench.contestants import AZORA, Server, serving
from bench.cpu import Meter
from bench.machine import Setting, setting
from bench.workloads import WORKLOADS
from bench.world import ADMIN, sign_in
from gateway.embedded import Cluster

USUAL: Final = WORKLOADS["q1"]
"""What the client beside asks, without end."""


@dataclass(frozen=True, slots=True)
class Cold:
    """A whole run."""

    setting: Setting
    start: ColdStart
    first: FirstSight
    churns: Churns
    kind: Literal["cold"] = "cold"


FORM: Final = TypeAdapter(Cold)


async def measure(
    cluster: Cluster, starts: int, documents: int, churned: int, show: Callable[[str], None]
) -> Cold:
    """So many starts, so many documents of each size, and so many documents in a row."""
    usual = _usual()
    token = (await sign_in(cluster))[ADMIN].token
    show(f"{starts} starts")
    start = await cold_start.measure(cluster.app_url, usual[0], starts)
    monitor = await asyncpg.connect(cluster.superuser_url)
    try:
        show(f"{documents} documents of each size")
        with serving(AZORA, cluster) as server:
            first = await cold_first.measure(Meter(monitor, server), token, usual, documents)
        show(f"{churned} documents in a row")
        with serving(AZORA, cluster) as server:
            churns = await _churn(monitor, server, cluster, token, churned)
    finally:
        await monitor.close()
    return Cold(await setting(cluster), start, first, churns)


def _usual() -> Sequence[bytes]:
    return [request(USUAL.query, variables=each) for each in USUAL.variables]


async def _churn(
    monitor: asyncpg.Connection, server: Server, cluster: Cluster, token: str, number: int
) -> Churns:
    found = await cold_churn.measure(monitor, server, token, _usual(), number)
    return replace(found, prepared=await cold_churn.prepared(cluster.app_url))
