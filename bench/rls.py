"""What row-level security costs a read, by the way in which the viewer's settings are made.

One connection, one statement after another, in turns. asyncpg sends one statement in a message
and takes no rows from a script of several, so settings that do not travel within the statement
take round trips of their own.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg

from bench.cpu import spent
from bench.planned import connected, handwritten_statement, planned_statement
from bench.statements import prepared
from bench.workloads import WORKLOADS, Workload
from gateway.embedded import Cluster

PUBLISHED = "c.published_at is not null"

FOR_A_TRANSACTION = """
select set_config('azora.user_id', '', true), set_config('azora.role', 'anonymous', true)
"""
FOR_A_SESSION = """
select set_config('azora.user_id', '', false), set_config('azora.role', 'anonymous', false)
"""

WARM = 20
"""Executions before measuring: by then Postgres has settled on a plan and keeps it."""

Read = Callable[[asyncpg.Connection, str, Sequence[Any]], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run a read."""

    title: str
    statement: str
    arguments: Sequence[Any]
    read: Read
    round_trips: int
    secured: bool = True


@dataclass(frozen=True, slots=True)
class Timing:
    """One turn."""

    wall_ms: float
    backend_ms: float


@dataclass(frozen=True, slots=True)
class Result:
    """All turns of a variant."""

    variant: Variant
    timings: list[Timing]

    @property
    def wall_ms(self) -> float:
        return median(timing.wall_ms for timing in self.timings)

    @property
    def backend_ms(self) -> float:
        return median(timing.backend_ms for timing in self.timings)

    def lost(self, reference: "Result") -> float:
        """The share of the reference's reads a second that this one does not reach."""
        pairs = zip(reference.timings, self.timings, strict=True)
        return median(1 - theirs.wall_ms / mine.wall_ms for theirs, mine in pairs)


async def at_once(
    connection: asyncpg.Connection, statement: str, arguments: Sequence[Any]
) -> bytes:
    """One round trip."""
    value: bytes = await connection.fetchval(statement, *arguments)
    return value


async def in_transaction(
    connection: asyncpg.Connection, statement: str, arguments: Sequence[Any]
) -> bytes:
    """Four: begin, settings, statement, commit."""
    async with connection.transaction():
        await connection.fetchrow(FOR_A_TRANSACTION)
        return await at_once(connection, statement, arguments)


async def in_session(
    connection: asyncpg.Connection, statement: str, arguments: Sequence[Any]
) -> bytes:
    """Two: settings, statement. The settings outlive the read, so this is a comparison only."""
    await connection.fetchrow(FOR_A_SESSION)
    return await at_once(connection, statement, arguments)


def variants(workload: Workload) -> list[Variant]:
    """The ways to run a workload of an anonymous viewer; those without security come first."""
    itself = handwritten_statement(workload, None)
    given, secured = itself.arguments[0], itself.text
    bare = prepared(workload, row_security=False)
    alone = secured.replace(f"and {PUBLISHED}", "").replace(f"{PUBLISHED} and", "")
    planned = planned_statement(workload, None)
    statement, bound = planned.text, planned.arguments[0]
    return [
        Variant("none, predicates only", bare, given, at_once, 1, secured=False),
        Variant("settings by the statement itself", secured, given, at_once, 1),
        Variant("the same without predicates of its own", alone, given, at_once, 1),
        Variant("settings for the session first", bare, given, in_session, 2),
        Variant("begin, settings, statement, commit", bare, given, in_transaction, 4),
        Variant("planned by Azora, role without RLS", statement, bound, at_once, 1, secured=False),
        Variant("planned by Azora, as it runs", statement, bound, at_once, 1),
    ]


async def measure(
    cluster: Cluster, seconds: float, rounds: int, show: Callable[[Workload, list[Result]], None]
) -> None:
    """Both workloads, each shown as soon as it is complete."""
    app = await connected(cluster.app_url)
    owner = await connected(cluster.owner_url)
    try:
        for workload in (WORKLOADS["q1"], WORKLOADS["q2"]):
            results = [Result(variant, []) for variant in variants(workload)]
            await _require_equal(results, app, owner)
            for _ in range(rounds):
                for result in results:
                    connection = app if result.variant.secured else owner
                    result.timings.append(await _turn(connection, result.variant, seconds))
            show(workload, results)
    finally:
        await app.close()
        await owner.close()


async def _require_equal(
    results: list[Result], app: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    answers = set()
    for variant in (result.variant for result in results):
        connection = app if variant.secured else owner
        answer = await variant.read(connection, variant.statement, variant.arguments)
        # The gateway puts the frame around a planned answer.
        framed = answer if answer.startswith(b'{"data":') else b'{"data":' + answer + b"}"
        answers.add(framed)
    assert len(answers) == 1, "the variants answer differently"


async def _turn(connection: asyncpg.Connection, variant: Variant, seconds: float) -> Timing:
    for _ in range(WARM):
        await variant.read(connection, variant.statement, variant.arguments)
    pid = connection.get_server_pid()
    spent_before, start, count = spent(pid), perf_counter(), 0
    while perf_counter() - start < seconds:
        await variant.read(connection, variant.statement, variant.arguments)
        count += 1
    wall = perf_counter() - start
    return Timing(wall * 1000 / count, (spent(pid) - spent_before) / 1e6 / count)
