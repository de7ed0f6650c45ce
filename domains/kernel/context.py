"""All that a resolver may reach for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database
from .signals import Channel, Listener, Signals
from .viewer import Viewer

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Client:
    """Where an operation comes from."""

    address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None


@dataclass(slots=True)
class SecretCookie:
    """What a browser keeps for us where no page can read it."""

    given: str | None = field(default=None, repr=False)
    """What it holds as the request came."""

    kept: tuple[str, datetime] | None = field(default=None, repr=False)
    """What it is to hold from now on, and until when."""

    dropped: bool = False
    """Whether it is to hold nothing."""

    def keep(self, secret: str, until: datetime) -> None:
        """Have the browser keep a secret until it ends."""
        self.kept, self.dropped = (secret, until), False

    def drop(self) -> None:
        """Have the browser forget what it keeps."""
        self.kept, self.dropped = None, True


@dataclass(slots=True)
class Context:
    """One operation's surroundings."""

    database: Database
    viewer: Viewer
    request_id: str
    client: Client = field(default_factory=Client)
    reads: Any = None
    """The planned reads of the running operation; the gateway puts them here."""

    find_viewer: Callable[[], Awaitable[Viewer]] | None = field(default=None, repr=False)
    """Asks the database who the viewer is; needed where the viewer is only remembered."""

    prover: str | None = None
    """The database's function that takes the viewer's proof, if it is not the gateway's usual."""

    signals: Signals | None = None
    """The database's news; given to operations that may stay open."""

    cookie: SecretCookie | None = None
    """For a browser that asked to be told no secrets; None for all other clients."""

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

    def listen(self, channel: Channel, subject: UUID, show: Callable[[UUID], T]) -> Listener[T]:
        """What is told about a subject from now on."""
        if self.signals is None:
            raise RuntimeError("nothing is heard here")
        return self.signals.listen(channel, subject, show)


Info = strawberry.Info[Context, None]
