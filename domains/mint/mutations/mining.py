"""The mutation of mining."""

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM
from domains.mint.public import MINING_REFUSALS
from domains.mint.service import mining
from domains.mint.types.mining import SUBJECTS, MiningClaimInput, MiningClaimPayload


@prose.output
class MiningMutation:
    """Being paid for what one has proven to know."""

    @mutation(refuses=MINING_REFUSALS)
    async def mining_claim(self, info: Info, input: MiningClaimInput) -> MiningClaimPayload | None:
        """Be paid for something that one has done, once.

        What is done is mined without being asked for; this is for what could not be paid then,
        as a wallet was frozen.
        """
        context = info.context
        activity_id = key_of(SUBJECTS[input.activity_type], input.activity_id)
        record_id = await context.database.transaction(
            SYSTEM, mining.claim, context.viewer, input.activity_type, activity_id
        )
        return MiningClaimPayload(mining_record=keyed("MiningRecord", record_id))
