"""Where a request's time goes: each part of its way by itself, in this process.

What stands between the parts (contexts, coroutines, the event loop) is the difference to the whole
way through the application; what the server does around it is the difference to the processor time
of a real server for a request over HTTP. Each figure is the least of many turns.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import asyncpg
from starlette.types import Scope

from bench.contestants import AZORA, Server, serving
from bench.cpu import Meter, between
from bench.layers_record import Layers, Way
from bench.load import Clients
from bench.machine import setting
from bench.workloads import WORKLOADS, Workload
from bench.world import sign_in
from domains.kernel.context import Context
from domains.kernel.read.symbols import Inputs
from gateway.app import Application, create_app
from gateway.cli import keep_out_of_collections
from gateway.embedded import Cluster
from gateway.execution import Gateway, GraphQLRequest
from gateway.http.body import request_of_body
from gateway.http.negotiation import MediaType, answer_type, demand_json
from gateway.http.reply import Wire, json_reply
from gateway.http.whole import EXTENSION
from gateway.journal import JOURNAL, Entry
from gateway.settings import Settings
from gateway.telemetry import JSONFormatter, Lines

READS: Final = [workload for workload in WORKLOADS.values() if not workload.writes]
MOST: Final = 20
"""So many different requests follow each other."""

TURN_SECONDS: Final = 0.03
SERVED_SECONDS: Final = 1.0

Part = Callable[[int], Awaitable[object]]
"""Does one part of the way for the request of this number."""


async def measure(
    cluster: Cluster, settings: Settings, rounds: int, show: Callable[[Way], None]
) -> Layers:
    """All reads, each shown as soon as it is complete."""
    signed_in = await sign_in(cluster)
    monitor = await asyncpg.connect(cluster.superuser_url)
    try:
        with serving(AZORA, cluster, signed_in) as server:
            async with _application(settings) as application:
                ways = []
                for workload in READS:
                    asked = await Asked.about(application, server, workload)
                    ways.append(await _way(asked, Meter(monitor, server), rounds))
                    show(ways[-1])
    finally:
        await monitor.close()
    return Layers(await setting(cluster), rounds, tuple(ways))


@asynccontextmanager
async def _application(settings: Settings) -> AsyncIterator[Application]:
    application = create_app(settings)
    keep_out_of_collections()
    with _logging():
        async with application.router.lifespan_context(application):
            yield application


@contextmanager
def _logging() -> Iterator[None]:
    """Have each request leave its line, as in production, but nowhere."""
    logger = logging.getLogger("azora.requests")
    with Path(os.devnull).open("w") as nowhere:
        handler = Lines(nowhere)
        handler.setFormatter(JSONFormatter())
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
        yield


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests of a workload, and what the application makes of them."""

    workload: Workload
    server: Server
    application: Application
    gateway: Gateway
    bodies: Sequence[bytes]
    headers: dict[str, str]
    requests: Sequence[GraphQLRequest]
    contexts: Sequence[Context]

    @classmethod
    async def about(cls, application: Application, server: Server, workload: Workload) -> "Asked":
        endpoint: Any = application.endpoint
        headers = {name.lower(): text for name, text in server.headers(workload).items()}
        bodies = [*islice(cycle(workload.graphql_bodies()), MOST)]
        for _ in range(2):
            # The second time the viewer is remembered.
            contexts = [await endpoint.app.context_of(headers, "127.0.0.1", "1") for _ in bodies]
        requests = [*map(request_of_body, bodies)]
        gateway = endpoint.app.gateway
        return cls(workload, server, application, gateway, bodies, headers, requests, contexts)

    async def whole(self, number: int) -> None:
        """The whole way through the application."""
        body = self.bodies[number]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.application(_scope(self.headers, len(body)), receive, _nobody)

    async def request(self, number: int) -> None:
        """What is asked, out of the headers and the body."""
        demand_json(self.headers)
        answer_type(self.headers.get("accept", ""))
        request_of_body(self.bodies[number])

    async def document(self, number: int) -> None:
        """The operation, if its document was seen before."""
        await self.gateway.operation(self.requests[number], self.contexts[number])

    async def variables(self, number: int) -> None:
        """What was given is judged, coerced and priced."""
        request = self.requests[number]
        operation = await self.gateway.operation(request, self.contexts[number])
        self.gateway._admitted(operation, request)  # noqa: SLF001

    async def plan(self, number: int) -> tuple[str, Sequence[Any]]:
        """The statement for these variables and this viewer, and its arguments."""
        request, context = self.requests[number], self.contexts[number]
        operation = await self.gateway.operation(request, context)
        variables = self.gateway._admitted(operation, request)  # noqa: SLF001
        plan = self.gateway._reads(operation, variables, context).whole()  # noqa: SLF001
        if plan is None:
            raise TypeError(f"{self.workload.name} has no plan")
        return plan.sql, plan.arguments(Inputs(variables, context.viewer))


