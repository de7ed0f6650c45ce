"""Load on a server of this machine: by `wrk` where it is installed, otherwise by asyncio.

Either keeps a number of connections busy, each with one request at a time, for some seconds.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import orjson

from bench.contestants import Server
from bench.workloads import Workload

SCRIPT = Path(__file__).with_name("post.lua")
SUMMARY = b"SUMMARY "
HUNDREDTHS = 100


class LoadFailed(Exception):
    """Nothing was measured, or not what was asked for."""


class TooSlow(LoadFailed):
    """The time was over before enough was answered to say how often."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients saw."""

    requests: int
    begun: int
    """How many requests the server was sent, of which the last were not waited for."""

    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


async def load(server: Server, workload: Workload, connections: int, seconds: float) -> Load:
    """Keep so many connections busy for so long."""
    by_wrk = shutil.which("wrk")
    if by_wrk:
        return await _wrk(by_wrk, server, workload, connections, seconds)
    return await Clients(server, workload).run(connections, seconds)


async def _wrk(
    program: str, server: Server, workload: Workload, connections: int, seconds: float
) -> Load:
    """When the time is up, wrk leaves, and each connection has a request under way."""
    url = f"http://127.0.0.1:{server.port}{server.contestant.path(workload)}"
    with tempfile.NamedTemporaryFile("wb", suffix=".bodies") as file:
        headers = [f"{name}: {value}" for name, value in server.headers(workload).items()]
        file.write(b"\n".join(["\t".join(headers).encode(), *server.contestant.bodies(workload)]))
        file.flush()
        process = await asyncio.create_subprocess_exec(
            program,
            *("--threads", "1", "--connections", str(connections)),
            *("--duration", f"{max(1, round(seconds))}s", "--timeout", "60s"),
            *("--script", str(SCRIPT), url, "--", file.name),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    return _summary(output, connections)


def _summary(output: bytes, connections: int) -> Load:
    lines = (line for line in output.splitlines() if line.startswith(SUMMARY))
    if (line := next(lines, None)) is None:
        raise LoadFailed(output.decode())
    said = orjson.loads(line.removeprefix(SUMMARY))
    if said["errors"]:
        raise LoadFailed(f"{said['requests']} requests were answered and {said['errors']} failed")
    if not said["requests"]:
        raise TooSlow("nothing was answered in the time")
    return Load(
        requests=said["requests"],
        begun=said["requests"] + connections,
        seconds=said["microseconds"] / 1e6,
        p50_ms=said["p50"] / 1000,
        p99_ms=said["p99"] / 1000,
    )


def requests_of(server: Server, workload: Workload) -> Iterator[bytes]:
    """All that a workload asks of a contestant, as it goes over the wire."""
    path = server.contestant.path(workload)
    headers = {"Host": "127.0.0.1", **server.headers(workload)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    for body in server.contestant.bodies(workload):
        head = f"POST {path} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


@dataclass(slots=True)
class Clients:
    """The same without `wrk`; it costs more itself, so servers reach fewer requests a second."""

    server: Server
    workload: Workload
    took: list[float] = field(default_factory=list)

    async def run(self, connections: int, seconds: float) -> Load:
        start = perf_counter()
        requests = cycle([*requests_of(self.server, self.workload)])
        end = start + seconds
        await asyncio.gather(*(self._client(requests, end) for _ in range(connections)))
        count = len(self.took)
        cuts = quantiles(self.took, n=HUNDREDTHS, method="inclusive")
        return Load(count, count, perf_counter() - start, cuts[49] * 1000, cuts[98] * 1000)

    async def _client(self, requests: Iterator[bytes], end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            while (start := perf_counter()) < end:
                writer.write(next(requests))
                await _read_answer(reader)
                self.took.append(perf_counter() - start)
        finally:
            writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.splitlines()[0]:
        raise LoadFailed(head.decode())
    _, _, rest = head.partition(b"content-length:")
    await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
