"""All that a resolver may reach for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database
from .viewer import Viewer

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Client:
    """Where an operation comes from."""

    address: str | None = None
    user_agent: str | None = None


@dataclass(slots=True)
class Context:
    """One operation's surroundings."""

    database: Database
    viewer: Viewer
    request_id: str
    client: Client = field(default_factory=Client)
    reads: Any = None
    """The planned reads of the running operation; the gateway puts them here."""

    find_viewer: Callable[[], Awaitable[Viewer]] | None = None
    """Asks the database who the viewer is; needed where the viewer is only remembered."""

    async def confirm(self) -> None:
        """Make sure of a viewer who is only remembered; refused if their session has ended."""
        if self.viewer.proof is not None and self.find_viewer is not None:
            self.viewer = await self.find_viewer()

    async def transaction(
        self,
        work: Callable[Concatenate[AsyncSession, Viewer, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service function in a transaction of the viewer."""
        return await self.database.transaction(self.viewer, work, *args, **kwargs)


Info = strawberry.Info[Context, None]
