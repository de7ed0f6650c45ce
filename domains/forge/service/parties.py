"""Who may do what with a milestone, and where it must stand for that."""

from enum import Enum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.errors.contracts import (
    MilestoneNotFound,
    MilestoneNotInState,
    NotTheEmployer,
    NotTheFreelancer,
)
from domains.forge.models import MilestoneStatus
from domains.forge.repository import milestones
from domains.forge.repository.milestones import Held, Place
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from .people import is_party

PATH = ("input", "milestoneId")


class Side(Enum):
    """Whose turn it is."""

    EMPLOYER = "employer"
    FREELANCER = "freelancer"
    EITHER = "either"


async def held(
    session: AsyncSession,
    viewer: Viewer,
    milestone_id: UUID,
    side: Side,
    *states: MilestoneStatus,
) -> Held:
    """A locked milestone that is in one of the states, for somebody whose turn it is."""
    user_id = auth.themselves(viewer)
    place = await milestones.find(session, milestone_id)
    if place is None or not is_party(viewer, place):
        raise Refused(MilestoneNotFound(path=[*PATH]))
    if not _is_turn(place, user_id, side):
        error = NotTheFreelancer if side is Side.FREELANCER else NotTheEmployer
        raise Refused(error(path=[*PATH]))
    found = await milestones.hold(session, place)
    status = found.milestone.status
    if status not in states:
        raise Refused(MilestoneNotInState(path=[*PATH], status=status, expected=[*states]))
    return found


def _is_turn(place: Place, user_id: UUID, side: Side) -> bool:
    return (side is not Side.FREELANCER and user_id == place.employer_id) or (
        side is not Side.EMPLOYER and user_id == place.freelancer_id
    )
