"""The rules of looking at what educators earn."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import signed_in
from domains.education.repository import earnings as repository
from domains.education.repository.earnings import Earned
from domains.kernel.refusal import Forbidden
from domains.kernel.viewer import Role, Viewer

MOST_COURSES = 100


async def earned(
    session: AsyncSession, _system: Viewer, viewer: Viewer, educator_id: UUID | None, first: int
) -> Sequence[Earned]:
    """What the viewer's courses brought in, or for an admin those of anybody."""
    user_id = signed_in(viewer)
    if educator_id not in {None, user_id} and viewer.role is not Role.ADMIN:
        raise Forbidden
    most = max(0, min(first, MOST_COURSES))
    return await repository.earned(session, educator_id or user_id, most)
