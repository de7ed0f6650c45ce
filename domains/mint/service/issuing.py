"""The rules of making and ending money: admins alone, who say why."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action, note
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer
from domains.mint import repository
from domains.mint.errors import WalletNotFound
from domains.mint.events import MoneyBurned, MoneyMinted
from domains.mint.models import TransactionType, Wallet, WalletKind
from domains.mint.repository import Leg, Movement

from .orders import PATHS, Order, told
from .posting import located, post
from .wallets import administrator

ISSUED = (WalletKind.USER, WalletKind.PLATFORM)
"""Which wallets money is made in, and taken from: nothing that others account for."""


async def mint(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, order: Order
) -> UUID:
    """Make money in a wallet; gives the transaction."""
    admin_id = await administrator(session, viewer)
    wallet, reason = await _wallet(session, order), told(order.reason or "")
    source = await repository.issuance(session, wallet.currency)
    leg = Leg(source, wallet.id, order.amount, TransactionType.MINT, reason)
    moved, is_new = await _post(session, admin_id, order, leg)
    if is_new:
        _note(session, Action.WALLET_MINTED, client, viewer, wallet, moved, reason)
        news = {"transaction_id": moved.id, "actor_id": admin_id, "wallet_id": wallet.id}
        emit(session, MoneyMinted(**news))
    return moved.id


async def burn(
    session: AsyncSession, _system: Viewer, client: Client, viewer: Viewer, order: Order
) -> UUID:
    """End money of a wallet; gives the transaction."""
    admin_id = await administrator(session, viewer)
    wallet, reason = await _wallet(session, order), told(order.reason or "")
    source = await repository.issuance(session, wallet.currency)
    leg = Leg(wallet.id, source, order.amount, TransactionType.BURN, reason)
    moved, is_new = await _post(session, admin_id, order, leg)
    if is_new:
        _note(session, Action.WALLET_BURNED, client, viewer, wallet, moved, reason)
        news = {"transaction_id": moved.id, "actor_id": admin_id, "wallet_id": wallet.id}
        emit(session, MoneyBurned(**news))
    return moved.id


async def _wallet(session: AsyncSession, order: Order) -> Wallet:
    wallet = await repository.wallet(session, order.wallet_id)
    if wallet is None or wallet.kind not in ISSUED:
        raise Refused(WalletNotFound(path=["input", "walletId"]))
    return wallet


async def _post(
    session: AsyncSession, admin_id: UUID, order: Order, leg: Leg
) -> tuple[Movement, bool]:
    """What was moved, and whether that was now or the first time that the key came."""
    with located(PATHS):
        [moved] = await post(session, admin_id, order.key, [leg], None)
    return moved, await repository.is_new(session, moved.id)


def _note(
    session: AsyncSession,
    action: Action,
    client: Client,
    viewer: Viewer,
    wallet: Wallet,
    moved: Movement,
    reason: str,
) -> None:
    note(
        session,
        action,
        client,
        user_id=wallet.user_id,
        viewer=viewer,
        resource=f"wallet:{wallet.id}",
        transaction=str(moved.id),
        amount=f"{moved.amount:f}",
        currency=moved.currency.value,
        reason=reason,
    )
