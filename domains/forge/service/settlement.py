"""How the money of a milestone leaves its escrow: once, however it is asked for.

Release, refund and a decision of a dispute share one key of the platform's, so that the ledger
would refuse to settle a milestone twice even if all that stands before it failed.
"""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.auth.public import Action
from domains.forge.engine.shares import Shares, divided
from domains.forge.events import MilestoneReleased
from domains.forge.models import BASIS_POINTS, Milestone, MilestoneStatus
from domains.forge.repository import milestones
from domains.forge.repository.milestones import Held
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint import public as mint
from domains.mint.public import Leg, TransactionType

from .contracts import complete_if_done


def shares_of(held: Held, award_bps: int = BASIS_POINTS) -> Shares:
    """What becomes of a milestone's money if so much of it is for the work."""
    return divided(held.milestone.amount, award_bps, held.contract.fee_bps)


async def settle(
    session: AsyncSession, held: Held, status: MilestoneStatus, shares: Shares
) -> None:
    """Move the money out of escrow, and write down where it went."""
    transaction_id = await _pay(session, held, shares)
    milestone = held.milestone
    milestone.status = status
    milestone.released, milestone.fee = shares.released, shares.platform
    milestone.refunded = shares.employer
    milestone.settlement_transaction_id = transaction_id
    milestone.auto_release_at = None


async def conclude(session: AsyncSession, held: Held) -> None:
    """End the contract if this was the last of its milestones."""
    await session.flush()
    # What happens to disputes changes a contract's state in the database.
    await session.refresh(held.contract)
    await complete_if_done(session, held.contract)


async def approve(session: AsyncSession, held: Held, client: Client, viewer: Viewer) -> None:
    """Take work for good, and pay for it.

    If the freelancer's wallet takes no money now, the work is good all the same, and is paid for
    as soon as the wallet does.
    """
    held.milestone.status = MilestoneStatus.APPROVED
    held.milestone.auto_release_at = None
    await session.flush()
    await _release(session, held, client, viewer)


async def release_due(session: AsyncSession, _system: Viewer, milestone_id: UUID) -> None:
    """Pay for work whose employer was silent for too long, or whose freelancer was not payable.

    Asked for again, or for other work, it does nothing.
    """
    place = await milestones.find(session, milestone_id)
    if place is None:
        return
    held = await milestones.hold(session, place)
    if _is_silent(held.milestone):
        await approve(session, held, Client(), SYSTEM)
    elif held.milestone.status is MilestoneStatus.APPROVED:
        await _release(session, held, Client(), SYSTEM)


def _is_silent(milestone: Milestone) -> bool:
    due = milestone.auto_release_at
    return milestone.status is MilestoneStatus.SUBMITTED and due is not None and due <= now()


async def _release(session: AsyncSession, held: Held, client: Client, viewer: Viewer) -> None:
    try:
        async with session.begin_nested():
            await settle(session, held, MilestoneStatus.RELEASED, shares_of(held))
    except Refused as refused:
        if not all(isinstance(error, mint.WalletNotActive) for error in refused.errors):
            raise
        return
    emit(session, MilestoneReleased(**told(held.milestone)))
    await conclude(session, held)
    note(session, Action.MILESTONE_RELEASED, client, viewer, held.milestone)


def told(milestone: Milestone) -> dict[str, Any]:
    """What every event about a milestone says of it."""
    return {
        "milestone_id": milestone.id,
        "contract_id": milestone.contract_id,
        "employer_id": milestone.employer_id,
        "freelancer_id": milestone.freelancer_id,
    }


def note(
    session: AsyncSession, action: Action, client: Client, viewer: Viewer, milestone: Milestone
) -> None:
    """Write down what became of the money. Comes last: the audit log is one queue for all."""
    auth.note(
        session,
        action,
        client,
        user_id=viewer.user_id or milestone.employer_id,
        viewer=viewer,
        resource=f"milestone:{milestone.id}",
        amount=str(milestone.amount),
        currency=milestone.currency.value,
    )


async def _pay(session: AsyncSession, held: Held, shares: Shares) -> UUID:
    """Post all of the shares that are not nothing; gives the first movement."""
    id = held.milestone.id
    legs = await _legs(session, held, shares)
    moved = await mint.post(session, None, f"forge:{id}:settle", legs, f"milestone:{id}")
    return moved[0].id


async def _legs(session: AsyncSession, held: Held, shares: Shares) -> list[Leg]:
    contract, currency = held.contract, held.contract.currency
    escrow = contract.escrow_wallet_id
    if escrow is None:
        raise RuntimeError("a milestone was funded, and its contract has no escrow")
    legs = []
    if shares.freelancer:
        wallet = await mint.open_wallet(session, contract.freelancer_id, currency)
        legs.append(Leg(escrow, wallet, shares.freelancer, TransactionType.ESCROW_RELEASE))
    if shares.platform:
        wallet = await mint.platform(session, currency)
        legs.append(Leg(escrow, wallet, shares.platform, TransactionType.FEE))
    if shares.employer:
        wallet = await mint.open_wallet(session, contract.employer_id, currency)
        legs.append(Leg(escrow, wallet, shares.employer, TransactionType.ESCROW_REFUND))
    return legs
