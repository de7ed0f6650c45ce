"""Money of four people, what one has locked and mined, and what two hold between them.

Rewards come to the student and the peer; the student pays the educator; the employer sets money
aside for the student.
"""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import User
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public, repository
from domains.mint.models import ActivityType, MiningRecord, Stake, Transaction, Wallet, WalletKind
from domains.mint.public import Leg, Movement, TransactionType

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "mint.economic_metrics": (1, 1, 1, 1, 1, 1, 1, 1, 1),
    "mint.mining_records":   (0, 1, 0, 0, 0, 0, 0, 1, 1),
    "mint.postings":         (0, 0, 0, 0, 0, 0, 0, 0, 7),
    "mint.stakes":           (0, 1, 0, 0, 0, 0, 0, 1, 1),
    "mint.transactions":     (0, 5, 1, 1, 0, 2, 0, 7, 7),
    "mint.wallets":          (0, 2, 1, 1, 0, 2, 0, 6, 8),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    async with database.session(SYSTEM) as session:
        student, peer, educator, employer = [
            await public.open_wallet(session, user.id)
            for user in (people.student, people.peer, people.educator, people.employer)
        ]
        source = await public.issuance(session)
        await public.platform(session)
        for wallet in (student, peer):
            await _move(session, source, wallet, 100, TransactionType.REWARD)
        await _move(session, source, employer, 100, TransactionType.MINT)
        await _move(session, student, educator, 20, TransactionType.PAYMENT)
        await _set_aside(session, people, employer)
        await _lock(session, people.student, student)
        await _mine(session, people.student, source, student)
        people.rows.extend((await session.exec(select(Wallet).order_by(col(Wallet.id)))).all())
        moved = select(Transaction).order_by(col(Transaction.id))
        people.rows.extend((await session.exec(moved)).all())
        await repository.record_metrics(session)


async def _move(
    session: AsyncSession, sender: UUID, recipient: UUID, amount: int, type: TransactionType
) -> Movement:
    leg = Leg(sender, recipient, Decimal(amount), type)
    return (await public.post(session, None, str(uuid4()), [leg]))[0]


async def _set_aside(session: AsyncSession, people: People, wallet: UUID) -> None:
    parties = (people.employer.id, people.student.id)
    escrow = await public.open_escrow(session, *parties, Currency.AZR)
    await _move(session, wallet, escrow, 50, TransactionType.ESCROW_FUND)


async def _lock(session: AsyncSession, user: User, wallet: UUID) -> None:
    locked = await repository.open_wallet(session, user.id, WalletKind.STAKE, Currency.AZR)
    movement = await _move(session, wallet, locked, 10, TransactionType.STAKE)
    session.add(
        Stake(
            user_id=user.id,
            wallet_id=wallet,
            transaction_id=movement.id,
            currency=Currency.AZR,
            amount=movement.amount,
            unlocks_at=now() + timedelta(days=30),
        )
    )


async def _mine(session: AsyncSession, user: User, source: UUID, wallet: UUID) -> None:
    movement = await _move(session, source, wallet, 5, TransactionType.MINING_REWARD)
    session.add(
        MiningRecord(
            number=1,
            user_id=user.id,
            wallet_id=wallet,
            transaction_id=movement.id,
            activity_type=ActivityType.SKILL_ASSESSMENT,
            activity_id=uuid4(),
            tokens_earned=movement.amount,
            score=Decimal(90),
            proof_hash=uuid4().bytes,
        )
    )
