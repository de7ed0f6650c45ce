"""The ASGI application: routes, and what lives as long as the server does."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from domains.auth.public import SESSIONS_ENDED, RememberedViewers
from domains.kernel.database import Bounds, Database
from domains.kernel.signals import Signals
from domains.kernel.watching import Watching
from domains.notifications.service import NOTIFIED
from gateway import worker
from gateway.attendance import Attendance, Seats
from gateway.client_address import ClientAddress
from gateway.context import context_of
from gateway.couriers import configure_couriers
from gateway.execution import Gateway
from gateway.execution.documents import Rules
from gateway.graphiql import graphiql_page, graphiql_routes
from gateway.health import health_routes
from gateway.http import Cookies, GraphQLEndpoint, Hardened, Origins, always
from gateway.identity import configure_identity
from gateway.journal import JOURNAL
from gateway.pages import account_routes, documents
from gateway.schema import SECRET_MUTATIONS, schema
from gateway.served import app_url
from gateway.settings import Profile, Settings
from gateway.sockets import SocketEndpoint
from gateway.terms import configure_terms
from gateway.watch import Watch

PATH = "/graphql"


class Application(Starlette):
    """The routes; requests for GraphQL take the short way past what they have no use for."""

    def __init__(self, endpoint: ASGIApp, **given: Any) -> None:
        super().__init__(**given)
        self.endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await self.endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> Application:
    """The whole gateway. Starts without a database too, and serves once there is one."""
    configure_identity(settings)
    configure_terms(settings)
    database = Database(app_url(settings), bounds_of(settings))
    gateway = gateway_of(settings)
    headers = always(only_encrypted=settings.profile is Profile.PRODUCTION)
    surroundings = partial(context_of, database, remembered=RememberedViewers())
    attendance = attendance_of(settings, database)
    endpoint = GraphQLEndpoint(
        gateway,
        surroundings,
        max_body_bytes=settings.max_body_bytes,
        require_preflight=settings.profile is Profile.PRODUCTION,
        shared_cache_seconds=settings.shared_cache_seconds,
        origins=Origins(settings.allowed_origins, settings.cookie_origins),
        cookies=Cookies(settings.cookie_sessions, settings.cookie_origins),
        page=graphiql_page if settings.graphiql else None,
        attendance=attendance,
        always=headers,
    )
    sockets = SocketEndpoint(
        gateway,
        surroundings,
        attendance,
        allowed_origins=settings.allowed_origins,
        max_message_bytes=settings.max_body_bytes,
    )
    pages = [
        *(graphiql_routes() if settings.graphiql else ()),
        *(account_routes() if settings.account_pages else ()),
    ]
    app = Application(
        ClientAddress(endpoint, settings.trusted_proxies),
        routes=[
            Route(PATH, endpoint),
            WebSocketRoute(PATH, sockets),
            *health_routes(database, gateway),
            *pages,
        ],
        middleware=[
            Middleware(Hardened, headers=headers),
            Middleware(ClientAddress, trusted=settings.trusted_proxies),
        ],
        lifespan=partial(_lifespan, database, attendance, settings),
    )
    app.state.seats, app.state.signals = attendance.seats, attendance.signals
    app.state.watching = attendance.watching
    return app


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
        registered_only=settings.registered_operations_only,
        own_documents=documents(),
        watch=Watch(),
    )


def attendance_of(settings: Settings, database: Database) -> Attendance:
    """Who may keep a connection open, and what is heard for them."""
    seats = Seats(settings.max_connections, settings.max_connections_per_viewer)
    signals = Signals(database, SESSIONS_ENDED, NOTIFIED)
    return Attendance(signals, Watching(database), seats)


def bounds_of(settings: Settings) -> Bounds:
    return Bounds(
        reads=settings.read_pool_size,
        writes=settings.write_pool_size,
        calls=settings.call_pool_size,
        wait_ms=settings.pool_timeout_ms,
        statement_ms=settings.statement_timeout_ms,
    )


@asynccontextmanager
async def _lifespan(
    database: Database, attendance: Attendance, settings: Settings, _app: Starlette
) -> AsyncIterator[None]:
    await database.open()
    try:
        async with _worker(database, settings), attendance.open():
            yield
    finally:
        JOURNAL.write()
        await database.close()


def _worker(database: Database, settings: Settings) -> AbstractAsyncContextManager[object]:
    """In development the server does the worker's part as well."""
    if settings.profile is Profile.DEVELOPMENT:
        configure_couriers(settings)
        return worker.background(database)
    return nullcontext()
