"""The processor time and the memory of a server's processes and of its Postgres backends.

On a machine that does other things besides, processor time is what can be trusted, and only as a
ratio of two programs that were measured in turn. Linux alone tells it so exactly.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from bench.contestants import Server

BACKENDS = "select pid from pg_stat_activity where application_name = $1 and datname = $2"

QUIET_NS = 2_000_000
QUIET_SECONDS = 0.1
PATIENCE = 1200
"""So many times a server is looked at until it has come to rest."""


def is_measurable() -> bool:
    return Path("/proc/self/schedstat").exists()


def processes(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def spent(pid: int) -> int:
    """The nanoseconds of all threads of a process up to now; 0 once it is gone."""
    try:
        stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(text.split()[0]) for text in stats)


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time up to a moment."""

    server: int
    backends: Mapping[int, int]

    @property
    def total(self) -> int:
        return self.server + sum(self.backends.values())


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time of a stretch of work, in milliseconds."""

    server_ms: float
    postgres_ms: float


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads the processor time of one contestant."""

    monitor: asyncpg.Connection
    server: Server

    async def backends(self) -> list[int]:
        """The database's processes that serve this contestant."""
        application, database = self.server.contestant.application, self.server.database
        return [row["pid"] for row in await self.monitor.fetch(BACKENDS, application, database)]

    async def read(self) -> Spent:
        server = sum(map(spent, processes(self.server.pid)))
        return Spent(server, {pid: spent(pid) for pid in await self.backends()})

    async def read_at_rest(self) -> Spent:
        """After the server has finished what clients left it with."""
        before = await self.read()
        for _ in range(PATIENCE):
            await asyncio.sleep(QUIET_SECONDS)
            now = await self.read()
            if now.total - before.total < QUIET_NS:
                return now
            before = now
        raise TimeoutError(f"{self.server.contestant.name} does not come to rest")


def between(before: Spent, after: Spent) -> Cost:
    """What was spent in the meantime; a backend that is new began at nothing."""
    backends = sum(
        spent_now - before.backends.get(pid, 0) for pid, spent_now in after.backends.items()
    )
    return Cost((after.server - before.server) / 1e6, backends / 1e6)
