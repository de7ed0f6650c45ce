"""Moving money: along all legs or along none, once for each key, and nothing that is no money."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from domains.mint.errors import (
    AmountInvalid,
    CurrencyMismatch,
    IdempotencyConflict,
    IdempotencyKeyInvalid,
    InsufficientFunds,
    NotReversible,
    SameWallet,
    SupplyExhausted,
    WalletNotActive,
    WalletNotFound,
)
from domains.mint.public import TransactionType
from tests.makers import a_wallet
from tests.postgres import Urls

from .bank import Bank, balance, books

RAW = (
    "select count(*) from mint.post(null, $1, null, array[$2::uuid], array[$3::uuid], "
    "array[$4::numeric], array['transfer'], array[null], array[null]::uuid[])"
)


async def source_of(bank: Bank, currency: Currency = Currency.AZR) -> UUID:
    async with bank.database.session(SYSTEM) as session:
        return await mint.issuance(session, currency)


async def test_money_moves_from_one_wallet_to_the_other(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    leg = bank.leg("12.34567891", reason="Lunch")
    (movement,) = await bank.post(leg, reference="lunch:1")

    assert movement.amount == Decimal("12.34567891")
    assert (movement.currency, movement.type) == (Currency.AZR, TransactionType.TRANSFER)
    assert await balance(owner, bank.adas) == Decimal("487.65432109")
    assert await balance(owner, bank.bobs) == Decimal("12.34567891")
    row = await owner.fetchrow("select * from mint.transactions where id = $1", movement.id)
    assert row is not None
    assert (row["leg"], row["reference"], row["reason"]) == (1, "lunch:1", "Lunch")
    assert (row["from_seq"], row["to_seq"]) == (2, 1)


async def test_legs_are_made_in_order_and_a_later_one_spends_what_an_earlier_one_brought(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    movements = await bank.post(bank.leg(500), bank.back(499), bank.leg(100))

    assert [movement.amount for movement in movements] == [500, 499, 100]
    assert await balance(owner, bank.adas) == 399
    assert await balance(owner, bank.bobs) == 101


async def test_one_refused_leg_undoes_all(bank: Bank, owner: asyncpg.Connection) -> None:
    before = await books(owner)

    assert await bank.refusal(bank.leg(10), bank.back(10), bank.back("0.00000001")) is (
        InsufficientFunds
    )
    assert await books(owner) == before


@pytest.mark.parametrize(
    "amount",
    ["0", "-1", "NaN", "Infinity", "-Infinity", "0.000000001", "1.123456789", "1e10", "1e400"],
)
async def test_what_is_no_amount_of_money_is_refused(
    bank: Bank, owner: asyncpg.Connection, amount: str
) -> None:
    before = await books(owner)
    assert await bank.refusal(bank.leg(amount)) is AmountInvalid
    assert await books(owner) == before


async def test_the_smallest_amount_moves(bank: Bank, owner: asyncpg.Connection) -> None:
    await bank.post(bank.leg("0.00000001"))
    assert await balance(owner, bank.bobs) == Decimal("0.00000001")


async def test_more_than_there_is_cannot_be_spent(bank: Bank, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    assert await bank.refusal(bank.leg("500.00000001")) is InsufficientFunds
    assert await books(owner) == before
    await bank.post(bank.leg(500))
    assert await balance(owner, bank.adas) == 0


async def test_wallets_of_two_currencies_do_not_trade(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    dollars = await a_wallet(bank.database, bank.bob, currency=Currency.USD)
    before = await books(owner)
    assert await bank.refusal(bank.leg(1, to_id=dollars)) is CurrencyMismatch
    assert await books(owner) == before


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
async def test_a_wallet_that_is_not_active_neither_gives_nor_takes(
    bank: Bank, owner: asyncpg.Connection, status: str
) -> None:
    await bank.post(bank.leg(500))
    await owner.execute(
        "update mint.wallets set status = $2::text::mint.wallet_status where id = $1",
        bank.adas,
        status,
    )
    before = await books(owner)
    assert await bank.refusal(bank.leg(1)) is WalletNotActive
    assert await bank.refusal(bank.back(1)) is WalletNotActive
    assert await books(owner) == before


async def test_a_wallet_that_is_not_there_is_refused(bank: Bank, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    assert await bank.refusal(bank.leg(1, to_id=uuid4())) is WalletNotFound
    assert await bank.refusal(bank.leg(1, from_id=None)) is WalletNotFound
    assert await bank.refusal(bank.leg(1), bank.leg(1, to_id=None)) is WalletNotFound
    assert await books(owner) == before


async def test_money_does_not_go_to_where_it_is(bank: Bank, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    assert await bank.refusal(bank.leg(1, to_id=bank.adas)) is SameWallet
    assert await books(owner) == before


async def test_a_posting_has_one_to_sixteen_legs(bank: Bank, owner: asyncpg.Connection) -> None:
    before = await books(owner)
    assert await bank.refusal() is AmountInvalid
    assert await bank.refusal(*[bank.leg(1)] * 17) is AmountInvalid
    assert await books(owner) == before
    assert len(await bank.post(*[bank.leg(1)] * 16)) == 16


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_of_no_or_too_many_characters_is_refused(
    bank: Bank, owner: asyncpg.Connection, key: str
) -> None:
    before = await books(owner)
    assert await bank.refusal(bank.leg(1), key=key) is IdempotencyKeyInvalid
    assert await books(owner) == before


@pytest.mark.parametrize("isolation", ["repeatable_read", "serializable"])
async def test_another_isolation_is_refused(
    bank: Bank, owner: asyncpg.Connection, urls: Urls, isolation: Any
) -> None:
    before = await books(owner)
    connection = await asyncpg.connect(urls.app)
    with pytest.raises(asyncpg.PostgresError, match="read committed alone") as refused:
        async with connection.transaction(isolation=isolation):
            await connection.fetchval(RAW, "key", bank.adas, bank.bobs, Decimal(1))
    await connection.close()
    assert refused.value.sqlstate == "LG010"
    assert await books(owner) == before


# Once for each key


async def test_the_same_request_again_answers_the_same_and_changes_nothing(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    legs = (bank.leg(10, reason="a"), bank.back(3))
    first = await bank.post(*legs, key="k", actor=bank.ada.id, reference="r")
    before = await books(owner)
    again = await bank.post(*legs, key="k", actor=bank.ada.id, reference="r")
    assert again == first
    assert await books(owner) == before


async def test_an_amount_written_otherwise_is_the_same_request(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    first = await bank.post(bank.leg("1.5"), key="k")
    assert await bank.post(bank.leg("1.50000"), key="k") == first
    assert await balance(owner, bank.bobs) == Decimal("1.5")


async def test_it_also_answers_the_same_once_the_wallets_have_changed(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    first = await bank.post(bank.leg(500), key="k")
    await owner.execute("update mint.wallets set status = 'FROZEN'")
    assert await bank.post(bank.leg(500), key="k") == first


async def test_another_request_with_the_key_is_refused(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    await bank.post(bank.leg(10, reason="a"), key="k", reference="r")
    before = await books(owner)
    others = [
        (bank.leg(11, reason="a"), "r"),
        (bank.leg(10, reason="b"), "r"),
        (bank.leg(10), "r"),
        (bank.leg(10, reason="a"), None),
        (bank.leg(10, TransactionType.PAYMENT, reason="a"), "r"),
        (bank.back(10, reason="a"), "r"),
    ]
    for leg, reference in others:
        assert await bank.refusal(leg, key="k", reference=reference) is IdempotencyConflict
    assert await books(owner) == before


async def test_keys_of_two_actors_are_two_keys(bank: Bank, owner: asyncpg.Connection) -> None:
    for actor in (None, bank.ada.id, bank.bob.id):
        await bank.post(bank.leg(1), key="k", actor=actor)
    assert await balance(owner, bank.bobs) == 3
    assert (
        await owner.fetchval("select count(*) from mint.postings where idempotency_key = 'k'") == 3
    )


async def test_a_refused_request_leaves_its_key_unused(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    assert await bank.refusal(bank.back(1), key="k") is InsufficientFunds
    await bank.post(bank.leg(5))
    await bank.post(bank.back(1), key="k")
    assert await balance(owner, bank.bobs) == 4


# Making, ending and taking back


async def test_only_money_that_is_made_comes_from_nowhere_and_only_what_ends_goes_there(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    source = await source_of(bank)
    before = await books(owner)
    for type in (TransactionType.TRANSFER, TransactionType.PAYMENT, TransactionType.BURN):
        assert await bank.refusal(bank.leg(1, type, from_id=source)) is AmountInvalid
    for type in (TransactionType.TRANSFER, TransactionType.MINT):
        assert await bank.refusal(bank.leg(1, type, to_id=source)) is AmountInvalid
    assert await books(owner) == before
    await bank.post(bank.leg(1, TransactionType.BURN, to_id=source))
    assert await balance(owner, source) == -499


async def test_there_is_never_more_than_a_billion(bank: Bank, owner: asyncpg.Connection) -> None:
    source, mint_more = await source_of(bank), TransactionType.MINT
    before = await books(owner)
    too_much = bank.leg("999999500.00000001", mint_more, from_id=source)
    assert await bank.refusal(too_much) is SupplyExhausted
    assert await books(owner) == before
    await bank.post(bank.leg(999999500, mint_more, from_id=source))
    assert await balance(owner, source) == -1_000_000_000
    assert await bank.refusal(bank.leg("0.00000001", mint_more, from_id=source)) is SupplyExhausted


async def test_other_currencies_end_where_the_column_does(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    source = await source_of(bank, Currency.USD)
    dollars = await a_wallet(bank.database, bank.ada, currency=Currency.USD)
    most = bank.leg(9_999_999_999, TransactionType.MINT, from_id=source, to_id=dollars)
    await bank.post(most)
    assert await bank.refusal(most) is SupplyExhausted
    assert await balance(owner, source) == -9_999_999_999


async def test_a_movement_is_taken_back_once_and_by_its_recipient(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    (first,) = await bank.post(bank.leg(10))
    (second,) = await bank.post(bank.leg(10))

    def refund(amount: int, of: UUID) -> Any:
        return bank.back(amount, type=TransactionType.REFUND, reversal_of_id=of)

    before = await books(owner)
    for leg in (refund(11, first.id), refund(10, uuid4()), bank.leg(1, reversal_of_id=first.id)):
        assert await bank.refusal(leg) is NotReversible
    assert await bank.refusal(refund(5, first.id), refund(5, first.id)) is NotReversible
    assert await books(owner) == before
    await bank.post(refund(10, first.id))
    assert await bank.refusal(refund(10, first.id)) is NotReversible
    await bank.post(refund(4, second.id))
    assert await balance(owner, bank.bobs) == 6


async def test_a_fault_of_the_program_is_no_refusal(
    bank: Bank, database: Database, owner: asyncpg.Connection
) -> None:
    before = await books(owner)
    with pytest.raises(DBAPIError, match="transactions_reason_check"):
        await bank.post(bank.leg(1, reason="x" * 201))
    assert await books(owner) == before
