"""Processes full of clients that send money, and those who kill and count meanwhile."""

import asyncio
import json
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Self

import asyncpg

from gateway.faults import is_busy
from tests.postgres import Urls
from tests.serving import ROOT

from .journals import Journals
from .sender import Person, Plan

CLIENTS = 16
"""Of each process."""

PATIENCE = 60
"""Seconds in which a process makes its first transfer, and in which connections are gone."""

PAUSES = (0.03, 0.15)
"""Seconds between two kills."""

SUMS = """
select currency::text, sum(balance), min(balance) filter (where kind <> 'ISSUANCE')
from mint.wallets group by currency
"""
KILL = """
select count(pg_terminate_backend(pid)) from (
  select pid from pg_stat_activity
  where datname = current_database() and usename = 'azora_app' order by random() limit $1
) as chosen
"""
CONNECTED = """
select count(*) from pg_stat_activity
where datname = current_database() and usename = 'azora_app'
"""


@dataclass
class Client:
    """A process of them, and where it writes."""

    process: asyncio.subprocess.Process
    journal: Path
    errors: Path

    @classmethod
    async def start(cls, folder: Path, plan: Plan) -> Self:
        """A new process, which takes its time to begin."""
        journal, errors = (folder / f"{name}-{plan.seed}" for name in ("journal", "errors"))
        with errors.open("w") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.money.sender", str(journal)),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stderr=file,
            )
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
        return cls(process, journal, errors)

    async def has_begun(self) -> None:
        """Return once it has made a transfer."""
        async with asyncio.timeout(PATIENCE):
            while not _made_one(self.journal) and self.process.returncode is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """Kill it as it stands; whatever it said before must be nothing."""
        with suppress(ProcessLookupError):
            self.process.kill()
        assert await self.process.wait() == -signal.SIGKILL, self.errors.read_text()


def _made_one(journal: Path) -> bool:
    return journal.exists() and '"done"' in journal.read_text()


@dataclass
class Crowd:
    """Processes full of clients."""

    urls: Urls
    people: list[Person]
    folder: Path
    hot: bool
    clients: list[Client] = field(default_factory=list)
    seeds: Iterator[int] = field(default_factory=lambda: count(0, CLIENTS))

    async def join(self) -> None:
        """Have another process at work."""
        plan = Plan(self.urls.app, self.people, CLIENTS, self.hot, next(self.seeds))
        client = await Client.start(self.folder, plan)
        self.clients.append(client)
        await client.has_begun()

    def journals(self) -> Journals:
        """What they have written up to now."""
        return Journals.read(self.folder.glob("journal-*"))

    async def leave(self) -> None:
        """Kill them all, and see their connections gone."""
        await asyncio.gather(*(client.kill() for client in self.clients))
        await _gone(self.urls)


@asynccontextmanager
async def crowd(
    urls: Urls, people: list[Person], folder: Path, *, hot: bool
) -> AsyncIterator[Crowd]:
    """Two processes at work, which are killed at the end."""
    made = Crowd(urls, people, folder, hot)
    try:
        await asyncio.gather(made.join(), made.join())
        yield made
    finally:
        await made.leave()


async def _gone(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.superuser)
    try:
        async with asyncio.timeout(PATIENCE):
            while await connection.fetchval(CONNECTED):  # noqa: ASYNC110 (of another process)
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


@dataclass
class Bystander(ABC):
    """Does something again and again, on a connection that may be lost."""

    url: str
    count: int = 0
    complaints: list[str] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            try:
                await self._connected()
            except Exception as error:
                if not is_busy(error):
                    raise
            await asyncio.sleep(0.05)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await self._act_on(connection)
        finally:
            connection.terminate()

    @abstractmethod
    async def _act_on(self, connection: asyncpg.Connection) -> None: ...


class Auditor(Bystander):
    """Adds up all money, in one snapshot after another."""

    async def _act_on(self, connection: asyncpg.Connection) -> None:
        while True:
            for currency, total, least in await connection.fetch(SUMS):
                if total != 0 or least < 0:
                    self.complaints.append(f"{currency}: {total} in all, {least} at the least")
            self.count += 1
            await asyncio.sleep(0.01)


class Killer(Bystander):
    """Ends connections of the application, one or a few at a time."""

    async def _act_on(self, connection: asyncpg.Connection) -> None:
        random = Random()  # noqa: S311 (no secret)
        while True:
            await asyncio.sleep(random.uniform(*PAUSES))
            self.count += await connection.fetchval(KILL, random.choice((1, 1, 2, 8)))


@asynccontextmanager
async def beside(*bystanders: Bystander) -> AsyncIterator[None]:
    """They act until the end, and fail the test if they cannot."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.run()) for each in bystanders]
        yield
        for task in tasks:
            task.cancel()
