"""Whether the process lives, whether it can serve, how its caches do, and what waits."""

from collections.abc import Iterator
from uuid import uuid4

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from domains.kernel.database import Database
from gateway import backlog
from gateway.execution import Gateway

NO_STORE = {"cache-control": "no-store"}


def health_routes(database: Database, gateway: Gateway) -> list[BaseRoute]:
    """`/health/live`, `/health/ready` and `/metrics`."""

    async def ready(_request: Request) -> Response:
        try:
            await database.value("select 1", [])
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            body = {"status": "database unreachable", "requestId": str(uuid4())}
            return JSONResponse(body, 503, NO_STORE | {"retry-after": "1"})
        return JSONResponse({"status": "ready"}, headers=NO_STORE)

    async def metrics(_request: Request) -> Response:
        lines = [*_lookups(gateway), *await _backlog(database)]
        return PlainTextResponse("\n".join(lines) + "\n", headers=NO_STORE)

    return [
        Route("/health/live", _live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]


async def _live(_request: Request) -> Response:
    return JSONResponse({"status": "live"}, headers=NO_STORE)


def _lookups(gateway: Gateway) -> Iterator[str]:
    """The caches' counters in the text format of Prometheus."""
    yield "# TYPE azora_cache_lookups_total counter"
    for cache, count in gateway.counts.items():
        for result, number in (("hit", count.hits), ("miss", count.misses)):
            labels = f'{{cache="{cache}",result="{result}"}}'
            yield f"azora_cache_lookups_total{labels} {number}"


async def _backlog(database: Database) -> list[str]:
    """What waits for the workers; without a database nobody knows, and nothing is said."""
    try:
        counts = await backlog.counts(database)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError):
        return []
    gauges = [
        f'azora_backlog{{kind="{kind}",state="{state}"}} {count}'
        for (kind, state), count in counts.items()
    ]
    return ["# TYPE azora_backlog gauge", *gauges]
