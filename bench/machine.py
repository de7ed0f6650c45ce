"""On what a measurement was made, and with which versions."""

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import asyncpg
import orjson

from gateway.embedded import Cluster

PACKAGES: Final = (
    *("strawberry-graphql", "graphql-core", "SQLAlchemy", "asyncpg"),
    *("uvicorn", "uvloop", "httptools", "orjson"),
)
PEERS: Final = Path(__file__).with_name("peers") / "package.json"
NUMBER: Final = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a record says besides its figures."""

    measured: str
    command: str
    machine: tuple[str, ...]
    versions: dict[str, str]

    def lines(self) -> Iterator[str]:
        yield f"- Measured on {self.measured} by `{self.command}`"
        yield from (f"- {line}" for line in self.machine)
        yield "- " + ", ".join(f"{name} {number}" for name, number in self.versions.items())


async def setting(cluster: Cluster) -> Setting:
    """The machine as it is, and the command that runs."""
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        postgres: str = await connection.fetchval("show server_version")
        memory: str = await connection.fetchval("show shared_buffers")
    finally:
        await connection.close()
    database = f"Postgres {postgres} over a unix socket, as embedded; shared buffers {memory}"
    return Setting(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", _command(), (*_machine(), database), _versions()
    )


def _command() -> str:
    given = shlex.join(sys.argv[1:])
    return f"make bench ARGS={shlex.quote(given)}" if given else "make bench"


def _machine() -> Iterator[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    yield f"{platform.system()} {platform.release()}, Python {platform.python_version()}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in PACKAGES}
    return packages | ({"wrk": found} if (found := _wrk()) else {}) | _npm()


def _wrk() -> str | None:
    """What it says of itself, if it is installed."""
    path = shutil.which("wrk")
    if path is None:
        return None
    said = subprocess.run([path, "-v"], capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    found = NUMBER.search(said.stdout)
    return found[0] if found else None


def _npm() -> dict[str, str]:
    """What the others are pinned to: their packages, and the Node.js that comes as one."""
    pinned: dict[str, dict[str, str]] = orjson.loads(PEERS.read_bytes())
    node = next(iter(pinned["optionalDependencies"].values()))
    return {"Node.js": node} | pinned["dependencies"]
