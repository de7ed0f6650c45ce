"""The rules of staking: money is locked for a term, and grows until it is taken back."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action, note, themselves
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.once import once
from domains.kernel.refusal import Refused
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import Viewer
from domains.mint import repository
from domains.mint.engine.staking import LONGEST_TERM, SHORTEST_TERM, accrued, rate_of
from domains.mint.engine.units import amount_of, units_of
from domains.mint.errors import (
    AmountInvalid,
    CurrencyNotStakeable,
    NothingToClaim,
    StakeEnded,
    StakeLocked,
    StakeNotFound,
    TermInvalid,
    WalletNotFound,
)
from domains.mint.events import StakeClosed, StakeMatured, StakeOpened, StakeRewardClaimed
from domains.mint.models import Stake, StakeStatus, TransactionType, Wallet, WalletKind
from domains.mint.repository import Leg, stakes

from .posting import post

MOST_AT_ONCE = 500
"""So many owners are told at a time that a term has ended."""

STAKE_ID = ["input", "stakeId"]
TERM_INVALID = TermInvalid(
    path=["input", "days"], minimum_days=SHORTEST_TERM, maximum_days=LONGEST_TERM
)


async def create(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    key: str,
    wallet_id: UUID,
    amount: Decimal,
    days: int,
) -> UUID:
    """Lock money of the viewer's own wallet; gives the stake."""
    user_id = themselves(viewer)
    if amount <= 0:
        raise Refused(AmountInvalid(path=["input", "amount"]))
    if not SHORTEST_TERM <= days <= LONGEST_TERM:
        raise Refused(TERM_INVALID)
    asked = ("stakeCreate", wallet_id, units_of(amount), days)
    work = partial(_create, session, client, viewer, user_id, wallet_id, amount, days)
    return await once(session, user_id, key, asked, work)


async def claim(
    session: AsyncSession, _system: Viewer, viewer: Viewer, key: str, stake_id: UUID
) -> UUID:
    """Pay the viewer what their stake has earned since the last claim."""
    user_id = themselves(viewer)
    work = partial(_claim, session, user_id, stake_id)
    return await once(session, user_id, key, ("stakeClaim", stake_id), work)


async def close(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    key: str,
    stake_id: UUID,
    *,
    without_reward: bool,
) -> UUID:
    """Give the viewer their money back after its term, with what it has earned since."""
    user_id = themselves(viewer)
    asked = ("stakeClose", stake_id, without_reward)
    work = partial(_close, session, client, viewer, user_id, stake_id, without_reward)
    return await once(session, user_id, key, asked, work)


async def tell_matured(session: AsyncSession) -> int:
    """Tell the owners of stakes whose term has ended, each once; gives how many."""
    moment = now()
    ended = await stakes.lock_maturing(session, moment, MOST_AT_ONCE)
    for stake in ended:
        stake.matured_at = moment
        emit(session, StakeMatured(stake_id=stake.id, user_id=stake.user_id))
    return len(ended)


async def _create(
    session: AsyncSession,
    client: Client,
    viewer: Viewer,
    user_id: UUID,
    wallet_id: UUID,
    amount: Decimal,
    days: int,
) -> UUID:
    wallet = await _own(session, user_id, wallet_id)
    locked = await repository.open_wallet(session, user_id, WalletKind.STAKE, wallet.currency)
    id, moment = uuid7(), now()
    leg = Leg(wallet_id, locked, amount, TransactionType.STAKE)
    [moved] = await post(session, None, f"stake:{id}:open", [leg], f"stake:{id}")
    stake = Stake(
        id=id,
        user_id=user_id,
        wallet_id=wallet_id,
        transaction_id=moved.id,
        currency=wallet.currency,
        amount=moved.amount,
        reward_rate=rate_of(days),
        started_at=moment,
        unlocks_at=moment + timedelta(days=days),
    )
    stakes.add(session, stake)
    emit(session, StakeOpened(stake_id=id, user_id=user_id))
    _note(session, Action.STAKE_OPENED, client, viewer, stake)
    return id


