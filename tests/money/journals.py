"""What clients were told, and whether the books say the same."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import asyncpg

from domains.kernel import invariants
from domains.kernel.database import Database
from tests.auth.sessions import a_session
from tests.makers import a_user, a_wallet

from .sender import Intent, Person, send

PEOPLE = 40
OPENING = Decimal(10)
"""In each wallet: so little that many transfers are refused."""

TRANSFERS = """
select idempotency_key, moved.id, actor_id, from_id, to_id, amount
from mint.postings join mint.transactions moved on posting_id = postings.id
where type = 'transfer'
"""

Told = tuple[str, UUID, UUID, UUID, UUID, Decimal]
"""A key, the transaction, who sent it, both wallets, and how much."""


async def settle(database: Database) -> list[Person]:
    """People with money, each in a session."""
    return [await _a_person(database) for _ in range(PEOPLE)]


async def _a_person(database: Database) -> Person:
    user = await a_user(database)
    wallet_id = await a_wallet(database, user, OPENING)
    _, viewer, _ = await a_session(database, user)
    address = "azr" + hashlib.sha256(wallet_id.bytes).hexdigest()[:40]
    return Person(str(user.id), str(viewer.session_id), str(wallet_id), address)


@dataclass
class Journals:
    """Of all processes together."""

    intents: dict[str, Intent] = field(default_factory=dict)
    done: dict[str, UUID] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Self:
        read = cls()
        for path in paths:
            # A process that is killed may leave half a line, about what it has not yet asked for.
            for line in path.read_text().split("\n")[:-1]:
                read._take(json.loads(line))
        return read

    def _take(self, line: dict[str, Any]) -> None:
        if "done" in line:
            self.done[line["key"]] = UUID(line["done"])
        elif "refused" in line:
            self.refused.add(line["key"])
        else:
            self.intents[line["key"]] = Intent(**line)

    @property
    def in_doubt(self) -> list[Intent]:
        """What was asked for and never answered."""
        answered = self.done.keys() | self.refused
        return [intent for key, intent in self.intents.items() if key not in answered]

    async def replay(self, database: Database, people: list[Person]) -> int:
        """Ask once more for all that is in doubt; says how much of it there was."""
        doubtful = self.in_doubt
        for intent in doubtful:
            moved = await send(database, people, intent)
            if moved is None:
                self.refused.add(intent.key)
            else:
                self.done[intent.key] = moved
        return len(doubtful)

    async def complaints(self, owner: asyncpg.Connection, people: list[Person]) -> list[str]:
        """What the books say that nobody was told, and the other way round."""
        told = Counter(self._told(people))
        booked = Counter[Told](map(tuple, await owner.fetch(TRANSFERS)))
        wallets = await owner.fetch("select id, balance from mint.wallets where kind = 'USER'")
        held = {row["id"]: row["balance"] for row in wallets}
        return [
            *(f"told, but not in the books: {each}" for each in (told - booked).elements()),
            *(f"in the books, but not told: {each}" for each in (booked - told).elements()),
            *(
                f"{id} holds {held[id]}, not {it}"
                for id, it in _held(told, people)
                if held[id] != it
            ),
            *map(str, await invariants.check(owner)),
        ]

    def _told(self, people: list[Person]) -> Iterable[Told]:
        for key, moved in self.done.items():
            intent = self.intents[key]
            sender, recipient = people[intent.sender], people[intent.recipient]
            wallets = UUID(sender.wallet_id), UUID(recipient.wallet_id)
            yield (key, moved, UUID(sender.user_id), *wallets, Decimal(intent.amount))


def _held(told: Counter[Told], people: list[Person]) -> Iterable[tuple[UUID, Decimal]]:
    """What is in each wallet after all of it."""
    held = {UUID(person.wallet_id): OPENING for person in people}
    for *_, sender, recipient, amount in told:
        held[sender] -= amount
        held[recipient] += amount
    return held.items()
