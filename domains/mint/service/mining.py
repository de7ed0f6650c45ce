"""The rules of mining: what a person has proven to know is paid for, once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import themselves
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.queue import enqueue
from domains.kernel.refusal import Refused, UserError
from domains.kernel.viewer import Viewer
from domains.mint.engine import mining as engine
from domains.mint.engine.mining import Proof
from domains.mint.errors import (
    ActivityNotDone,
    AlreadyMined,
    MinedRecently,
    MiningLimitReached,
    NothingToMine,
    SupplyExhausted,
    WalletNotActive,
)
from domains.mint.events import RewardMined
from domains.mint.models import ActivityType
from domains.mint.repository import mining as repository
from domains.mint.repository.mining import Outcome, ProvenClaim, Ruling

from .provers import proof_of

TASK = "mint.mine"

REFUSALS = {
    Ruling.WALLET_NOT_ACTIVE: WalletNotActive,
    Ruling.SUPPLY_EXHAUSTED: SupplyExhausted,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """That a person wants to be paid for something they did."""

    user_id: UUID
    type: ActivityType
    activity_id: UUID


async def mine(session: AsyncSession, claim: Claim, path: Sequence[str] = ()) -> UUID:
    """Pay a person for something they did; gives the record. The last thing in a transaction.

    The path is that of the input field which names the activity, for a refusal.
    """
    [outcome] = await mine_all(session, [claim])
    match outcome:
        case None:
            raise Refused(ActivityNotDone(path=[*path]))
        case Outcome(Ruling.MINED, UUID() as record_id):
            return record_id
    raise Refused(_refusal(outcome, [*path]))


async def claim(
    session: AsyncSession,
    _system: Viewer,
    viewer: Viewer,
    type: ActivityType,
    activity_id: UUID,
) -> UUID:
    """The same for the viewer, who asks for it themselves."""
    mined = Claim(themselves(viewer), type, activity_id)
    return await mine(session, mined, ["input", "activityId"])


async def settle(
    session: AsyncSession, _system: Viewer, claims: Sequence[Claim]
) -> list[Outcome | None]:
    """Pay for what can be paid for; what is too much for one day is left to the next."""
    outcomes = await mine_all(session, claims)
    for claim, outcome in zip(claims, outcomes, strict=True):
        match outcome:
            case Outcome(Ruling.LIMIT_REACHED, again_at=datetime() as again_at):
                await mine_later(session, claim, after=again_at - now())
    return outcomes


async def mine_all(session: AsyncSession, claims: Sequence[Claim]) -> list[Outcome | None]:
    """Pay for what can be paid for, one claim after the other; None stands for what is not done."""
    proven = {
        place: _proven(claim, proof)
        for place, claim in enumerate(claims)
        if (proof := await proof_of(session, claim.user_id, claim.type, claim.activity_id))
    }
    outcomes = await repository.mine(session, [*proven.values()], now()) if proven else []
    for claim, outcome in zip(proven.values(), outcomes, strict=True):
        if outcome.ruling is Ruling.MINED and outcome.record_id:
            emit(session, RewardMined(record_id=outcome.record_id, user_id=claim.user_id))
    found = dict(zip(proven, outcomes, strict=True))
    return [found.get(place) for place in range(len(claims))]


async def mine_later(session: AsyncSession, claim: Claim, after: timedelta | None = None) -> None:
    """Leave it to the workers, once the transaction commits or so long after."""
    # A task that is at work leaves itself to another day, which then must not count as the same.
    day = (now() + after).date() if after else "now"
    key = f"{claim.user_id} {claim.type.value} {claim.activity_id} {day}"
    await enqueue(session, TASK, asdict(claim), after=after, key=key)


def _proven(claim: Claim, proof: Proof) -> ProvenClaim:
    return ProvenClaim(
        user_id=claim.user_id,
        type=claim.type,
        activity_id=claim.activity_id,
        worth=engine.worth(claim.type, proof),
        difficulty=proof.difficulty,
        score=proof.marks,
        proof_hash=engine.fingerprint(claim.user_id, claim.type, claim.activity_id, proof),
        details=proof.details,
        rivals=proof.rivals,
        apart=proof.apart,
    )


def _refusal(outcome: Outcome, path: list[str]) -> UserError:
    match outcome:
        case Outcome(Ruling.ALREADY_MINED, UUID() as record_id):
            return AlreadyMined(path=path, record_id=record_id)
        case Outcome(Ruling.MINED_RECENTLY, again_at=datetime() as again_at):
            return MinedRecently(path=path, again_at=again_at)
        case Outcome(Ruling.LIMIT_REACHED, again_at=datetime() as again_at):
            return MiningLimitReached(again_at=again_at)
        case Outcome(Ruling.WORTHLESS):
            return NothingToMine(path=path)
    return REFUSALS[outcome.ruling]()
