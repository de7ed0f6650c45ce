"""Clients of a server on loopback of which each question may depend on the answer before."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter
from typing import Any

import orjson

from bench.load import HUNDREDTHS, Load, LoadFailed

CONTENT_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Connection:
    """One client, with one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, query: str, bearer: str | None = None, **variables: Any) -> dict[str, Any]:
        """The data of an answer that must have no errors."""
        body = orjson.dumps({"query": query, "variables": variables})
        proof = f"Authorization: Bearer {bearer}\r\n" if bearer else ""
        head = (
            "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"{proof}Content-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = orjson.loads(await self._answer())
        if "errors" in answer:
            raise LoadFailed(str(answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data

    async def _answer(self) -> bytes:
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        _, _, rest = head.partition(CONTENT_LENGTH)
        return await self.reader.readexactly(int(rest.split(b"\r\n", 1)[0]))


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    """A client of the server on this port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


Turn = Callable[[Connection], Awaitable[None]]
"""One question and its answer."""


async def busy(port: int, turns: list[Turn], seconds: float, pause: float = 0) -> Load:
    """Keep a client for each turn busy for so long, or pausing between two questions."""
    took: list[float] = []
    start = perf_counter()
    await asyncio.gather(*(_busy(port, turn, start + seconds, pause, took) for turn in turns))
    cuts = quantiles(took, n=HUNDREDTHS, method="inclusive")
    lasted = perf_counter() - start
    return Load(len(took), len(took), lasted, cuts[49] * 1000, cuts[98] * 1000)


async def _busy(port: int, turn: Turn, end: float, pause: float, took: list[float]) -> None:
    async with connected(port) as connection:
        while (sent := perf_counter()) < end:
            await turn(connection)
            took.append(perf_counter() - sent)
            if pause:
                await asyncio.sleep(pause)
