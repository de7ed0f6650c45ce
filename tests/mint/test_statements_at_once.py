"""However many statements are asked for, one is made at a time, and money goes on moving."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from domains.kernel.database import Bounds, Database
from domains.kernel.node import encode_id
from tests.makers import viewer
from tests.mint.bank import Bank
from tests.operations import Operations, codes
from tests.postgres import Urls
from tests.streams import a_guest, seated, served
from tests.waiting import waiting

STATEMENT = "query ($wallet: ID!) { walletStatement(walletId: $wallet) { lineCount } }"
TWO = """
query ($wallet: ID!, $other: ID!) {
  first: walletStatement(walletId: $wallet) { lineCount }
  ...Another
}
fragment Another on Query { second: walletStatement(walletId: $other) { lineCount } }
"""
TABLES = """
query ($wallet: ID!) {
  walletStatement(walletId: $wallet) { csv same: csv lines { balance } again: lines { balance } }
}
"""
OPEN = """
mutation {
  walletOpen(input: {currency: BTC}) { wallet { status } userErrors { __typename } }
}
"""
HOLD = "lock table mint.transactions in access exclusive mode"
WAITING = """
select count(distinct pid) from pg_locks join pg_stat_activity using (pid)
where not granted and datname = current_database()
"""


@pytest.fixture
async def hurried(operations: Operations, urls: Urls) -> AsyncIterator[Operations]:
    """Operations of a process in which nobody waits for a turn for long."""
    database = Database(urls.app)
    await database.open()
    # Connecting keeps its time: a busy machine is slower than this.
    database.bounds = Bounds(wait_ms=200)
    yield Operations(operations.gateway, database)
    await database.close()


@asynccontextmanager
async def held(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Nobody reads what was moved, and so no statement comes to an end."""
    async with owner.transaction():
        await owner.execute(HOLD)
        yield


def asked(bank: Bank) -> dict[str, Any]:
    return {"wallet": encode_id("Wallet", bank.adas), "as_": viewer(bank.ada)}


@pytest.mark.parametrize("other", ["adas", "bobs"])
async def test_an_operation_has_one_statement(bank: Bank, answer: Any, other: str) -> None:
    id = encode_id("Wallet", getattr(bank, other))
    body = await answer(TWO, other=id, **asked(bank))

    assert body["data"] == {"first": {"lineCount": 1}, "second": None}
    [error] = body["errors"]
    assert (error["message"], error["path"]) == ("One statement at a time.", ["second"])
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_statement_has_one_table(bank: Bank, answer: Any) -> None:
    body = await answer(TABLES, **asked(bank))

    assert body["data"] == {"walletStatement": None}
    [error] = body["errors"]
    assert (error["message"], error["path"]) == (
        "One table at a time.",
        ["walletStatement", "same"],
    )
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_each_operation_on_a_socket_has_its_own(database: Database, bank: Bank) -> None:
    async with (
        served(database.url) as gate,
        seated(gate, await a_guest(database, bank.ada)) as wire,
    ):
        for _ in range(2):
            payload = await wire.ask(STATEMENT, wallet=encode_id("Wallet", bank.adas))
            assert payload == {"data": {"walletStatement": {"lineCount": 1}}}


async def test_money_is_changed_while_more_statements_are_asked_for_than_there_are_connections(
    bank: Bank, operations: Operations, owner: asyncpg.Connection
) -> None:
    many = range(bank.database.bounds.writes + 1)
    async with held(owner):
        asking = [asyncio.create_task(operations.data(STATEMENT, **asked(bank))) for _ in many]
        assert await waiting(owner, 1)
        opened = await operations.data(OPEN, as_=viewer(bank.ada))
        assert await owner.fetchval(WAITING) == 1

    assert opened["walletOpen"] == {"wallet": {"status": "ACTIVE"}, "userErrors": []}
    made = await asyncio.gather(*asking)
    assert made == [{"walletStatement": {"lineCount": 1}} for _ in many]


async def test_who_waits_for_too_long_is_told_to_come_again(
    bank: Bank, hurried: Operations, owner: asyncpg.Connection
) -> None:
    # Its connections are made before anybody hurries.
    await hurried.answer(STATEMENT, **asked(bank))
    async with held(owner):
        first = asyncio.create_task(hurried.answer(STATEMENT, **asked(bank)))
        assert await waiting(owner, 1), await asyncio.wait([first], timeout=0)
        assert codes(await hurried.answer(STATEMENT, **asked(bank))) == ["SERVER_BUSY"]
    assert (await first)["data"] == {"walletStatement": {"lineCount": 1}}
    assert (await hurried.answer(STATEMENT, **asked(bank))) == await first