async def _way(asked: Asked, meter: Meter, rounds: int) -> Way:
    answers = [await _answer(asked, number) for number in range(MOST)]
    statements = [await asked.plan(number) for number in range(MOST)]
    value = asked.contexts[0].database.value

    async def driver(number: int) -> None:
        await value(*statements[number])

    async def answer(number: int) -> None:
        reply = json_reply(200, answers[number], MediaType.JSON)
        await reply.send(Wire(_nobody, _nobody), "1")
        Entry("1", "POST", perf_counter()).write(200, reply.size)

    parts: Mapping[str, Part] = {
        "request": asked.request,
        "document": asked.document,
        "variables": asked.variables,
        "plan": asked.plan,
        "driver": driver,
        "answer": answer,
        "whole": asked.whole,
    }
    least = await _least(parts, rounds)
    server_us, postgres_us = await _served(meter, asked.workload)
    return Way(
        workload=asked.workload.name,
        answer_bytes=len(answers[0]),
        request_us=least["request"],
        document_us=least["document"],
        variables_us=least["variables"] - least["document"],
        plan_us=least["plan"] - least["variables"],
        driver_us=least["driver"],
        answer_us=least["answer"],
        whole_us=least["whole"],
        server_us=server_us,
        postgres_us=postgres_us,
    )


async def _answer(asked: Asked, number: int) -> bytes:
    context = asked.contexts[number]
    return (await asked.gateway.execute(asked.requests[number], context)).body


async def _least(parts: Mapping[str, Part], rounds: int) -> dict[str, float]:
    """The least processor time of each part, in microseconds; they take turns."""
    counts = {name: await _count(part) for name, part in parts.items()}
    least = dict.fromkeys(parts, float("inf"))
    for _ in range(rounds):
        for name, part in parts.items():
            least[name] = min(least[name], await _turn(part, counts[name]))
    return least


async def _count(part: Part) -> int:
    """How many of them fill a turn, once all are warm."""
    await _turn(part, 2 * MOST)
    return max(MOST, int(TURN_SECONDS * 1e6 / await _turn(part, MOST)))


async def _turn(part: Part, count: int) -> float:
    before = process_time()
    for number in range(count):
        await part(number % MOST)
    # What they leave for later is theirs too.
    JOURNAL.write()
    await asyncio.sleep(0)
    return (process_time() - before) * 1e6 / count


async def _served(meter: Meter, workload: Workload) -> tuple[float, float]:
    """What a server and its backends spend on a request of one client, in microseconds."""
    found = []
    meter.server.answer(workload, workload.graphql_bodies()[0])
    for _ in range(3):
        await Clients(meter.server, workload).run(1, SERVED_SECONDS / 2)
        before = await meter.read_at_rest()
        seen = await Clients(meter.server, workload).run(1, SERVED_SECONDS)
        cost = between(before, await meter.read_at_rest())
        found.append((cost.server_ms * 1000 / seen.begun, cost.postgres_ms * 1000 / seen.begun))
    return min(found)


def _scope(headers: dict[str, str], length: int) -> Scope:
    given = {"host": "127.0.0.1", **headers, "content-length": str(length)}
    return {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(name.encode(), text.encode()) for name, text in given.items()],
        "client": ("127.0.0.1", 50_000),
        "extensions": {EXTENSION: _nobody},
    }


async def _nobody(*_: object) -> None:
    """Takes an answer and sends it to no one."""
