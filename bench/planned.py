"""What Postgres spends on a planned read, beside the statement that somebody wrote by hand for it.

One connection runs both in turns, over the same requests and under row-level security. What is
compared is the processor time of its backend: the least of many turns, which others on the machine
disturb least.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from bench.cpu import spent
from bench.handwritten import asked
from bench.statements import prepared
from bench.workloads import Workload
from bench.world import SignedIn
from domains.auth.engine import tokens
from domains.auth.public import PROVER
from domains.kernel.read.rows import Audience
from domains.kernel.read.symbols import Inputs
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from gateway.app import gateway_of
from gateway.embedded import Cluster
from gateway.settings import Settings

PLANNED: Final = "planned"
HANDWRITTEN: Final = "hand-written"

WARM: Final = 10
"""Executions before measuring: by then Postgres keeps a plan and its caches are filled."""

TURN_MS: Final = 20
"""So much processor time a turn should take, for what is read of a clock to be exact."""

MOST: Final = 20
"""So many different requests follow each other at most."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One way to answer a workload: its text, and the arguments of requests in turn."""

    title: str
    text: str
    arguments: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """The backend's milliseconds for one execution, turn by turn."""

    workload: Workload
    planned: list[float] = field(default_factory=list)
    handwritten: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How much of the hand-written statement's time the planned one takes."""
        return min(self.planned) / min(self.handwritten)


async def measure(
    cluster: Cluster,
    signed_in: Mapping[str, SignedIn],
    workloads: Iterable[Workload],
    rounds: int,
    show: Callable[[Compared], None],
) -> list[Compared]:
    """All workloads that are read by one statement, each shown as soon as it is complete."""
    connection = await connected(cluster.app_url)
    try:
        results = []
        for workload in workloads:
            if workload.writes:
                continue
            person = signed_in.get(workload.viewer)
            results.append(await _compared(connection, workload, person, rounds))
            show(results[-1])
        return results
    finally:
        await connection.close()


async def connected(url: str) -> asyncpg.Connection:
    """A connection with the settings of the gateway's reads."""
    settings = {
        "timezone": "UTC",
        "jit": "off",
        "application_name": "azora_bench_planned",
        "plan_cache_mode": "force_generic_plan",
        "default_transaction_read_only": "on",
    }
    return await asyncpg.connect(url, max_cacheable_statement_size=0, server_settings=settings)


async def _compared(
    connection: asyncpg.Connection, workload: Workload, person: SignedIn | None, rounds: int
) -> Compared:
    statements = [planned_statement(workload, person), handwritten_statement(workload, person)]
    await _require_equal(connection, statements)
    compared = Compared(workload)
    turns = [
        (Turn(connection, await connection.prepare(each.text), each.arguments), taken)
        for each, taken in zip(statements, (compared.planned, compared.handwritten), strict=True)
    ]
    counts = [await turn.count() for turn, _ in turns]
    for _ in range(rounds):
        for (turn, taken), count in zip(turns, counts, strict=True):
            taken.append(await turn.run(count))
    return compared


def planned_statement(workload: Workload, person: SignedIn | None) -> Statement:
    """Azora's own."""
    gateway = gateway_of(Settings())
    operation = gateway.documents.get(workload.query).operation(None)
    viewer = ANONYMOUS
    if person is not None:
        proof = tokens.digest(person.token)
        viewer = Viewer(person.user_id, Role(person.role), proof=proof, prover=PROVER)
    audience = Audience(viewer.role, viewer.proven_by)
    arguments = []
    for given in workload.variables[:MOST]:
        variables = operation.variables(given, suggestions=False)
        plan = gateway.planner.operation(
            operation.document, operation.definition, variables, audience
        )
        arguments.append(plan.arguments(Inputs(variables, viewer)))
    return Statement(PLANNED, plan.sql, arguments)


def handwritten_statement(workload: Workload, person: SignedIn | None) -> Statement:
    token = [tokens.digest(person.token)] if person is not None else []
    arguments = [[*token, *asked(given)] for given in workload.variables[:MOST]]
    return Statement(HANDWRITTEN, prepared(workload, row_security=True), arguments)


async def _require_equal(connection: asyncpg.Connection, statements: Sequence[Statement]) -> None:
    planned, handwritten = statements
    for mine, theirs in zip(planned.arguments, handwritten.arguments, strict=True):
        answer = await connection.fetchval(planned.text, *mine)
        assert answer == await connection.fetchval(handwritten.text, *theirs), planned.text


@dataclass(frozen=True, slots=True)
class Turn:
    """A prepared statement that is executed again and again."""

    connection: asyncpg.Connection
    statement: asyncpg.prepared_stmt.PreparedStatement
    arguments: Sequence[Sequence[Any]]

    async def count(self) -> int:
        """How many executions make a turn long enough; each request as often as the others."""
        every = len(self.arguments)
        await self.run(WARM)
        return every * max(1, round(TURN_MS / await self.run(every) / every))

    async def run(self, count: int) -> float:
        """Milliseconds of the backend for one execution."""
        pid = self.connection.get_server_pid()
        before = spent(pid)
        for number in range(count):
            await self.statement.fetchval(*self.arguments[number % len(self.arguments)])
        return (spent(pid) - before) / 1e6 / count
