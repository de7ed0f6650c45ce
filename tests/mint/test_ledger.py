"""The books: they add up, cannot be altered, and show it if they are."""

import hashlib
import json
from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from domains.mint.public import TransactionType
from tests.makers import a_wallet
from tests.postgres import Urls

from .bank import Bank, books

ENTRIES = """
select moved.*, moved.type::text as kind, moved.currency::text as money,
       actor_id, idempotency_key
from mint.transactions moved join mint.postings on postings.id = posting_id order by moved.id
"""


@pytest.fixture
async def busy(bank: Bank) -> Bank:
    """A bank in which a few things have happened."""
    awkward = 'a "quoted" \\ slash\n\t\x01\x7f é 🧑🏽‍🚀'
    await bank.post(bank.leg(100, reason=awkward), key=awkward, reference=awkward)
    (payment,) = await bank.post(bank.leg("0.1"), actor=bank.ada.id)
    await bank.post(
        bank.back(50),
        bank.back("0.1", type=TransactionType.REFUND, reversal_of_id=payment.id),
        bank.leg("0.00000001"),
    )
    async with bank.database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR)
        source = await mint.issuance(session)
    await bank.post(bank.leg(200, TransactionType.ESCROW_FUND, to_id=escrow))
    await bank.post(
        bank.leg(150, TransactionType.ESCROW_RELEASE, from_id=escrow),
        bank.leg(50, TransactionType.ESCROW_REFUND, from_id=escrow, to_id=bank.adas),
    )
    await bank.post(bank.leg(7, TransactionType.BURN, to_id=source))
    await a_wallet(bank.database, bank.bob, Decimal("1.5"), Currency.BTC)
    return bank


def expected_hash(entry: Any, sender: bytes, recipient: bytes) -> bytes:
    """What the hash of a transaction must be, given the last hashes of its wallets."""
    parts = [
        entry["actor_id"],
        entry["idempotency_key"],
        entry["leg"],
        entry["kind"],
        entry["from_id"],
        entry["to_id"],
        entry["money"],
        entry["amount"],
        entry["reference"],
        entry["reason"],
        entry["reversal_of_id"],
        entry["from_seq"],
        entry["to_seq"],
    ]
    text = ", ".join(map(_written, parts))
    return hashlib.sha256(sender + recipient + f"[{text}]".encode()).digest()


def _written(part: Any) -> str:
    if isinstance(part, Decimal):
        return f"{part:.8f}"
    return json.dumps(str(part) if isinstance(part, UUID) else part, ensure_ascii=False)


async def test_every_balance_version_and_hash_follows_from_the_movements(
    busy: Bank, owner: asyncpg.Connection
) -> None:
    balances: dict[UUID, Decimal] = defaultdict(Decimal)
    versions: dict[UUID, int] = defaultdict(int)
    heads: dict[UUID, bytes] = defaultdict(bytes)
    entries = await owner.fetch(ENTRIES)
    assert len(entries) == 11
    for entry in entries:
        sender, recipient = entry["from_id"], entry["to_id"]
        balances[sender] -= entry["amount"]
        balances[recipient] += entry["amount"]
        for wallet, side in ((sender, "from"), (recipient, "to")):
            versions[wallet] += 1
            assert entry[f"{side}_seq"] == versions[wallet]
            assert entry[f"{side}_balance_after"] == balances[wallet]
        heads[sender] = heads[recipient] = expected_hash(entry, heads[sender], heads[recipient])
        assert entry["hash"] == heads[sender]
    for wallet in await owner.fetch("select * from mint.wallets"):
        found = (wallet["balance"], wallet["version"], wallet["head_hash"])
        assert found == tuple(each[wallet["id"]] for each in (balances, versions, heads))


async def test_the_balances_of_each_currency_come_to_nothing(
    busy: Bank, owner: asyncpg.Connection
) -> None:
    sums = await owner.fetch("select currency::text, sum(balance) from mint.wallets group by 1")
    assert {tuple(row) for row in sums} == {("AZR", Decimal(0)), ("BTC", Decimal(0))}


