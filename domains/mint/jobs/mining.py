"""Pays for what people have done, with one commit for many."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary, proxy

from pydantic import TypeAdapter

from domains.kernel.database import Database
from domains.kernel.queue import bulk_task
from domains.kernel.viewer import SYSTEM
from domains.mint.engine.batching import Batcher
from domains.mint.repository.mining import Outcome
from domains.mint.service import mining
from domains.mint.service.mining import Claim

MOST_AT_ONCE = 64
GATHER_SECONDS = 0.004
"""How long the first of several waits for the others."""

Result = Outcome | None

CLAIM = TypeAdapter(Claim)
_batchers: WeakKeyDictionary[Database, Batcher[Claim, Result]] = WeakKeyDictionary()


@bulk_task
async def mine(database: Database, given: dict[str, Any]) -> None:
    """Pay for one thing, if it was done and not paid for; twice done, it is paid for once."""
    await batcher(database).do(CLAIM.validate_python(given))


def batcher(database: Database) -> Batcher[Claim, Result]:
    """The one through which all tasks of this process go."""
    found = _batchers.get(database)
    if found is None:
        work = partial(_mine_all, proxy(database))
        found = _batchers[database] = Batcher(work, MOST_AT_ONCE, GATHER_SECONDS)
    return found


async def _mine_all(database: Database, claims: Sequence[Claim]) -> Sequence[Result]:
    return await database.transaction(SYSTEM, mining.settle, claims)
