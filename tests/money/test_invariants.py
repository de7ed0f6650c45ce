"""Whoever alters the books past every guard is found out."""

import asyncpg
import pytest

from domains.kernel.database import Database
from domains.kernel.invariants import check, declare, declared
from domains.mint.public import TransactionType
from tests.mint.bank import Bank
from tests.money.invariants import hold
from tests.money.tampering import tamper, would_find

LAST = "(select id from mint.transactions order by id desc limit 1)"
FIRST = "(select id from mint.transactions order by id limit 1)"

TAMPERED: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "a balance": (
        ("update mint.wallets set balance = balance + 1 where user_id is not null",),
        {"I1", "I2"},
    ),
    "two balances that still add up": (
        (
            (
                "update mint.wallets set balance = balance"
                " + case kind when 'USER' then 1 else -1 end"
                " where kind = 'ISSUANCE' or balance = 489"
            ),
        ),
        {"I2"},
    ),
    "an amount": (
        (f"update mint.transactions set amount = 11 where id = {LAST}",),
        {"I2", "I5", "I6", "I12"},
    ),
    "an amount with both balances": (
        (
            (
                f"update mint.transactions set amount = amount + 1, to_balance_after ="
                " to_balance_after + 1, from_balance_after = from_balance_after - 1"
                f" where id = {LAST}"
            ),
            (
                "update mint.wallets set balance = balance"
                " + case balance when 489 then -1 else 1 end"
                " where kind = 'USER'"
            ),
        ),
        {"I6", "I12"},
    ),
    "a type": (
        (f"update mint.transactions set type = 'reward' where id = {LAST}",),
        {"I6", "I12"},
    ),
    "a recipient": (
        (
            (
                f"update mint.transactions set to_id = (select id from mint.wallets"
                f" where kind = 'ISSUANCE') where id = {LAST}"
            ),
        ),
        {"I2", "I4", "I5", "I6", "I6h", "I12"},
    ),
    "a reason": (
        (f"update mint.transactions set reason = 'A gift' where id = {LAST}",),
        {"I6", "I12"},
    ),
    "a hash": (
        (f"update mint.transactions set hash = sha256('x') where id = {LAST}",),
        {"I6", "I6h"},
    ),
    "the hash of the only movement out of the issuance, the first of another wallet": (
        (f"update mint.transactions set hash = sha256('x') where id = {FIRST}",),
        {"I6", "I6h"},
    ),
    "a head": (
        ("update mint.wallets set head_hash = sha256('x') where kind = 'ISSUANCE'",),
        {"I6h"},
    ),
    "a running balance": (
        (f"update mint.transactions set to_balance_after = 12 where id = {LAST}",),
        {"I5"},
    ),
    "a deleted movement": (
        (f"delete from mint.transactions where id = {LAST}",),
        {"I2", "I4", "I6h", "I12"},
    ),
    "a deleted movement with both balances": (
        (
            f"delete from mint.transactions where id = {LAST}",
            (
                "update mint.wallets set version = version - 1, balance = balance + case balance"
                " when 489 then 10 else -10 end where kind = 'USER'"
            ),
        ),
        {"I6h", "I12"},
    ),
    "a deleted wallet": (
        ("delete from mint.wallets where balance = 11",),
        {"I1", "I2", "I4"},
    ),
    "a version": (
        ("update mint.wallets set version = version + 1 where kind = 'ISSUANCE'",),
        {"I4", "I6h"},
    ),
    "a key": (
        ("update mint.postings set idempotency_key = 'forged' where idempotency_key = 'gift'",),
        {"I6"},
    ),
    "an actor": (
        ("update mint.postings set actor_id = null where idempotency_key = 'gift'",),
        {"I6"},
    ),
    "a deleted posting": (
        ("delete from mint.postings where idempotency_key = 'gift'",),
        {"I6", "I12"},
    ),
    "a reversal that takes back more": (
        ("update mint.transactions set amount = 0.5 where type = 'transfer' and amount = 1",),
        {"I2", "I5", "I6", "I12", "I15"},
    ),
}


@pytest.fixture
async def bank(database: Database) -> Bank:
    """Ada has sent Bob 1, taken that back, and sent him 1 and 10."""
    bank = await Bank.opened(database)
    (sent,) = await bank.post(bank.leg(1))
    refund = bank.back(1, type=TransactionType.REFUND, reversal_of_id=sent.id)
    await bank.post(refund, bank.leg("0.99999999"), bank.leg("0.00000001"))
    await bank.post(bank.leg(10), key="gift", actor=bank.ada.id)
    return bank


async def test_what_was_posted_holds(bank: Bank, owner: asyncpg.Connection) -> None:
    await hold(owner)


@pytest.mark.parametrize(("statements", "codes"), TAMPERED.values(), ids=TAMPERED)
async def test_what_was_altered_is_found(
    bank: Bank,
    owner: asyncpg.Connection,
    superuser: tuple[asyncpg.Connection, str],
    statements: tuple[str, ...],
    codes: set[str],
) -> None:
    assert await would_find(superuser[0], *statements) == codes
    await hold(owner)


async def test_no_more_is_listed_than_was_asked_for(
    bank: Bank, owner: asyncpg.Connection, superuser: tuple[asyncpg.Connection, str]
) -> None:
    await tamper(superuser[0], "update mint.transactions set reason = 'A gift'")

    found = await check(owner, 2)

    assert [violation.code for violation in found] == ["I6", "I6", "I12", "I12"]


async def test_two_invariants_of_one_code_are_a_mistake() -> None:
    there = declared()[0]
    assert declare(there.code, there.says, there.sql, over=there.over) == there

    with pytest.raises(ValueError, match=f"two invariants {there.code}"):
        declare(there.code, "Something else", "select 'x'", over="mint.wallets")

    assert declared().count(there) == 1
