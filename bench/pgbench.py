"""The hand-written statements without any server of ours: Postgres' own `pgbench` sends them.

As everybody else it is the application's role under row-level security, has prepared statements,
and proves the student's or the admin's token in each of them.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from bench.cpu import BACKENDS, spent
from bench.handwritten import asked
from bench.load import HUNDREDTHS, LoadFailed
from bench.memory import peak_mib, private_mib
from bench.record import Sample
from bench.statements import parameters, statement, type_of
from bench.workloads import Workload
from bench.world import DATA, SignedIn, name_of
from domains.auth.engine import tokens
from gateway.embedded import Cluster
from gateway.embedded.place import find_place

APPLICATION: Final = "azora_bench_pgbench"

WARM_SECONDS: Final = 1.0
"""At the beginning of each run, because every run has connections of its own."""

REST_SECONDS: Final = 0.3
"""At the end, so that it is still running when its processor time is read."""

FEWEST: Final = 2
"""Transactions of which a turn can be told."""

OPTIONS: Final = (
    *("-c timezone=UTC", "-c jit=off", "-c plan_cache_mode=force_generic_plan"),
    "-c default_transaction_read_only={read_only}",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Processor time in nanoseconds up to a moment."""

    moment: float
    client: int
    backends: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Pgbench:
    """The hand-written statements, measured as a server is."""

    cluster: Cluster
    signed_in: Mapping[str, SignedIn]
    monitor: asyncpg.Connection
    """Watches its backends."""

    name: str = "pgbench"
    title: str = "hand-written statement, pgbench"

    def answers(self, workload: Workload) -> bool:
        del workload
        return True

    async def warm(self, workload: Workload, connections: int, seconds: float) -> None:
        """A run warms itself."""

    async def statements(self, workload: Workload) -> float:
        """That is what it is given."""
        del workload
        return 1

    async def turn(self, workload: Workload, connections: int, seconds: float) -> Sample:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "script.sql"
            script.write_text(self.script(workload))
            process = await self._started(script, workload, connections, seconds)
            try:
                await asyncio.sleep(WARM_SECONDS)
                before = await self._reading(process.pid)
                await asyncio.sleep(seconds)
                after = await self._reading(process.pid)
                memory = peak_mib([process.pid]), private_mib(after.backends)
            finally:
                said, _ = await process.communicate()
            if process.returncode:
                raise LoadFailed(said.decode())
            return _sample(
                _latencies(Path(folder), before.moment, after.moment), before, after, memory
            )

    def script(self, workload: Workload) -> str:
        """What a client sends again and again, each time with another of the workload's values."""
        text = statement(workload, row_security=True)
        person = self.signed_in.get(workload.viewer)
        if person is not None:
            text = text.replace(":token", rf"'\x{tokens.digest(person.token).hex()}'::bytea")
        if ":asked" not in parameters(workload):
            return f"{text};\n"
        values = [str(asked(given)[0]) for given in workload.variables]
        # A constant array, of which a number takes one: pgbench's own variables are numbers.
        array = "'{" + ",".join(f'"{value}"' for value in values) + "}'"
        one = f"(cast({array} as {type_of(workload)}[]))[:place]"
        return f"\\set place random(1, {len(values)})\n{text.replace(':asked', one)};\n"

    async def _started(
        self, script: Path, workload: Workload, connections: int, seconds: float
    ) -> asyncio.subprocess.Process:
        url = urlsplit(self.cluster.app_url)
        host = url.netloc.replace(f":{url.password}@", "@")
        whole = WARM_SECONDS + seconds + REST_SECONDS
        return await asyncio.create_subprocess_exec(
            str(find_place(DATA).binaries / "pgbench"),
            *("--no-vacuum", "--protocol", "prepared", "--file", str(script)),
            *("--client", str(connections), "--jobs", "1", "--time", str(round(whole + 0.5))),
            *("--log", "--log-prefix", str(script.with_name("log"))),
            urlunsplit(url._replace(netloc=host)),
            env=os.environ
            | {
                "PGPASSWORD": unquote(url.password or ""),
                "PGAPPNAME": APPLICATION,
                "PGOPTIONS": " ".join(OPTIONS).format(read_only="off" if workload.writes else "on"),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def _reading(self, pid: int) -> Reading:
        found = await self.monitor.fetch(BACKENDS, APPLICATION, name_of(self.cluster))
        backends = {row["pid"]: spent(row["pid"]) for row in found}
        return Reading(time.time(), spent(pid), backends)


def _latencies(folder: Path, since: float, until: float) -> list[float]:
    """Milliseconds of the transactions that ended between two moments."""
    took = []
    for path in folder.glob("log.*"):
        for line in path.read_text().splitlines():
            _, _, microseconds, _, whole, part = line.split()[:6]
            if since <= int(whole) + int(part) / 1e6 < until:
                took.append(int(microseconds) / 1000)
    return took


def _sample(
    took: list[float], before: Reading, after: Reading, memory: tuple[float, float]
) -> Sample:
    if len(took) < FEWEST:
        raise LoadFailed(f"pgbench finished {len(took)} transactions only")
    cuts = quantiles(took, n=HUNDREDTHS, method="inclusive")
    backends = sum(now - before.backends.get(pid, 0) for pid, now in after.backends.items())
    return Sample(
        per_second=len(took) / (after.moment - before.moment),
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        server_ms=(after.client - before.client) / 1e6 / len(took),
        postgres_ms=backends / 1e6 / len(took),
        server_mib=memory[0],
        postgres_mib=memory[1],
    )