async def test_every_wallet_holds_what_was_left_in_it(
    busy: Bank, owner: asyncpg.Connection
) -> None:
    held = await owner.fetch(
        "select kind::text, balance from mint.wallets where kind <> 'ISSUANCE' order by 1, 2"
    )
    assert [tuple(row) for row in held] == [
        ("ESCROW", Decimal(0)),
        ("USER", Decimal("1.5")),
        ("USER", Decimal("200.00000001")),
        ("USER", Decimal("292.99999999")),
    ]


async def test_a_wallet_has_an_address_that_follows_from_its_id(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    address = await owner.fetchval("select address from mint.wallets where id = $1", bank.adas)
    assert address == "azr" + hashlib.sha256(bank.adas.bytes).hexdigest()[:40]


@pytest.mark.parametrize(
    "statement",
    [
        "update mint.wallets set balance = balance + 1",
        "update mint.wallets set version = 0",
        "update mint.wallets set head_hash = ''",
        "update mint.wallets set currency = 'USD'",
        "insert into mint.wallets (kind, currency) values ('ISSUANCE', 'BTC')",
        "delete from mint.wallets",
        "truncate mint.wallets cascade",
        "insert into mint.transactions select * from mint.transactions",
        "update mint.transactions set amount = 1",
        "delete from mint.transactions",
        "truncate mint.transactions cascade",
        "insert into mint.postings (idempotency_key, request_hash) values ('k', '')",
        "update mint.postings set idempotency_key = 'k'",
        "delete from mint.postings",
        "insert into mint.economic_metrics select * from mint.economic_metrics",
        "alter table mint.transactions disable trigger all",
        "set session_replication_role = replica",
        "create or replace function mint.record_metrics() returns uuid language sql as 'select 1'",
    ],
)
async def test_the_application_writes_no_money_even_as_the_system(
    bank: Bank, owner: asyncpg.Connection, urls: Urls, statement: str
) -> None:
    before = await books(owner)
    connection = await asyncpg.connect(urls.app)
    await connection.execute("select set_config('azora.role', 'system', false)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()
    assert await books(owner) == before


@pytest.mark.parametrize("table", ["transactions", "postings"])
async def test_not_even_the_owner_alters_what_was_written(
    bank: Bank, owner: asyncpg.Connection, table: str
) -> None:
    before = await books(owner)
    for statement in (
        f"update mint.{table} set created_at = now()",
        f"delete from mint.{table}",
        f"truncate mint.{table} cascade",
    ):
        with pytest.raises(
            asyncpg.RestrictViolationError, match=r"only ever added to|violates RESTRICT"
        ):
            await owner.execute(statement)
    assert await books(owner) == before


async def test_a_person_with_a_wallet_cannot_be_deleted(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("delete from auth.users where id = $1", bank.bob.id)


async def test_a_movement_lies_in_the_partition_of_its_month(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    places = await owner.fetch(
        "select tableoid::regclass::text as place, "
        "to_char(created_at at time zone 'UTC', 'YYYY_MM') as month from mint.transactions"
    )
    assert {place["place"] for place in places} == {
        f"mint.transactions_{place['month']}" for place in places
    }


async def test_the_functions_of_the_mint_are_for_the_application_alone(
    owner: asyncpg.Connection,
) -> None:
    rights = await owner.fetch(
        "select proname, prosecdef, proconfig, proacl::text from pg_proc "
        "where pronamespace = 'mint'::regnamespace order by proname"
    )
    assert [row["proname"] for row in rights] == [
        "mine",
        "open_escrow",
        "open_issuance",
        "open_platform",
        "open_wallet",
        "post",
        "record_metrics",
        "transfer",
        "viewer_wallet_ids",
    ]
    for row in rights:
        assert (row["prosecdef"], row["proconfig"]) == (True, ['search_path=""'])
        assert row["proacl"] == "{azora_owner=X/azora_owner,azora_app=X/azora_owner}"
