"""The rules of wallets: who opens one, and who stops one."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action, demand, note, themselves
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.refusal import Forbidden, Refused
from domains.kernel.scalars import Currency
from domains.kernel.viewer import Role, Viewer
from domains.mint import repository
from domains.mint.errors import WalletNotActive, WalletNotFound
from domains.mint.events import WalletFrozen, WalletUnfrozen
from domains.mint.models import Wallet, WalletKind, WalletStatus

from .orders import told

WALLET_ID = ["input", "walletId"]
STOPPED = (WalletKind.USER, WalletKind.ESCROW, WalletKind.PLATFORM)
"""Which wallets an admin may freeze."""


async def open_own(
    session: AsyncSession, _system: Viewer, viewer: Viewer, currency: Currency
) -> UUID:
    """The viewer's wallet of a currency; asked for again, it is the same."""
    return await repository.open_wallet(session, themselves(viewer), WalletKind.USER, currency)


async def freeze(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    wallet_id: UUID,
    reason: str,
) -> None:
    """Let nothing in or out of a wallet; of one that is frozen already nothing changes."""
    admin_id = await administrator(session, viewer)
    reason = told(reason)
    wallet = await _held(session, wallet_id)
    if wallet.status is WalletStatus.ACTIVE:
        await repository.set_status(session, wallet.id, WalletStatus.FROZEN)
        _note(session, Action.WALLET_FROZEN, client, viewer, wallet, reason)
        emit(session, WalletFrozen(wallet_id=wallet.id, actor_id=admin_id))


async def unfreeze(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    wallet_id: UUID,
    reason: str,
) -> None:
    """Let a frozen wallet be used again."""
    admin_id = await administrator(session, viewer)
    reason = told(reason)
    wallet = await _held(session, wallet_id)
    if wallet.status is WalletStatus.FROZEN:
        await repository.set_status(session, wallet.id, WalletStatus.ACTIVE)
        _note(session, Action.WALLET_UNFROZEN, client, viewer, wallet, reason)
        emit(session, WalletUnfrozen(wallet_id=wallet.id, actor_id=admin_id))


async def administrator(session: AsyncSession, viewer: Viewer) -> UUID:
    """Go on only for an admin who has proved lately who they are."""
    themselves(viewer)
    if viewer.role is not Role.ADMIN:
        raise Forbidden
    return await demand(session, viewer)


async def _held(session: AsyncSession, wallet_id: UUID) -> Wallet:
    """A wallet that is not closed, locked: what is being posted is done before."""
    wallet = await repository.lock_wallet(session, wallet_id)
    if wallet is None or wallet.kind not in STOPPED:
        raise Refused(WalletNotFound(path=WALLET_ID))
    if wallet.status is WalletStatus.CLOSED:
        raise Refused(WalletNotActive(path=WALLET_ID))
    return wallet


def _note(
    session: AsyncSession,
    action: Action,
    client: Client,
    viewer: Viewer,
    wallet: Wallet,
    reason: str,
) -> None:
    note(
        session,
        action,
        client,
        user_id=wallet.user_id,
        viewer=viewer,
        resource=f"wallet:{wallet.id}",
        reason=reason,
    )
