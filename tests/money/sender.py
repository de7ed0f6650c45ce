"""A process of clients that send money, and write down each intent and what came of it.

It ends with the one who started it, or when it is killed. What it has written outlives it.
"""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Self
from uuid import UUID, uuid4

import asyncpg

from domains.kernel.database import Bounds, Database
from gateway.faults import is_busy

TRANSFER = "select mint.transfer($1, false, $2, $3, $4, $5, 'A crash test', $6) as id"
"""As the mint asks for it; its own modules bring so many others that a process begins late."""

REFUSED = "LG"
"""How the SQLSTATEs of the ledger begin."""

HOT_SHARE = 0.9
"""Of the transfers have the first person on one side, where somebody is hot."""

MOST = 300_000_000
"""Units of 1e-8 in one transfer: more than many hold."""

BREATH = 0.02
"""Seconds until somebody whose connection was lost asks for another."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with money, in a session of theirs."""

    user_id: str
    session_id: str
    wallet_id: str
    address: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody is about to ask for."""

    key: str
    sender: int
    recipient: int
    amount: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process is given."""

    url: str
    people: list[Person]
    clients: int
    hot: bool
    seed: int

    @classmethod
    def read(cls, text: str) -> Self:
        given = json.loads(text)
        return cls(**given | {"people": [Person(**person) for person in given["people"]]})


class Journal:
    """Lines in a file, each there as soon as it is written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def intend(self, intent: Intent) -> None:
        self._write(asdict(intent))

    def done(self, key: str, transaction_id: UUID) -> None:
        self._write({"key": key, "done": str(transaction_id)})

    def refused(self, key: str) -> None:
        self._write({"key": key, "refused": True})

    def _write(self, line: dict[str, object]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


async def send(database: Database, people: list[Person], intent: Intent) -> UUID | None:
    """The transaction, or nothing if the mint refuses; any other error leaves it open."""
    sender, recipient = people[intent.sender], people[intent.recipient]
    order = (UUID(sender.user_id), intent.key, UUID(sender.wallet_id), recipient.address)
    more = (Decimal(intent.amount), UUID(sender.session_id))
    try:
        row = await database.call(TRANSFER, [*order, *more])
    except asyncpg.PostgresError as error:
        if not (error.sqlstate or "").startswith(REFUSED):
            raise
        return None
    return None if row is None else UUID(str(row["id"]))


async def main(plan: Plan, journal: Journal) -> None:
    """Keep so many clients busy until the process is killed."""
    bounds = Bounds(calls=plan.clients, writes=1, statement_ms=20_000)
    database = Database(plan.url, bounds)
    await database.open()
    async with asyncio.TaskGroup() as clients:
        for number in range(plan.clients):
            intents = _intents(plan, Random(plan.seed + number))  # noqa: S311 (no secret)
            clients.create_task(_client(database, plan, journal, intents))


async def _client(
    database: Database, plan: Plan, journal: Journal, intents: Iterator[Intent]
) -> None:
    for intent in intents:
        journal.intend(intent)
        with suppress(_Unanswered):
            moved = await _answered(database, plan, intent)
            if moved is None:
                journal.refused(intent.key)
            else:
                journal.done(intent.key, moved)


class _Unanswered(Exception):
    """The database went away meanwhile."""


async def _answered(database: Database, plan: Plan, intent: Intent) -> UUID | None:
    try:
        return await send(database, plan.people, intent)
    except Exception as error:
        if not is_busy(error):
            raise
        await asyncio.sleep(BREATH)
        raise _Unanswered from error


def _intents(plan: Plan, random: Random) -> Iterator[Intent]:
    while True:
        sender, recipient = random.sample(range(len(plan.people)), 2)
        if plan.hot and random.random() < HOT_SHARE:
            sender, recipient = random.choice([(0, recipient or sender), (sender or recipient, 0)])
        amount = Decimal(random.randint(1, MOST)).scaleb(-8)
        yield Intent(str(uuid4()), sender, recipient, f"{amount:f}")


def _end_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    plan = Plan.read(sys.stdin.readline())
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    asyncio.run(main(plan, Journal(Path(sys.argv[1]))))
