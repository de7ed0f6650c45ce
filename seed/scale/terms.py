"""SQL terms of which generated rows are made: ids, moments and dice.

Everything follows from the number of a student, `n`. So the same numbers make the same rows on
every machine, and a larger world holds the smaller one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

BEGINNING = 1_748_736_000_000
"""The first moment of June 2025 in milliseconds, when the first student comes."""

SPAN = 15_552_000_000
"""180 days: after them nobody comes, however many there are."""

HALF = 20_000
"""So many have come after half of that time: more every day, as where a platform grows."""

MINUTE = 60_000
DAY = 86_400_000
MOST = 32
"""Of one kind a student has fewer things than this; the last is so many days after the first."""

NUMBERS = "generate_series(cast($1 as bigint), cast($2 as bigint)) as n"
"""The students who are being made."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of thing an id is of, and how long after its student it comes."""

    number: int
    days: int = 1
    """Between one thing of a kind and the next."""


def joined(n: str = "n") -> str:
    """When a student came, in milliseconds."""
    return f"({BEGINNING} + {SPAN} * cast({n} as bigint) / (cast({n} as bigint) + {HALF}))"


def at(kind: Kind, n: str = "n", j: str = "0") -> str:
    """When the thing of this place among the student's came, in milliseconds."""
    return f"({joined(n)} + {kind.number * 10 * MINUTE} + {kind.days * DAY} * cast({j} as bigint))"


def moment(milliseconds: str, plus: str = "") -> str:
    """As a time; `plus` is an interval."""
    later = f" + interval '{plus}'" if plus else ""
    return f"(timestamptz 'epoch' + ({milliseconds}) * interval '1 millisecond'{later})"


def key(kind: Kind, n: str = "n", j: str = "0") -> str:
    """An id in the form of version 7: the time, the kind, the place and the student."""
    return (
        f"cast(lpad(to_hex({at(kind, n, j)}), 12, '0') || '7{kind.number:03x}8'"
        f" || lpad(to_hex({j}), 3, '0') || lpad(to_hex({n}), 12, '0') as uuid)"
    )


def dice(salt: int, sides: int | str, n: str = "n") -> str:
    """A number from 0 that looks as if it were thrown."""
    thrown = f"hashint8extended(cast({n} as bigint), {salt}) & 9223372036854775807"
    return f"(({thrown}) % cast({sides} as bigint))"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def array(words: Sequence[object]) -> str:
    """Texts or numbers, for `pick`."""
    items = (literal(word) if isinstance(word, str) else str(word) for word in words)
    return f"(array[{', '.join(items)}])"


def pick(words: Sequence[object], place: str) -> str:
    """The word of this place; after the last comes the first again."""
    return f"{array(words)}[1 + cast({place} as bigint) % {len(words)}]"


@dataclass(frozen=True, slots=True)
class LegTerm:
    """A movement of money."""

    sender: str
    recipient: str
    amount: str
    type: str
    reason: str


def posted(actor: str, key: str, reference: str, leg: LegTerm) -> str:
    """A call of the ledger, which answers with the movement."""
    parts = (
        (leg.sender, "uuid"),
        (leg.recipient, "uuid"),
        (leg.amount, "numeric"),
        (literal(leg.type), "text"),
        (literal(leg.reason), "text"),
        ("null", "uuid"),
    )
    arrays = (f"cast(array[{part}] as {type}[])" for part, type in parts)
    return f"mint.post({actor}, {key}, {reference}, {', '.join(arrays)})"


@dataclass(frozen=True, slots=True)
class Filling:
    """Rows of one table, made of a source of numbers."""

    model: type[SQLModel]
    kind: Kind
    columns: Mapping[str, str]
    source: str = NUMBERS
    where: str = "true"
    n: str = "n"
    j: str = "0"
    """The place of the row among those of its kind."""

    @property
    def table(self) -> Table:
        found: Table = self.model.__table__  # type: ignore[attr-defined]
        return found

    @property
    def statement(self) -> str:
        values = self._identity() | dict(self.columns)
        terms = (_as(self.table.c[name], term) for name, term in values.items())
        return (
            f"insert into {self.table.fullname} ({', '.join(values)})\n"
            f"select {', '.join(terms)}\nfrom {self.source}\nwhere {self.where}"
        )

    def _identity(self) -> dict[str, str]:
        """What is alike in all tables: an id, and the time that it bears."""
        made = moment(at(self.kind, self.n, self.j))
        times = {name: made for name in ("created_at", "updated_at") if name in self.table.c}
        return {"id": key(self.kind, self.n, self.j)} | times


@dataclass(frozen=True, slots=True)
class Posting:
    """Movements of money that no other row tells of."""

    call: str
    source: str
    where: str = "true"

    @property
    def statement(self) -> str:
        return (
            f"select from (select * from {self.source} where {self.where} offset 0) as given"
            f" cross join lateral {self.call} as moved"
        )


Step = Filling | Posting


def _as(column: Column[Any], term: str) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return f"cast({term} as {column.type.compile(dialect)})"


@dataclass(frozen=True, slots=True)
class Source:
    """A derived table: numbers, and names for what follows from them."""

    base: str = NUMBERS
    where: str = "true"
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """`offset 0` keeps Postgres from moving conditions past a call of the ledger."""
        named = "".join(f", {term} as {name}" for name, term in self.names.items())
        return f"(select *{named} from {self.base} where {self.where} offset 0) as given"
