"""What the forge asks of the people who agree on something."""

from typing import Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.kernel.refusal import Unauthenticated
from domains.kernel.viewer import Role, Viewer


async def staying(session: AsyncSession, user_id: UUID) -> None:
    """Make sure that the one who asks keeps their account until the transaction ends.

    What they begin would else be overlooked by a deletion that looks for it meanwhile.
    """
    if not await auth.stays(session, user_id):
        raise Unauthenticated


class Shared(Protocol):
    """What is between an employer and a freelancer."""

    @property
    def employer_id(self) -> UUID: ...

    @property
    def freelancer_id(self) -> UUID: ...


def is_party(viewer: Viewer, row: Shared) -> bool:
    """Whether the viewer may see it, as its policy has it."""
    return viewer.role is Role.ADMIN or viewer.user_id in {row.employer_id, row.freelancer_id}
