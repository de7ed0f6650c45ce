"""Who asks for something, and that asking again does it no second time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.kernel.context import Client
from domains.kernel.once import once
from domains.kernel.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, from where, and by which key it is known that they do so again."""

    viewer: Viewer
    client: Client
    key: str

    async def once(
        self,
        session: AsyncSession,
        what: tuple[object, ...],
        work: Callable[[], Awaitable[UUID]],
    ) -> UUID:
        """Do it, or give the answer of the first time."""
        return await once(session, auth.themselves(self.viewer), self.key, what, work)
