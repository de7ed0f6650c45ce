"""The way between the application and Postgres, which a test can cut after a question."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, quote, urlsplit

CHUNK = 65_536


@dataclass
class Wire:
    """Passes everything on, until somebody asks for something that is not to be answered."""

    socket: Path
    """Of Postgres itself."""

    url: str
    unanswered: bytes | None = None
    """What to look for. Whoever says it is heard, but gets no answer, and is cut off."""

    cuts: int = 0

    async def carry(self, asking: asyncio.StreamReader, answered: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        answering, asked = await asyncio.open_unix_connection(self.socket)
        ways = Way(self, asking, asked, answering, answered)
        with suppress(OSError):
            await asyncio.gather(ways.ask(), ways.answer())


@dataclass
class Way:
    """One connection in both directions."""

    wire: Wire
    asking: asyncio.StreamReader
    asked: asyncio.StreamWriter
    answering: asyncio.StreamReader
    answered: asyncio.StreamWriter
    is_cut: bool = False

    async def ask(self) -> None:
        while said := await self.asking.read(CHUNK):
            if self.wire.unanswered is not None and self.wire.unanswered in said:
                self.is_cut = True
            self.asked.write(said)
        self.asked.close()

    async def answer(self) -> None:
        while said := await self.answering.read(CHUNK):
            if self.is_cut:
                self.wire.cuts += 1
                break
            self.answered.write(said)
        self.answered.close()


@asynccontextmanager
async def wired(url: str) -> AsyncIterator[Wire]:
    """A wire to the server at this address."""
    real = parse_qs(urlsplit(url).query)["host"][0]
    with TemporaryDirectory(prefix="azora-wire-") as folder:
        name = ".s.PGSQL.5432"
        wire = Wire(Path(real) / name, url.replace(quote(real), quote(folder)))
        server = await asyncio.start_unix_server(wire.carry, Path(folder) / name)
        try:
            yield wire
        finally:
            server.close()
