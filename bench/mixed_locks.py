"""Who waits for a lock of the database: looked at many times a second, and as its log tells it."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg

from gateway.embedded.place import find_place

PAUSE: Final = 0.004
LOGGED_AFTER_MS: Final = 10
LOGGED: Final = re.compile(r"process (\d+) still waiting for \w+ on ")
RELOAD_SECONDS: Final = 0.3

WAITING: Final = """
select pid from pg_stat_activity
where wait_event_type = 'Lock' and application_name = $1 and datname = $2
"""
LOGGING: Final = (
    f"alter system set deadlock_timeout = '{LOGGED_AFTER_MS}ms'",
    "alter system set log_lock_waits = on",
)
NOT_LOGGING: Final = (
    "alter system reset deadlock_timeout",
    "alter system reset log_lock_waits",
)


@dataclass(slots=True)
class Locks:
    """The backends that waited, as often as each was seen or logged."""

    looks: int = 0
    seen: list[int] = field(default_factory=list)
    logged: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Watch:
    """Looks at an application's backends until it is told to stop."""

    connection: asyncpg.Connection
    application: str
    database: str
    locks: Locks = field(default_factory=Locks)
    is_over: bool = False

    async def run(self) -> None:
        while not self.is_over:
            found = await self.connection.fetch(WAITING, self.application, self.database)
            self.locks.looks += 1
            self.locks.seen.extend(row["pid"] for row in found)
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def watched(
    url: str, application: str, database: str, data_dir: Path
) -> AsyncIterator[Locks]:
    """What is seen of waiting meanwhile; complete afterwards."""
    log = find_place(data_dir).log
    connection = await asyncpg.connect(url)
    try:
        async with _logging(connection):
            start = log.stat().st_size
            watch = Watch(connection, application, database)
            looking = asyncio.create_task(watch.run())
            yield watch.locks
            watch.is_over = True
            await looking
            watch.locks.logged.extend(_logged(log, start))
    finally:
        await connection.close()


@asynccontextmanager
async def _logging(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """The server's log tells meanwhile who waits for long."""
    await _set(connection, LOGGING)
    try:
        yield
    finally:
        await _set(connection, NOT_LOGGING)


async def _set(connection: asyncpg.Connection, statements: tuple[str, ...]) -> None:
    for statement in (*statements, "select pg_reload_conf()"):
        await connection.execute(statement)
    await asyncio.sleep(RELOAD_SECONDS)


def _logged(log: Path, start: int) -> Iterator[int]:
    """The processes of which the log has said since then that they wait."""
    with log.open("rb") as file:
        file.seek(start)
        text = file.read().decode(errors="replace")
    return (int(found[1]) for found in LOGGED.finditer(text))
