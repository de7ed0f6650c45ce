"""`azora ledger verify` says whether all money adds up, and the nightly job puts it on record."""

import hashlib
import logging

import asyncpg
import orjson
import pytest
from click.testing import CliRunner, Result

from domains.health.jobs import verify_ledger
from domains.kernel.database import Database
from domains.kernel.invariants import declared
from domains.kernel.viewer import SYSTEM
from gateway.cli_ledger import ledger
from tests.mint.bank import Bank, books
from tests.money.tampering import tamper
from tests.postgres import Urls, beside_the_loop

LOGS = "select * from health.constitutional_logs"
FORGE = "update mint.transactions set amount = amount + 1 where type = 'transfer'"


@pytest.fixture
async def bank(database: Database) -> Bank:
    bank = await Bank.opened(database)
    await bank.post(bank.leg(10), bank.leg(1))
    await bank.post(bank.leg(5))
    return bank


def verify(urls: Urls, *options: str) -> Result:
    addresses = {"DATABASE_URL": urls.app, "AZORA_OWNER_DATABASE_URL": urls.owner}
    words = ["verify", *options]
    return beside_the_loop(CliRunner().invoke, ledger, words, env=addresses, catch_exceptions=False)


async def expected_root(owner: asyncpg.Connection) -> str:
    wallets = await owner.fetch("select * from mint.wallets order by id")
    rows = (
        wallet["id"].bytes
        + wallet["version"].to_bytes(8)
        + wallet["head_hash"]
        + f"{wallet['balance']:.8f}".encode()
        for wallet in wallets
    )
    return hashlib.sha256(b"".join(hashlib.sha256(row).digest() for row in rows)).hexdigest()


async def test_right_books_are_said_to_be_right(
    bank: Bank, owner: asyncpg.Connection, urls: Urls
) -> None:
    before = await books(owner)

    result = verify(urls)

    assert result.exit_code == 0, result.output
    *lines, last = result.output.splitlines()
    assert lines[0] == "I1   The balances of a currency come to nothing: 3 rows"
    assert len(lines) == len(declared())
    root = await expected_root(owner)
    assert last == f"All {len(declared())} hold. State root: {root}"
    assert await books(owner) == before


async def test_an_empty_database_is_right(wiped: None, urls: Urls) -> None:
    result = verify(urls)

    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith(hashlib.sha256(b"").hexdigest())


async def test_wrong_books_are_said_to_be_wrong_and_where(
    bank: Bank, urls: Urls, superuser: tuple[asyncpg.Connection, str]
) -> None:
    await tamper(superuser[0], FORGE)

    result = verify(urls)

    assert result.exit_code == 1
    assert f"wallet {bank.bobs} holds 16.00000000, and its movements come to 19" in result.output
    assert "I2   BROKEN. A wallet holds what came in less what went out:" in result.output
    assert "… and more" not in result.output
    assert "Error: The books are not right: I2, I5, I6, I12." in result.output
    assert "State root" not in result.output


async def test_as_much_is_listed_as_was_asked_for(
    bank: Bank, urls: Urls, superuser: tuple[asyncpg.Connection, str]
) -> None:
    await tamper(superuser[0], FORGE)

    lines = verify(urls, "--limit", "1").output.splitlines()

    start = lines.index(
        "I6   BROKEN. Each movement's hash follows from itself and the hashes before it:"
    )
    assert lines[start + 1].startswith("     transaction ")
    assert lines[start + 2] == "     … and more"
    assert lines[start + 3].startswith("I6h  ")


async def nightly(database: Database) -> None:
    async with database.session(SYSTEM, snapshot=True) as session:
        await verify_ledger(session)


async def test_each_night_the_state_of_all_wallets_is_put_on_record(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    await nightly(bank.database)

    [log] = await owner.fetch(LOGS)
    assert (log["action"], log["compliant"]) == ("ledger.verified", True)
    assert (log["user_id"], log["article"], log["score"]) == (None, None, None)
    details = orjson.loads(log["details"])
    assert details["stateRoot"] == await expected_root(owner)
    assert details["violations"] == []
    assert details["rows"]["I1"] == 3
    assert details["rows"]["I6"] == 4


async def test_another_movement_makes_another_state(bank: Bank, owner: asyncpg.Connection) -> None:
    await nightly(bank.database)
    await nightly(bank.database)
    await bank.post(bank.leg("0.00000001"))
    await nightly(bank.database)

    roots = [orjson.loads(row["details"])["stateRoot"] for row in await owner.fetch(LOGS)]
    assert len(roots) == 3
    assert len(set(roots)) == 2


async def test_wrong_books_are_on_record_as_such_and_told(
    bank: Bank,
    owner: asyncpg.Connection,
    superuser: tuple[asyncpg.Connection, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await tamper(superuser[0], "update mint.wallets set balance = 15 where balance = 16")

    with caplog.at_level(logging.ERROR, "azora.health"):
        await nightly(bank.database)

    [log] = await owner.fetch(LOGS)
    assert log["compliant"] is False
    violations = orjson.loads(log["details"])["violations"]
    assert [violation.partition(" ")[0] for violation in violations] == ["I1", "I2"]
    assert [record.message for record in caplog.records] == [
        f"the ledger is not right: {violation}" for violation in violations
    ]
