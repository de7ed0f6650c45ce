"""What must be true of the rows of a cluster at every moment, and the finding out whether it is."""

import string
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that no sequence of writes may make untrue."""

    code: str
    """By which it is known: `I1`."""

    says: str
    sql: str
    """One statement, and so of one snapshot: what breaks it, each as one text."""

    over: str
    """The table whose rows it is about."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that breaks an invariant."""

    code: str
    says: str
    found: str

    def __str__(self) -> str:
        return f"{self.code} ({self.says}): {self.found}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of looking at one invariant."""

    invariant: Invariant
    rows: int
    """How many there were to look at."""

    violations: tuple[Violation, ...]
    more: bool
    """Whether there are violations beside those that are listed."""


_declared: dict[str, Invariant] = {}


def declare(code: str, says: str, sql: str, *, over: str) -> Invariant:
    """Have something be checked wherever the cluster is."""
    invariant = Invariant(code, says, sql, over)
    if _declared.setdefault(code, invariant) != invariant:
        raise ValueError(f"there are two invariants {code}")
    return invariant


def declared() -> tuple[Invariant, ...]:
    """All that must be true, in the order of their codes."""
    return tuple(sorted(_declared.values(), key=_place))


def _place(invariant: Invariant) -> tuple[int, str]:
    """`I2` comes before `I10`, and `I10` before `I10a`."""
    number = invariant.code.strip(string.ascii_letters)
    return int(number), invariant.code


async def examine(connection: asyncpg.Connection, most: int = 20) -> AsyncIterator[Finding]:
    """Look at all of them, one by one; the connection's transaction should be one snapshot."""
    for invariant in declared():
        rows = await connection.fetchval(f"select count(*) from {invariant.over}")  # noqa: S608
        found = await connection.fetch(_bounded(invariant), most + 1)
        violations = tuple(_violation(invariant, row["found"]) for row in found)
        yield Finding(invariant, rows, violations[:most], more=len(violations) > most)


async def check(connection: asyncpg.Connection, most: int = 20) -> list[Violation]:
    """What is not as it must be, in one snapshot: at most so much for each of the invariants."""
    known = {invariant.code: invariant for invariant in declared()}
    every = " union all ".join(f"({_bounded(invariant)})" for invariant in known.values())
    found = await connection.fetch(every, most)
    return [_violation(known[row["code"]], row["found"]) for row in found]


def _bounded(invariant: Invariant) -> str:
    """A statement that gives no more violations than its only parameter says."""
    what = f"'{invariant.code}' as code, found from ({invariant.sql}) as all_found (found)"
    return f"select {what} limit $1"


def _violation(invariant: Invariant, found: str) -> Violation:
    return Violation(invariant.code, invariant.says, found)
