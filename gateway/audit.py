"""Checks the audit log of a database against itself, and against what was kept elsewhere."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import asyncpg
import orjson

from domains.auth.public import (
    HEADS,
    LINKS,
    SHORTEST_RETENTION_DAYS,
    Anchor,
    Break,
    ChainCheck,
    Head,
    Link,
)
from domains.kernel.clock import now
from gateway.inspection import connected

ROWS_AT_ONCE = 1000
"""However long the log is, no more of it is in memory."""


class WrongAnchor(Exception):
    """A file that is no anchor."""


@dataclass(slots=True)
class Report:
    """What a check came to."""

    rows: int = 0
    chains: int = 0
    breaks: list[Break] = field(default_factory=list)
    unshown: int = 0
    """How many breaks there are beside those that are listed."""

    def add(self, found: Break, most: int) -> None:
        if len(self.breaks) < most:
            self.breaks.append(found)
        else:
            self.unshown += 1


async def anchor(url: str) -> bytes:
    """Where each chain ends now, as a file."""
    async with _snapshot(url) as connection:
        heads = await _heads(connection)
    ends = {
        str(head.chain): {"position": head.position, "hash": head.hash.hex()}
        for head in heads.values()
    }
    content = {"takenAt": now(), "chains": ends}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_anchor(content: bytes) -> Anchor:
    """An anchor from its file."""
    try:
        given = orjson.loads(content)
        ends = {
            int(number): (int(end["position"]), bytes.fromhex(end["hash"]))
            for number, end in given["chains"].items()
        }
        return Anchor(datetime.fromisoformat(given["takenAt"]), ends)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongAnchor("This is no anchor that `azora audit anchor` wrote.") from None


async def verify(url: str, anchored: Anchor | None = None, most: int = 100) -> Report:
    """Follow every chain from its base to its head, in one snapshot of the database."""
    report = Report()
    async with _snapshot(url) as connection:
        checks = _checks(await _heads(connection), anchored)
        async for row in connection.cursor(LINKS, prefetch=ROWS_AT_ONCE):
            link = Link(**row)
            check = checks.setdefault(link.chain, ChainCheck(Head(link.chain)))
            report.rows += 1
            for found in check.follow(link):
                report.add(found, most)
    for found in chain.from_iterable(check.end() for check in checks.values()):
        report.add(found, most)
    report.chains = len(checks)
    return report


def _checks(heads: Mapping[int, Head], anchored: Anchor | None) -> dict[int, ChainCheck]:
    ends = anchored.ends if anchored else {}
    has_expired = anchored is not None and _is_old(anchored.taken_at)
    return {
        number: ChainCheck(
            heads.get(number, Head(number)), ends.get(number), has_expired=has_expired
        )
        for number in sorted({*heads, *ends})
    }


def _is_old(moment: datetime) -> bool:
    return moment < now() - timedelta(days=SHORTEST_RETENTION_DAYS)


async def _heads(connection: asyncpg.Connection) -> dict[int, Head]:
    rows: Any = await connection.fetch(HEADS)
    return {row["chain"]: Head(**row) for row in rows}


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection on which all statements see the same rows, and times are written in UTC."""
    async with connected(url) as connection:
        await connection.execute("set timezone = 'UTC'")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
