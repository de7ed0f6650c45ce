"""All that a resolver may reach for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from uuid import UUID

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession

from .database import Database
from .read.plan import ViewerUnproven
from .refusal import BadInput
from .signals import Channel, Listener, Signals
from .viewer import Viewer
from .watching import Watch, Watched, Watching

P = ParamSpec("P")
T = TypeVar("T")


class Client(NamedTuple):
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

    still: Callable[[Viewer], Awaitable[Viewer]] | None = field(default=None, repr=False)
    """Refuses a viewer whose session has ended since."""

    acted: bool = False
    """Whether a mutation has run, which may have been one that ends sessions."""

    proven: bool = False
    """Whether something that it did has made sure of the viewer."""

    done: frozenset[str] = frozenset()
    """What it has done of that which is done once in an operation."""

    signals: Signals | None = None
    """The database's news; given to operations that may stay open."""

    watching: Watching | None = None
    """What is watched; given to operations that may stay open."""

    cookie: SecretCookie | None = None
    """For a browser that asked to be told no secrets; None for all other clients."""

    async def confirm(self) -> None:
        """Make sure of a viewer who is only remembered; refused if their session has ended."""
        if self.viewer.proof is not None and self.find_viewer is not None:
            self.viewer = await self.find_viewer()

    async def begin_mutation(self) -> None:
        """Refuse what stands after a mutation that has ended the viewer's session."""
        if self.acted and self.still is not None and self.viewer.session_id is not None:
            await self.still(self.viewer)
        self.acted = True

    def end_mutation(self) -> None:
        """Believe for the rest of the operation what a statement of it has made sure of."""
        if self.proven and self.viewer.proof is not None:
            self.viewer = replace(self.viewer, proof=None)

    def once(self, what: str) -> None:
        """Refuse to do something a second time in the operation."""
        if what in self.done:
            raise BadInput(f"One {what} at a time.")
        self.done |= {what}

    async def transaction(
        self,
        work: Callable[Concatenate[AsyncSession, Viewer, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service function in a transaction of the viewer."""
        transaction = self.database.transaction
        return await self._proven(lambda: transaction(self.viewer, work, *args, **kwargs))

    async def statement(
        self,
        work: Callable[Concatenate[Database, Viewer, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service function that makes a change of the viewer in one statement."""
        return await self._proven(lambda: work(self.database, self.viewer, *args, **kwargs))

    async def _proven(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do what makes sure of the viewer before all else; for who they are now, if need be."""
        try:
            result = await attempt()
        except ViewerUnproven:
            # Their session has ended, which refuses the operation, or their role has changed.
            await self.confirm()
            return await attempt()
        self.proven = True
        return result

    def listen(self, channel: Channel, subject: UUID, show: Callable[[UUID], T]) -> Listener[T]:
        """What is told about a subject from now on."""
        if self.signals is None:
            raise RuntimeError("nothing is heard here")
        return self.signals.listen(channel, subject, show)

    async def watch(self, kind: Watched, id: UUID, shown: T) -> Watch[T]:
        """Have something shown whenever a thing changes from now on."""
        if self.watching is None:
            raise RuntimeError("nothing is watched here")
        return await self.watching.watch(kind, id, shown)


Info = strawberry.Info[Context, None]
