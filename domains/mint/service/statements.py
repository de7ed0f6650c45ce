"""The rules of statements: for those who may see the wallet, not without end, one at a time."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.database import Database
from domains.kernel.refusal import BadInput
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint.engine.statements import Statement, csv_text
from domains.mint.repository import statements

MOST_LINES = 10_000
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(9000, 1, 1, tzinfo=UTC)

_turns: WeakKeyDictionary[Database, asyncio.Lock] = WeakKeyDictionary()
_writer = ThreadPoolExecutor(1, thread_name_prefix="statements")


async def is_shown(session: AsyncSession, _viewer: Viewer, wallet_id: UUID) -> bool:
    """Whether the viewer may see the wallet."""
    return await statements.sees_wallet(session, wallet_id)


async def made(
    database: Database, wallet_id: UUID, since: datetime | None, until: datetime | None
) -> Statement:
    """A statement, after those that are being made: all but one connection are left to others."""
    async with _turn(database):
        return await database.transaction(SYSTEM, statement, wallet_id, since, until)


@asynccontextmanager
async def _turn(database: Database) -> AsyncIterator[None]:
    turn = _turns.setdefault(database, asyncio.Lock())
    async with asyncio.timeout(database.bounds.wait_ms / 1000):
        await turn.acquire()
    try:
        yield
    finally:
        turn.release()


async def table(statement: Statement) -> str:
    """A statement for spreadsheets, written beside the event loop: a long one takes a while."""
    return await asyncio.get_running_loop().run_in_executor(_writer, csv_text, statement)


async def statement(
    session: AsyncSession,
    _system: Viewer,
    wallet_id: UUID,
    since: datetime | None,
    until: datetime | None,
) -> Statement:
    """What went in and out of a wallet from one moment until before another."""
    begin, end = max(since or BEGINNING, BEGINNING), min(until or END, END)
    if begin > end:
        raise BadInput("The period ends before it begins.")
    found = await statements.statement(session, wallet_id, begin, end, MOST_LINES + 1)
    if len(found.movements) > MOST_LINES:
        raise BadInput(
            f"There are more than {MOST_LINES} movements in this period: choose a shorter one."
        )
    return found
