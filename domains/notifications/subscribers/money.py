"""What people are told of their money."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.kernel.events import subscribe
from domains.mint import public as mint
from domains.mint.events import (
    MoneyBurned,
    MoneyMinted,
    MoneyTransferred,
    RewardMined,
    StakeMatured,
    WalletFrozen,
    WalletUnfrozen,
)
from domains.mint.public import ActivityType
from domains.notifications.models import NotificationType

from .telling import money, tell

ACTIVITIES = {
    ActivityType.COURSE_COMPLETION: "a course that you completed",
    ActivityType.SKILL_ASSESSMENT: "an assessment that you passed",
    ActivityType.JOB_COMPLETION: "a job that you completed",
}


@subscribe(MoneyTransferred)
async def tell_of_transfer(session: AsyncSession, event: MoneyTransferred, entry_id: UUID) -> None:
    """Both are told, so that nobody's money leaves unnoticed."""
    payment = await mint.payment(session, event.transaction_id)
    sender = await mint.account(session, payment.from_id)
    amount, reason = money(payment.amount, payment.currency), _quoted(payment.reason)
    if sender.user_id is not None:
        message = f"{amount} left your wallet{reason}."
        await tell(session, entry_id, sender.user_id, f"You sent {amount}", message)
    message = f"{await _name(session, sender)} sent you {amount}{reason}."
    title = f"You received {amount}"
    await tell(session, entry_id, event.recipient_id, title, message, NotificationType.SUCCESS)


@subscribe(MoneyMinted)
async def tell_of_credit(session: AsyncSession, event: MoneyMinted, entry_id: UUID) -> None:
    payment = await mint.payment(session, event.transaction_id)
    amount = money(payment.amount, payment.currency)
    message = f"An admin put {amount} into your wallet{_quoted(payment.reason)}."
    account = await mint.account(session, event.wallet_id)
    title, good = f"You received {amount}", NotificationType.SUCCESS
    await _tell_owner(session, entry_id, account, title, message, good)


@subscribe(MoneyBurned)
async def tell_of_debit(session: AsyncSession, event: MoneyBurned, entry_id: UUID) -> None:
    payment = await mint.payment(session, event.transaction_id)
    amount = money(payment.amount, payment.currency)
    message = f"An admin took {amount} out of your wallet{_quoted(payment.reason)}."
    account = await mint.account(session, event.wallet_id)
    title, bad = f"{amount} left your wallet", NotificationType.WARNING
    await _tell_owner(session, entry_id, account, title, message, bad)


@subscribe(WalletFrozen)
async def tell_of_stop(session: AsyncSession, event: WalletFrozen, entry_id: UUID) -> None:
    account = await mint.account(session, event.wallet_id)
    name, title = f"{account.currency} wallet", "Your wallet is frozen"
    message = f"An admin stopped your {name}. Nothing goes in or out until it is opened again."
    await _tell_owner(session, entry_id, account, title, message, NotificationType.WARNING)


@subscribe(WalletUnfrozen)
async def tell_of_release(session: AsyncSession, event: WalletUnfrozen, entry_id: UUID) -> None:
    account = await mint.account(session, event.wallet_id)
    title, good = "Your wallet can be used again", NotificationType.SUCCESS
    message = f"An admin opened your {account.currency} wallet again."
    await _tell_owner(session, entry_id, account, title, message, good)


@subscribe(RewardMined)
async def tell_of_reward(session: AsyncSession, event: RewardMined, entry_id: UUID) -> None:
    reward = await mint.reward(session, event.record_id)
    title = f"You earned {money(reward.amount, reward.currency)}"
    message = f"Your reward for {ACTIVITIES[reward.activity]} is in your wallet."
    await tell(session, entry_id, event.user_id, title, message, NotificationType.SUCCESS)


@subscribe(StakeMatured)
async def tell_of_maturity(session: AsyncSession, event: StakeMatured, entry_id: UUID) -> None:
    stake = await mint.locked(session, event.stake_id)
    amount = money(stake.amount, stake.currency)
    message = f"You can take {amount} and their reward back. Until you do, they go on earning."
    await tell(session, entry_id, event.user_id, "The term of your stake has ended", message)


def _quoted(reason: str | None) -> str:
    return f": “{reason}”" if reason else ""


async def _name(session: AsyncSession, sender: mint.Account) -> str:
    """The name of those whom everybody may know."""
    if sender.user_id is None:
        return "The platform"
    person = await auth.person(session, sender.user_id)
    return person.name if person and person.is_public else "Somebody"


async def _tell_owner(
    session: AsyncSession,
    entry_id: UUID,
    account: mint.Account,
    title: str,
    message: str,
    type: NotificationType,
) -> None:
    """Tell whom a wallet belongs to; the platform's own is nobody's."""
    if account.user_id is not None:
        await tell(session, entry_id, account.user_id, title, message, type)
