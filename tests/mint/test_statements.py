"""A wallet's statement: exact to the last digit, for those who may see it, safe to open."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, SYSTEM
from domains.mint import public as mint
from domains.mint.public import TransactionType
from domains.mint.service import statements
from tests.makers import a_user, viewer
from tests.mint.bank import Bank

STATEMENT = """
query ($id: ID!, $period: Period, $first: Int! = 20, $skip: Int! = 0) {
  walletStatement(walletId: $id, period: $period) {
    wallet { id balance { amount } }
    openingBalance { amount currency } closingBalance { amount }
    totalIn { amount } totalOut { amount } lineCount
    lines(first: $first, skip: $skip) {
      transaction { id } createdAt type amount balance counterparty reason reference
    }
    csv
  }
}
"""
START = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = "select address from mint.wallets where id = $1"
TIMES = "select id from mint.transactions order by id"
SET_TIME = "update mint.transactions set created_at = $2 where id = $1"


async def dated(superuser: asyncpg.Connection, every: timedelta) -> None:
    """Have the movements so far lie so far apart, the first at the start of 2026."""
    await superuser.execute("set session_replication_role = replica")
    for number, row in enumerate(await superuser.fetch(TIMES)):
        await superuser.execute(SET_TIME, row["id"], START + number * every)
    await superuser.execute("reset session_replication_role")


def days(since: int | None = None, until: int | None = None) -> dict[str, str]:
    ends = {"since": since, "until": until}
    return {
        end: (START + timedelta(days=day)).isoformat()
        for end, day in ends.items()
        if day is not None
    }


@pytest.fixture
async def told(bank: Bank, superuser: tuple[asyncpg.Connection, str]) -> Bank:
    """Ada got 500 on the first day, sent 100 and 0.00000001, got 40 back, and sent 7.5."""
    await bank.post(bank.leg(100, reason="Rent"), reference="rent:1")
    await bank.post(bank.leg("0.00000001"))
    await bank.post(bank.back(40))
    await bank.post(bank.leg("7.5"))
    await dated(superuser[0], timedelta(days=1))
    return bank


async def statement(
    graph: Any, bank: Bank, period: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    given = {"id": encode_id("Wallet", bank.adas), "period": period, "as_": viewer(bank.ada)}
    found: dict[str, Any] = (await graph(STATEMENT, **given | more))["walletStatement"]
    return found


def sums(found: dict[str, Any]) -> tuple[str, ...]:
    names = ("openingBalance", "totalIn", "totalOut", "closingBalance")
    return tuple(found[name]["amount"] for name in names)


async def test_it_tells_all_of_a_wallet(told: Bank, graph: Any, owner: asyncpg.Connection) -> None:
    found = await statement(graph, told)

    bobs = await owner.fetchval(ADDRESS, told.bobs)
    assert found["wallet"] == {
        "id": encode_id("Wallet", told.adas),
        "balance": {"amount": "432.49999999"},
    }
    assert found["openingBalance"] == {"amount": "0", "currency": "AZR"}
    assert sums(found) == ("0", "540", "107.50000001", "432.49999999")
    assert found["lineCount"] == 5
    ids = [encode_id("Transaction", row["id"]) for row in await owner.fetch(TIMES)]
    assert [line["transaction"]["id"] for line in found["lines"]] == ids
    told_lines = [
        tuple(line[name] for name in ("type", "amount", "balance", "counterparty"))
        for line in found["lines"]
    ]
    assert told_lines == [
        ("MINT", "500", "500", None),
        ("TRANSFER", "-100", "400", bobs),
        ("TRANSFER", "-0.00000001", "399.99999999", bobs),
        ("TRANSFER", "40", "439.99999999", None),
        ("TRANSFER", "-7.5", "432.49999999", bobs),
    ]
    assert found["lines"][1]["createdAt"] == "2026-01-02T00:00:00+00:00"
    assert (found["lines"][1]["reason"], found["lines"][1]["reference"]) == ("Rent", "rent:1")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (1, 3, ("500", "0", "100.00000001", "399.99999999")),
        (1, 1, ("500", "0", "0", "500")),
        (0, 1, ("0", "500", "0", "500")),
        (3, None, ("399.99999999", "40", "7.5", "432.49999999")),
        (None, 3, ("0", "500", "100.00000001", "399.99999999")),
        (9, None, ("432.49999999", "0", "0", "432.49999999")),
        (None, -9, ("0", "0", "0", "0")),
    ],
)
async def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(
    told: Bank, graph: Any, since: int | None, until: int | None, expected: tuple[str, ...]
) -> None:
    assert sums(await statement(graph, told, days(since, until))) == expected


async def test_what_was_held_with_what_came_without_what_went_is_what_is_held(
    bank: Bank, graph: Any, superuser: tuple[asyncpg.Connection, str]
) -> None:
    random = Random(7)  # noqa: S311 (not for secrets)
    for _ in range(40):
        way = random.choice((bank.leg, bank.back))
        await bank.refusal(way(Decimal(random.randrange(1, 10**10)) / 10**8))
    await dated(superuser[0], timedelta(hours=7))
    ends = [None, *sorted(random.sample(range(1, 12), 4)), None]
    before = Decimal(0)
    for since, until in pairwise(ends):
        found = await statement(graph, bank, days(since, until), first=100)
        opening, came, went, closing = map(Decimal, sums(found))
        assert opening == before
        assert opening + came - went == closing
        before = opening
        for line in found["lines"]:
            before += Decimal(line["amount"])
            assert Decimal(line["balance"]) == before
        assert before == closing
    assert before == Decimal((await statement(graph, bank))["wallet"]["balance"]["amount"])


async def test_the_running_balance_is_the_ledgers_own(
    told: Bank, owner: asyncpg.Connection
) -> None:
    found = await told.database.transaction(SYSTEM, statements.statement, told.adas, None, None)

    rows = await owner.fetch(
        "select case when to_id = $1 then to_balance_after else from_balance_after end"
        " from mint.transactions order by id",
        told.adas,
    )
    assert [line.balance for line in found.lines()] == [row[0] for row in rows]


async def test_lines_are_had_piece_by_piece(told: Bank, graph: Any) -> None:
    found = await statement(graph, told, first=2, skip=2)

    assert found["lineCount"] == 5
    assert [line["balance"] for line in found["lines"]] == ["399.99999999", "439.99999999"]


@pytest.mark.parametrize("piece", [{"first": 101}, {"first": -1}, {"skip": -1}])
async def test_an_impossible_piece_is_refused(told: Bank, answer: Any, piece: Any) -> None:
    body = await answer(STATEMENT, id=encode_id("Wallet", told.adas), as_=viewer(told.ada), **piece)

    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]


async def test_only_those_who_may_see_the_wallet_have_its_statement(
    told: Bank, graph: Any, database: Database
) -> None:
    admin = await a_user(database, UserRole.ADMIN)

    assert await statement(graph, told, as_=viewer(told.bob)) is None
    assert await statement(graph, told, as_=ANONYMOUS) is None
    assert await statement(graph, told, id=encode_id("Wallet", uuid4())) is None
    assert (await statement(graph, told, as_=viewer(admin)))["lineCount"] == 5


async def test_both_parties_have_the_statement_of_what_is_held_between_them(
    told: Bank, graph: Any, owner: asyncpg.Connection
) -> None:
    async with told.database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, told.ada.id, told.bob.id, Currency.AZR)
    await told.post(told.leg(5, TransactionType.ESCROW_FUND, to_id=escrow))
    id = encode_id("Wallet", escrow)

    for party in (told.ada, told.bob):
        found = await statement(graph, told, id=id, as_=viewer(party))
        assert sums(found) == ("0", "5", "0", "5")
        [line] = found["lines"]
        assert line["counterparty"] is None


async def test_a_period_that_ends_before_it_begins_is_refused(told: Bank, answer: Any) -> None:
    body = await answer(
        STATEMENT, id=encode_id("Wallet", told.adas), as_=viewer(told.ada), period=days(3, 2)
    )

    [error] = body["errors"]
    assert error["message"] == "The period ends before it begins."
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_period_with_too_many_movements_is_refused(
    told: Bank, answer: Any, graph: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_LINES", 4)

    body = await answer(STATEMENT, id=encode_id("Wallet", told.adas), as_=viewer(told.ada))

    [error] = body["errors"]
    assert "more than 4 movements in this period: choose a shorter one" in error["message"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert (await statement(graph, told, days(1)))["lineCount"] == 4


async def test_there_are_at_most_ten_thousand() -> None:
    assert statements.MOST_LINES == 10_000


async def test_the_table_is_as_spreadsheets_read_it(
    told: Bank, graph: Any, owner: asyncpg.Connection
) -> None:
    text = (await statement(graph, told, days(1, 2)))["csv"]

    bobs = await owner.fetchval(ADDRESS, told.bobs)
    [id] = [row["id"] for row in await owner.fetch(f"{TIMES} limit 1 offset 1")]
    assert text == (
        "time,type,amount,balance,currency,counterparty,reason,reference,transaction\r\n"
        f"2026-01-02T00:00:00+00:00,transfer,-100,400,AZR,{bobs},Rent,rent:1,{id}\r\n"
    )


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1", "'\uff1d1"),
        ('a "b", c\nd', 'a "b", c\nd'),
        ("a=b", "a=b"),
        ("a;=1", "a;'=1"),
        ("a; @b", "a;' @b"),
        ('a;"=1', "a;'\"=1"),
        ("é 🧑🏽‍🚀", "é 🧑🏽‍🚀"),
    ],
)
async def test_no_text_in_the_table_is_run_as_a_formula(
    bank: Bank, graph: Any, reason: str, shown: str
) -> None:
    await bank.post(bank.leg(1, reason=reason), reference=reason)

    text = (await statement(graph, bank))["csv"]

    *_, row = csv.DictReader(StringIO(text, newline=""))
    assert (row["reason"], row["reference"]) == (shown, shown)
    assert row["amount"] == "-1"
    assert UUID(row["transaction"])
