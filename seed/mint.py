"""Money that explains itself: every wallet holds 1000 AZR and has earned 500.

The movements, all of AZR; the last one is education's.

| movement | student | educator | employer |
| --- | --- | --- | --- |
| opening balance, newly made | 100 | 400 | 500 |
| opening rewards, earned before | 450 | 500 | 500 |
| welcome bonus, newly made | 500 | | |
| reward for completing a course | 50 | | |
| payment for the course in Python | -100 | 100 | |
"""

from decimal import Decimal

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.mint import public as mint
from domains.mint.public import Leg, Movement, TransactionType

from .accounts import EDUCATOR, EMPLOYER, STUDENT, Account

OPENING = {STUDENT: (100, 450), EDUCATOR: (400, 500), EMPLOYER: (500, 500)}
"""Newly made, and earned before."""


async def rows() -> list[SQLModel]:
    """None: wallets and movements are made by the ledger."""
    return []


async def post(session: AsyncSession) -> list[SQLModel]:
    for account, (made, earned) in OPENING.items():
        await _issue(
            session,
            account,
            "opening",
            (made, TransactionType.MINT, "Opening balance"),
            (earned, TransactionType.REWARD, "Opening rewards"),
        )
    await _issue(session, STUDENT, "welcome", (500, TransactionType.MINT, "Welcome bonus"))
    await reward(session)
    return []


async def reward(session: AsyncSession) -> Movement:
    """What the student was given for completing a course."""
    earned = (50, TransactionType.REWARD, "Course completion")
    return (await _issue(session, STUDENT, "course completion", earned))[0]


async def _issue(
    session: AsyncSession,
    account: Account,
    occasion: str,
    *amounts: tuple[int, TransactionType, str],
) -> list[Movement]:
    source = await mint.issuance(session)
    wallet = await mint.open_wallet(session, account.id)
    legs = [Leg(source, wallet, Decimal(amount), type, why) for amount, type, why in amounts]
    return await mint.post(session, None, f"seed:{occasion}:{account.role}", legs)
