"""The ASGI application: routes, and what lives as long as the server does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route

from domains.auth.public import PROVER, RememberedViewers, choices
from domains.kernel.context import Context
from domains.kernel.database import Bounds, Database
from gateway import worker
from gateway.context import context_of
from gateway.execution import Gateway
from gateway.execution.documents import Rules
from gateway.graphiql import graphiql_page, graphiql_routes
from gateway.health import health_routes
from gateway.http import GraphQLEndpoint
from gateway.schema import SECRET_MUTATIONS, schema
from gateway.served import app_url
from gateway.settings import Profile, Settings


def create_app(settings: Settings) -> Starlette:
    """The whole gateway. Starts without a database too, and serves once there is one."""
    choices.session_lifetime = timedelta(minutes=settings.session_minutes)
    database = Database(app_url(settings), bounds_of(settings))
    gateway = gateway_of(settings)
    endpoint = GraphQLEndpoint(
        gateway,
        partial(_context, database, RememberedViewers()),
        max_body_bytes=settings.max_body_bytes,
        require_preflight=settings.profile is Profile.PRODUCTION,
        page=graphiql_page if settings.graphiql else None,
    )
    pages = graphiql_routes() if settings.graphiql else []
    return Starlette(
        routes=[Route("/graphql", endpoint), *health_routes(database, gateway), *pages],
        lifespan=partial(_lifespan, database, settings),
    )


def gateway_of(settings: Settings) -> Gateway:
    """The schema under the rules of these settings."""
    rules = Rules(
        limits=settings.limits,
        introspection=settings.introspection,
        suggestions=settings.field_suggestions,
        secret_mutations=SECRET_MUTATIONS,
    )
    return Gateway(
        schema,
        rules,
        documents_kept=settings.documents_cached,
        plans_per_document=settings.plans_per_document,
        prover=PROVER,
    )


def bounds_of(settings: Settings) -> Bounds:
    return Bounds(
        reads=settings.read_pool_size,
        writes=settings.write_pool_size,
        wait_ms=settings.pool_timeout_ms,
        statement_ms=settings.statement_timeout_ms,
    )


async def _context(
    database: Database,
    remembered: RememberedViewers,
    headers: Mapping[str, str],
    client: str | None,
    request_id: str,
) -> Context:
    return await context_of(database, headers, client, request_id, remembered)


@asynccontextmanager
async def _lifespan(database: Database, settings: Settings, _app: Starlette) -> AsyncIterator[None]:
    await database.open()
    try:
        async with _worker(database, settings):
            yield
    finally:
        await database.close()


def _worker(database: Database, settings: Settings) -> AbstractAsyncContextManager[object]:
    """In development the server does the worker's part as well."""
    if settings.profile is Profile.DEVELOPMENT:
        return worker.background(database)
    return nullcontext()
