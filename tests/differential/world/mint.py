"""Everybody's wallets, and movements between them whose figures need not add up."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import product

from domains.auth.models import UserRole
from domains.kernel.scalars import Currency
from domains.mint.models import (
    REWARDS,
    ActivityType,
    EconomicMetrics,
    MiningRecord,
    Posting,
    Stake,
    StakeStatus,
    Transaction,
    TransactionType,
    Wallet,
    WalletKind,
    WalletStatus,
)
from tests.differential.awkward import AMOUNTS, CONTENTS, MOMENTS, PERCENTS, TEXTS

from . import Cast, Maker

REFERENCES = tuple(text for text in TEXTS if text)
STARTS, ENDS = (MOMENTS[3], MOMENTS[5]), (MOMENTS[0], MOMENTS[4])


def fill(maker: Maker, cast: Cast) -> None:
    sources = {currency: _wallet(maker, WalletKind.ISSUANCE, currency) for currency in Currency}
    own = [
        _wallet(maker, WalletKind.USER, Currency.AZR, user_id=user.id)
        for user in cast.users.values()
    ]
    more = [
        _wallet(maker, WalletKind.USER, currency, user_id=user.id)
        for user, currency in product(cast.having(UserRole.STUDENT)[:3], Currency)
        if currency is not Currency.AZR
    ]
    held = _held(maker, cast)
    platforms = [_wallet(maker, WalletKind.PLATFORM, currency) for currency in Currency]
    for wallet in (*own, *more, *held, *platforms):
        _posting(maker, sources[wallet.currency], wallet, maker.next(REWARDS))
    _between(maker, [*own, *more, *held, *platforms])
    for number, wallet in enumerate(own[:6]):
        _stake(maker, wallet)
        _mining(maker, sources[Currency.AZR], wallet, number * len(ActivityType))
    _metrics(maker)


def _wallet(maker: Maker, kind: WalletKind, currency: Currency, **parties: object) -> Wallet:
    status = maker.next((WalletStatus.ACTIVE, WalletStatus.FROZEN, WalletStatus.CLOSED))
    closed, owes = status is WalletStatus.CLOSED, kind is WalletKind.ISSUANCE
    return maker.add(
        Wallet,
        kind=kind,
        currency=currency,
        status=status,
        balance=Decimal(0) if closed else Decimal(-5) if owes else maker.next(AMOUNTS),
        created_at=maker.moment(),
        **parties,
    )


def _held(maker: Maker, cast: Cast) -> list[Wallet]:
    """Between employers and students, in all currencies."""
    payers, payees = cast.having(UserRole.EMPLOYER), cast.having(UserRole.STUDENT)
    return [
        _wallet(maker, WalletKind.ESCROW, currency, payer_id=payer.id, payee_id=payee.id)
        for (payer, payee), currency in product(zip(payers, payees, strict=False), Currency)
    ]


def _posting(
    maker: Maker,
    sender: Wallet,
    recipient: Wallet,
    type: TransactionType,
    reverses: Transaction | None = None,
) -> Transaction:
    posting = maker.add(
        Posting,
        idempotency_key=str(len(maker.rows)),
        request_hash=maker.random.randbytes(32),
    )
    return maker.add(
        Transaction,
        posting_id=posting.id,
        leg=1,
        type=type,
        from_id=sender.id,
        to_id=recipient.id,
        currency=sender.currency,
        amount=maker.next(AMOUNTS[1:]),
        reference=maker.sometimes(REFERENCES),
        reason=maker.sometimes(REFERENCES),
        reversal_of_id=reverses and reverses.id,
        from_seq=1,
        to_seq=1,
        from_balance_after=maker.next(AMOUNTS),
        to_balance_after=maker.next(AMOUNTS),
        hash=maker.random.randbytes(32),
        created_at=maker.moment(),
    )


def _between(maker: Maker, wallets: Sequence[Wallet]) -> None:
    """Movements of every type, some of which are taken back."""
    for type in (*TransactionType, *TransactionType):
        sender = maker.next([wallet.id for wallet in wallets])
        here = next(wallet for wallet in wallets if wallet.id == sender)
        others = [each for each in wallets if each.currency is here.currency and each is not here]
        there = maker.random.choice(others)
        moved = _posting(maker, here, there, type)
        if maker.random.random() < 0.3:
            _posting(maker, there, here, TransactionType.REFUND, moved)


def _stake(maker: Maker, wallet: Wallet) -> None:
    locked = _wallet(maker, WalletKind.STAKE, wallet.currency, user_id=wallet.user_id)
    for status in StakeStatus:
        movement = _posting(maker, wallet, locked, TransactionType.STAKE)
        maker.add(
            Stake,
            user_id=wallet.user_id,
            wallet_id=wallet.id,
            transaction_id=movement.id,
            currency=wallet.currency,
            amount=movement.amount,
            reward_rate=maker.next((Decimal(0), Decimal("0.0001"), Decimal("0.15"), Decimal(1))),
            reward_paid=maker.next(AMOUNTS),
            status=status,
            started_at=maker.next(STARTS),
            unlocks_at=maker.next(ENDS),
            matured_at=maker.sometimes(MOMENTS),
            closed_at=None if status is StakeStatus.ACTIVE else maker.moment(),
        )


def _mining(maker: Maker, source: Wallet, wallet: Wallet, before: int) -> None:
    for number, activity in enumerate(ActivityType, before + 1):
        movement = _posting(maker, source, wallet, TransactionType.MINING_REWARD)
        maker.add(
            MiningRecord,
            number=number,
            user_id=wallet.user_id,
            wallet_id=wallet.id,
            transaction_id=movement.id,
            activity_type=activity,
            activity_id=movement.id,
            currency=wallet.currency,
            tokens_earned=movement.amount,
            difficulty=maker.next((1, 3, 10)),
            score=maker.next(PERCENTS),
            proof_hash=maker.random.randbytes(32),
            details=maker.next(CONTENTS),
            mined_at=maker.moment(),
        )


def _metrics(maker: Maker) -> None:
    for moment, part in zip(
        MOMENTS, ("0", "1", "0.00000001", "100", "1000", "333333333"), strict=True
    ):
        amount = Decimal(part)
        maker.add(
            EconomicMetrics,
            total_supply=amount * 3,
            circulating_supply=amount,
            total_staked=amount,
            total_escrowed=amount,
            total_minted=amount * 30,
            active_wallets=maker.next((0, 2**31 - 1)),
            transactions=maker.next((Decimal(0), Decimal(2**40))),
            daily_volume=maker.next(AMOUNTS),
            recorded_at=moment,
        )
