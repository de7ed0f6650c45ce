"""Wallets: they are opened by functions of the database, and found by whom they belong to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, text
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.scalars import Currency
from domains.mint.models import Stake, StakeStatus, Wallet, WalletKind, WalletStatus

from .calls import id_from

OPEN_WALLET = text("select mint.open_wallet(:person, :purpose, :money)").bindparams(
    bindparam("person", type_=Uuid)
)
OPEN_ISSUANCE = text("select mint.open_issuance(:money)")
OPEN_PLATFORM = text("select mint.open_platform(:money)")
OPEN_ESCROW = text("select mint.open_escrow(:payer, :payee, :money)").bindparams(
    bindparam("payer", type_=Uuid), bindparam("payee", type_=Uuid)
)


async def open_wallet(
    session: AsyncSession, user_id: UUID, kind: WalletKind, currency: Currency
) -> UUID:
    """A person's wallet, opened if there is none."""
    given = {"person": user_id, "purpose": kind.value, "money": currency.value}
    return await id_from(session, OPEN_WALLET, given)


async def open_escrow(
    session: AsyncSession, payer_id: UUID, payee_id: UUID, currency: Currency
) -> UUID:
    """A new wallet between two people."""
    given = {"payer": payer_id, "payee": payee_id, "money": currency.value}
    return await id_from(session, OPEN_ESCROW, given)


async def issuance(session: AsyncSession, currency: Currency) -> UUID:
    """The wallet that a currency comes from."""
    return await id_from(session, OPEN_ISSUANCE, {"money": currency.value})


async def platform(session: AsyncSession, currency: Currency) -> UUID:
    """The platform's own wallet of a currency."""
    return await id_from(session, OPEN_PLATFORM, {"money": currency.value})


async def wallet(session: AsyncSession, id: UUID) -> Wallet | None:
    """A wallet as it was when it was asked for."""
    return await session.get(Wallet, id)


async def lock_wallet(session: AsyncSession, id: UUID) -> Wallet | None:
    """A wallet that nobody else changes until the transaction ends."""
    query = select(Wallet).where(Wallet.id == id).with_for_update(key_share=True)
    return (await session.exec(query)).first()


async def lock_wallets_of(session: AsyncSession, user_id: UUID) -> Sequence[Wallet]:
    """All wallets that a person owns or is a party of, in the order in which a posting locks."""
    theirs = or_(
        col(Wallet.user_id) == user_id,
        col(Wallet.payer_id) == user_id,
        col(Wallet.payee_id) == user_id,
    )
    query = select(Wallet).where(theirs).order_by(col(Wallet.id)).with_for_update(key_share=True)
    return (await session.exec(query)).all()


async def set_status(session: AsyncSession, id: UUID, status: WalletStatus) -> None:
    """Let a wallet be used, or not."""
    await session.exec(update(Wallet).where(col(Wallet.id) == id).values(status=status))


async def has_active_stake(session: AsyncSession, user_id: UUID) -> bool:
    """Whether a person has money locked."""
    query = select(Stake.id).where(Stake.user_id == user_id, Stake.status == StakeStatus.ACTIVE)
    return (await session.exec(query.limit(1))).first() is not None


async def close_own(session: AsyncSession, user_id: UUID) -> None:
    """Close all empty wallets that a person owns."""
    await _turn(session, user_id, WalletStatus.CLOSED, col(Wallet.balance) == 0)


async def reopen_own(session: AsyncSession, user_id: UUID) -> None:
    """Have all closed wallets that a person owns used again."""
    await _turn(session, user_id, WalletStatus.ACTIVE, col(Wallet.status) == WalletStatus.CLOSED)


async def freeze_own(session: AsyncSession, user_id: UUID) -> None:
    """Stop all wallets that a person owns and that are not closed."""
    await _turn(session, user_id, WalletStatus.FROZEN, col(Wallet.status) == WalletStatus.ACTIVE)


async def _turn(
    session: AsyncSession, user_id: UUID, status: WalletStatus, which: ColumnElement[bool]
) -> None:
    mine = col(Wallet.user_id) == user_id
    await session.exec(update(Wallet).where(mine, which).values(status=status))
