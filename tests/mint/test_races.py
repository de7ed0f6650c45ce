"""Many at once: nothing is lost, nothing is made, nobody waits for ever."""

import asyncio
from collections import Counter
from decimal import Decimal
from random import Random
from uuid import UUID

import asyncpg

from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from domains.mint.errors import IdempotencyConflict, InsufficientFunds
from tests.makers import a_user, a_wallet

from .bank import CALLERS, Bank, balance


async def test_transfers_in_both_directions_never_lock_each_other_out(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    await bank.post(bank.leg(250))
    before = await owner.fetchval(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    legs = [way(1) for way in (bank.leg, bank.back) for _ in range(CALLERS // 2)]
    Random(7).shuffle(legs)  # noqa: S311 (not for secrets)

    await asyncio.gather(*(bank.post(leg, database=crowded) for leg in legs))

    await owner.execute("select pg_stat_clear_snapshot()")
    after = await owner.fetchval(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    assert after == before
    assert await balance(owner, bank.adas) == await balance(owner, bank.bobs) == 250
    assert await owner.fetchval("select sum(balance) from mint.wallets") == 0
    versions = await owner.fetch("select version from mint.wallets order by version")
    assert [row[0] for row in versions] == [1, 33, 34]


async def test_the_same_request_twenty_times_at_once_happens_once(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    answers = await asyncio.gather(
        *(bank.post(bank.leg(10), key="k", database=crowded) for _ in range(20))
    )
    assert all(answer == answers[0] for answer in answers)
    assert (
        await owner.fetchval("select count(*) from mint.postings where idempotency_key = 'k'") == 1
    )
    assert await balance(owner, bank.bobs) == 10


async def test_of_twenty_who_spend_the_same_money_only_as_many_succeed_as_it_covers(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    refusals = await asyncio.gather(
        *(bank.refusal(bank.leg(100), database=crowded) for _ in range(20))
    )
    assert Counter(refusals) == {None: 5, InsufficientFunds: 15}
    assert await balance(owner, bank.adas) == 0
    assert await balance(owner, bank.bobs) == 500


async def test_a_wallet_that_many_pay_into_and_out_of_holds_what_is_left(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    async def opened() -> UUID:
        return await a_wallet(bank.database, await a_user(bank.database), Decimal(9))

    older = [await opened() for _ in range(8)]
    middle = await opened()
    younger = [await opened() for _ in range(8)]
    ways = [
        way
        for other in (*older, *younger)
        for way in (
            bank.leg(2, from_id=other, to_id=middle),
            bank.leg("0.5", from_id=middle, to_id=other),
        )
    ]
    await asyncio.gather(*(bank.post(way, database=crowded) for way in ways))

    assert await balance(owner, middle) == 9 + 16 * 2 - 8
    assert {await balance(owner, other) for other in (*older, *younger)} == {Decimal("7.5")}
    version = "select version from mint.wallets where id = $1"
    assert await owner.fetchval(version, middle) == 1 + 32


async def test_of_two_requests_with_one_key_and_no_wallet_in_common_one_happens(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    other = await Bank.opened(bank.database)
    for number in range(10):
        refusals = await asyncio.gather(
            *(
                each.refusal(each.leg(1), key=f"k{number}", database=crowded)
                for each in (bank, other)
            )
        )
        assert Counter(refusals) == {None: 1, IdempotencyConflict: 1}
    moved = await balance(owner, bank.bobs) + await balance(owner, other.bobs)
    assert moved == 10


async def test_a_wallet_opened_by_many_at_once_is_one(
    bank: Bank, crowded: Database, owner: asyncpg.Connection
) -> None:
    async def opened() -> UUID:
        async with crowded.session(SYSTEM) as session:
            return await mint.open_wallet(session, bank.ada.id, Currency.BTC)

    assert len(set(await asyncio.gather(*(opened() for _ in range(20))))) == 1
