"""What Azora is compared with in Python: Strawberry over the ORM, with DataLoaders, as usual.

The same models, field names and row policies; Strawberry's own view, its caches of documents and
validations, orjson, and in each request one session and transaction with the viewer's settings.
"""

from collections.abc import AsyncIterator

import orjson
import strawberry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig

from bench.plain_loaders import Surroundings
from bench.plain_schema import Mutation, Query
from domains.auth.engine import tokens
from domains.kernel.scalars import SCALARS
from domains.kernel.viewer import ANONYMOUS, Role, Viewer

APPLICATION = "azora_bench_plain"

SET_VIEWER = text(
    "select set_config('azora.user_id', :user_id, true), set_config('azora.role', :role, true)"
)
READ_VIEWER = text("select user_id, role from auth.viewer_of_token(:digest, now())")


def in_transaction(engine: AsyncEngine) -> type[SchemaExtension]:
    """One session and transaction around an operation, with the settings of its viewer."""

    class InTransaction(SchemaExtension):
        async def on_execute(self) -> AsyncIterator[None]:
            context: Surroundings = self.execution_context.context
            async with (
                AsyncSession(engine, expire_on_commit=False) as context.session,
                context.session.begin(),
            ):
                context.viewer = await _viewer(context)
                user_id, role = context.viewer.settings
                connection = await context.session.connection()
                await connection.execute(SET_VIEWER, {"user_id": user_id, "role": role})
                yield

    return InTransaction


async def _viewer(context: Surroundings) -> Viewer:
    if context.token is None:
        return ANONYMOUS
    connection = await context.session.connection()
    found = await connection.execute(READ_VIEWER, {"digest": tokens.digest(context.token)})
    user_id, role = found.one()
    return Viewer(user_id, Role(role))


class View(GraphQL[Surroundings, None]):
    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Surroundings:
        authorization = request.headers.get("authorization")
        return Surroundings(authorization.removeprefix("Bearer ") if authorization else None)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def create_app(url: str, pool_size: int) -> ASGIApp:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        connect_args={
            "server_settings": {"application_name": APPLICATION, "timezone": "UTC", "jit": "off"}
        },
    )
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[ParserCache, ValidationCache, in_transaction(engine)],
    )
    return View(schema, graphql_ide=None)