async def _own(session: AsyncSession, user_id: UUID, wallet_id: UUID) -> Wallet:
    """A wallet out of which somebody may lock money."""
    wallet = await repository.wallet(session, wallet_id)
    if wallet is None or wallet.kind is not WalletKind.USER or wallet.user_id != user_id:
        raise Refused(WalletNotFound(path=["input", "walletId"]))
    if wallet.currency is not Currency.AZR:
        raise Refused(CurrencyNotStakeable(path=["input", "walletId"]))
    return wallet


async def _claim(session: AsyncSession, user_id: UUID, stake_id: UUID) -> UUID:
    stake = await _active(session, user_id, stake_id)
    due = _due(stake, now())
    if not due:
        raise Refused(NothingToClaim(path=STAKE_ID))
    leg = await _pay(session, stake, due)
    key = f"stake:{stake.id}:claim:{stake.claims}"
    [moved] = await post(session, None, key, [leg], f"stake:{stake.id}")
    paid = StakeRewardClaimed(stake_id=stake.id, user_id=user_id, transaction_id=moved.id)
    emit(session, paid)
    return stake.id


async def _close(
    session: AsyncSession,
    client: Client,
    viewer: Viewer,
    user_id: UUID,
    stake_id: UUID,
    without_reward: bool,  # noqa: FBT001 (a partial's)
) -> UUID:
    stake = await _active(session, user_id, stake_id)
    moment = now()
    if moment < stake.unlocks_at:
        raise Refused(StakeLocked(path=STAKE_ID, unlocks_at=stake.unlocks_at))
    due = 0 if without_reward else _due(stake, moment)
    legs = [await _pay(session, stake, due)] if due else []
    locked = await repository.open_wallet(session, user_id, WalletKind.STAKE, stake.currency)
    legs.append(Leg(locked, stake.wallet_id, stake.amount, TransactionType.UNSTAKE))
    stake.status, stake.closed_at = StakeStatus.COMPLETED, moment
    await post(session, None, f"stake:{stake.id}:close", legs, f"stake:{stake.id}")
    emit(session, StakeClosed(stake_id=stake.id, user_id=user_id))
    _note(session, Action.STAKE_CLOSED, client, viewer, stake)
    return stake.id


async def _active(session: AsyncSession, user_id: UUID, stake_id: UUID) -> Stake:
    """Somebody's own stake that has not been paid back, locked."""
    stake = await stakes.lock(session, stake_id)
    if stake is None or stake.user_id != user_id:
        raise Refused(StakeNotFound(path=STAKE_ID))
    if stake.status is not StakeStatus.ACTIVE:
        raise Refused(StakeEnded(path=STAKE_ID))
    return stake


def _due(stake: Stake, moment: datetime) -> int:
    """What it has earned and not paid, in units of 1e-8; nothing if the clock went back."""
    earned = accrued(units_of(stake.amount), stake.reward_rate, stake.started_at, moment)
    return max(earned - units_of(stake.reward_paid), 0)


async def _pay(session: AsyncSession, stake: Stake, due: int) -> Leg:
    """The movement that pays what is due, and which the stake counts from now on."""
    stake.claims += 1
    stake.reward_paid += amount_of(due)
    source = await repository.issuance(session, stake.currency)
    return Leg(source, stake.wallet_id, amount_of(due), TransactionType.STAKE_REWARD)


def _note(
    session: AsyncSession, action: Action, client: Client, viewer: Viewer, stake: Stake
) -> None:
    note(
        session,
        action,
        client,
        user_id=stake.user_id,
        viewer=viewer,
        resource=f"stake:{stake.id}",
        amount=str(stake.amount),
        currency=stake.currency.value,
        reward=str(stake.reward_paid),
    )
