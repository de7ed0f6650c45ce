"""What the mutation of mining takes and answers."""

from __future__ import annotations

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.node import keyed
from domains.mint.errors import AlreadyMined
from domains.mint.models import ActivityType

from .nodes import MiningRecord

SUBJECTS = {
    ActivityType.COURSE_COMPLETION: "Course",
    ActivityType.JOB_COMPLETION: "Contract",
    ActivityType.SKILL_ASSESSMENT: "AdaptiveAssessment",
}
"""Of what type the activities are that one is paid for."""


@prose.extends(AlreadyMined)
class AlreadyMinedWith:
    """What stands in the way."""

    @strawberry.field
    def mining_record(self, root: strawberry.Parent[AlreadyMined]) -> MiningRecord | None:
        """What was paid."""
        return keyed("MiningRecord", root.record_id)  # type: ignore[no-any-return]


@prose.input
class MiningClaimInput:
    """Something that one has done and was not paid for."""

    activity_type: ActivityType
    """What kind of thing it is."""

    activity_id: strawberry.ID
    """The thing itself: the `Course` that was completed, the `Contract` of the job, or the
    `AdaptiveAssessment` that was passed. It is paid for once, so this takes no other key."""


@prose.output
class MiningClaimPayload(Payload):
    """What `miningClaim` answers."""

    mining_record: MiningRecord | None = None
    """What was paid, and for what."""
