"""The rules of leaving with money: nobody does, and what is empty is closed behind them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import after_returning, before_leaving
from domains.kernel.scalars import Currency, decimal_text
from domains.mint import repository
from domains.mint.models import Wallet, WalletKind, WalletStatus


@before_leaving
async def close_wallets(session: AsyncSession, user_id: UUID) -> Sequence[str]:
    """Close a person's wallets, which are empty, or say why they cannot leave.

    They stay locked until the account is closed: a payment that comes at the same time was there
    before and is seen here, or finds the wallet closed.
    """
    # What is opened from now on waits for this one, and is as it will be.
    home = await repository.open_wallet(session, user_id, WalletKind.USER, Currency.AZR)
    await repository.lock_wallet(session, home)
    wallets = await repository.lock_wallets_of(session, user_id)
    reasons = list(_reasons(wallets))
    if await repository.has_active_stake(session, user_id):
        reasons.append("You have money at stake. Wait for its term to end, and close the stake.")
    if not reasons:
        await repository.close_own(session, user_id)
    return reasons


@after_returning
async def reopen_wallets(session: AsyncSession, user_id: UUID) -> None:
    """Give somebody who stays after all their wallets back."""
    await repository.reopen_own(session, user_id)


async def close_for_good(session: AsyncSession, user_id: UUID) -> None:
    """Close what an erased person has opened since; what holds money can only be frozen."""
    await repository.lock_wallets_of(session, user_id)
    await repository.close_own(session, user_id)
    await repository.freeze_own(session, user_id)


def _reasons(wallets: Sequence[Wallet]) -> Iterator[str]:
    for wallet in wallets:
        money = f"{decimal_text(wallet.balance)} {wallet.currency.value}"
        if wallet.kind is WalletKind.ESCROW:
            if wallet.balance:
                yield f"{money} is held between you and somebody else until work is done."
        elif wallet.status is WalletStatus.FROZEN:
            yield f"Your {wallet.currency.value} wallet is frozen."
        elif wallet.balance and wallet.kind is WalletKind.USER:
            yield f"Your {wallet.currency.value} wallet holds {money}."
