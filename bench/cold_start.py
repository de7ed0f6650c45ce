"""From starting the program to its first answer."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

import orjson

from bench.cold_clients import Client, client
from bench.contestants import KEYS
from bench.cpu import spent
from bench.world import DATA

ROOT = Path(__file__).parent.parent
PATIENCE = 60
FOREIGN = ("AZORA_", "PYTHON")
"""How settings of the person who measures begin."""

LIVE = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Start:
    """One start of `azora serve`, in milliseconds."""

    live_ms: float
    """Until it says that it lives, for which it needs no database."""

    answer_ms: float
    """Until it has answered a first query."""

    cpu_ms: float
    """Of its own processor time up to then."""

    query_ms: float
    """Of which the first query, to a fresh process."""

    again_ms: float
    """The same query again."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Where the time of a start goes, in milliseconds."""

    interpreter: float
    imports: float
    schema: float
    application: float


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Several starts, one after another, with the program's files in memory."""

    starts: list[Start]
    stages: list[Stages]

    def of_starts(self, figure: str) -> float:
        return median(float(getattr(start, figure)) for start in self.starts)

    def of_stages(self, figure: str) -> float:
        return median(float(getattr(stages, figure)) for stages in self.stages)


async def measure(url: str, asked: bytes, times: int) -> ColdStart:
    """Start it so many times; the first, which reads files from the disk, does not count."""
    environment = _environment(url)
    starts = [await _start(environment, asked) for _ in range(times + 1)]
    stages = [_stages(environment) for _ in range(times)]
    return ColdStart(starts[1:], stages)


def _environment(url: str) -> Mapping[str, str]:
    usual = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    settings = {"AZORA_PROFILE": "production", "DATABASE_URL": url}
    # An installed program is compiled already, and the first start does it here.
    compiled = {"PYTHONPYCACHEPREFIX": str((DATA / "bytecode").resolve())}
    return usual | dict(KEYS) | settings | compiled


async def _start(environment: Mapping[str, str], asked: bytes) -> Start:
    port = _free_port()
    began = monotonic()
    process = subprocess.Popen(  # noqa: ASYNC220 (our own program; it returns at once)
        [sys.executable, "-m", "gateway", "serve"],
        env={**environment, "AZORA_PORT": str(port)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await _listening(port)
            async with client(port) as connection:
                return await _first_answers(connection, process.pid, asked, began)
    finally:
        process.terminate()
        process.wait()


async def _first_answers(connection: Client, pid: int, asked: bytes, began: float) -> Start:
    await connection.visit(LIVE)
    live = monotonic()
    first = await connection.visit(asked)
    answered = monotonic()
    cpu = spent(pid) / 1e6
    again = [(await connection.visit(asked)).ms for _ in range(5)]
    return Start((live - began) * 1000, (answered - began) * 1000, cpu, first.ms, median(again))


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.001)
        else:
            writer.close()
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _stages(environment: Mapping[str, str]) -> Stages:
    """By a process that takes the same steps, and says when it took them."""
    said = subprocess.run(  # noqa: S603 (our own module)
        [sys.executable, "-m", "bench.cold_stages", str(monotonic())],
        env=dict(environment),
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return Stages(**orjson.loads(said.stdout))
