"""How money leaves an escrow: to whom, how much of it, and what ends with that."""

import json
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from tests.makers import a_wallet
from tests.money import invariants
from tests.operations import Operations

from .deals import a_deal, everything, refusals, row, states

SETTLED = """
select type::text, amount from mint.transactions join mint.postings on postings.id = posting_id
where idempotency_key like 'forge:%:settle' order by transactions.id
"""
ENDED = """
select contracts.status::text, contracts.ended_at is not null, jobs.status::text,
  jobs_completed, total_earned
from forge.contracts join forge.jobs on jobs.id = job_id
join forge.skill_profiles on user_id = freelancer_id
"""
TOLD = "select topic from kernel.outbox where topic like 'forge.%' order by position"
SILENCED = "update mint.wallets set status = $1 where user_id = $2"


async def legs(owner: asyncpg.Connection) -> list[tuple[Any, ...]]:
    return [tuple(leg) for leg in await owner.fetch(SETTLED)]


@pytest.mark.parametrize(
    ("amount", "fee_bps", "moved"),
    [
        ("100", 0, [("escrow_release", "100")]),
        ("100", 1500, [("escrow_release", "85"), ("fee", "15")]),
        ("100", 10_000, [("fee", "100")]),
        ("0.00000001", 9999, [("escrow_release", "0.00000001")]),
        ("0.00000003", 3334, [("escrow_release", "0.00000002"), ("fee", "0.00000001")]),
        ("33.33333333", 333, [("escrow_release", "32.22333334"), ("fee", "1.10999999")]),
    ],
)
async def test_the_fee_is_a_part_of_what_the_freelancer_gets(
    operations: Operations,
    owner: asyncpg.Connection,
    amount: str,
    fee_bps: int,
    moved: list[tuple[str, str]],
) -> None:
    deal = await a_deal(operations, amount, fee_bps=fee_bps)
    await deal.brought_to("submitted")
    milestone = await deal.does("Approve", deal.employer)
    expected = [(type, Decimal(part)) for type, part in moved]
    assert await legs(owner) == expected
    fee = sum((part for type, part in expected if type == "fee"), Decimal(0))
    assert Decimal(milestone["released"]["amount"]) == Decimal(amount)
    assert Decimal(milestone["fee"]["amount"]) == fee
    assert milestone["refunded"] == {"amount": "0"}
    assert milestone["settlement"] is not None
    held = {
        "employer": Decimal(1000) - Decimal(amount),
        "freelancer": Decimal(amount) - fee,
        "platform": fee,
    }
    assert await deal.money(owner) == {who: part for who, part in held.items() if part}
    await invariants.hold(owner)


async def test_the_fee_is_paid_in_the_contracts_currency(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "50", currency=Currency.BTC, fee_bps=100)
    await deal.brought_to("released")
    kinds = """
    select kind::text, balance from mint.wallets
    where currency = 'BTC' and balance > 0 order by balance
    """
    assert [tuple(each) for each in await owner.fetch(kinds)] == [
        ("PLATFORM", Decimal("0.5")),
        ("USER", Decimal("49.5")),
        ("USER", Decimal(950)),
    ]
    await invariants.hold(owner)


async def test_the_last_milestone_completes_the_contract_and_the_job(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", "50", "30", fee_bps=1000)
    await deal.brought_to("released", 0)
    await deal.brought_to("cancelled", 2)
    assert await row(owner, ENDED) == ("active", False, "in_progress", 0, 0)
    await deal.brought_to("submitted", 1)
    milestone = await deal.does("Approve", deal.employer, 1)
    assert milestone["contract"] == {"status": "COMPLETED"}
    assert await row(owner, ENDED) == ("completed", True, "completed", 1, 135)
    assert [each[0] for each in await owner.fetch(TOLD)][-2:] == [
        "forge.milestone.released",
        "forge.contract.completed",
    ]
    assert await states(owner) == ["released", "released", "cancelled"]
    await invariants.hold(owner)


async def test_a_refund_gives_all_of_it_back_and_takes_no_fee(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "33.33333333", fee_bps=1000)
    await deal.brought_to("submitted")
    milestone = await deal.does("Refund", deal.freelancer)
    assert milestone["status"] == "REFUNDED"
    assert milestone["refunded"] == {"amount": "33.33333333"}
    assert milestone["fee"] == milestone["released"] == {"amount": "0"}
    assert await legs(owner) == [("escrow_refund", Decimal("33.33333333"))]
    assert await deal.money(owner) == {"employer": 1000}
    assert await row(owner, ENDED) == ("completed", True, "completed", 0, 0)
    await invariants.hold(owner)


async def test_what_a_person_did_with_the_money_is_in_the_audit_log(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", "50")
    await deal.brought_to("released", 0)
    await deal.brought_to("refunded", 1)
    rows = await owner.fetch(
        "select action, user_id, actor_id, details::text from auth.audit_logs order by id"
    )
    employer, freelancer = deal.employer.user_id, deal.freelancer.user_id
    assert [(*each[:3], json.loads(each[3])["amount"]) for each in rows] == [
        ("milestone.funded", employer, employer, "100.00000000"),
        ("milestone.released", employer, employer, "100.00000000"),
        ("milestone.funded", employer, employer, "50.00000000"),
        ("milestone.refunded", freelancer, freelancer, "50.00000000"),
    ]


async def test_work_is_good_although_its_freelancer_cannot_be_paid(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100")
    await a_wallet(database, deal.worker)
    await deal.brought_to("submitted")
    await owner.execute(SILENCED, "FROZEN", deal.worker.id)
    milestone = await deal.does("Approve", deal.employer)
    assert milestone["status"] == "APPROVED"
    assert milestone["autoReleaseAt"] is None
    assert milestone["contract"] == {"status": "ACTIVE"}
    assert await legs(owner) == []
    assert await deal.money(owner) == {"employer": 900, "escrow": 100}
    assert "forge.milestone.released" not in [each[0] for each in await owner.fetch(TOLD)]
    await invariants.hold(owner)


async def test_nothing_is_refunded_to_who_can_take_nothing(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100")
    await deal.brought_to("funded")
    await owner.execute(SILENCED, "FROZEN", deal.client.id)
    before = await everything(owner)
    assert refusals(await deal.tried("Refund", deal.freelancer)) == ["WalletNotActive"]
    assert await everything(owner) == before


async def put_back(owner: asyncpg.Connection, number: int) -> None:
    """Make the database forget that a milestone was settled, as no fault of the program could."""
    async with owner.transaction():
        for table in ("milestones", "contracts"):
            await owner.execute(f"alter table forge.{table} disable trigger move")
        await owner.execute(
            "update forge.milestones set status = 'submitted', released = 0, refunded = 0, fee = 0,"
            " settlement_transaction_id = null where position = $1",
            number,
        )
        for table in ("milestones", "contracts"):
            await owner.execute(f"alter table forge.{table} enable trigger move")


async def test_the_ledger_itself_pays_for_a_milestone_once(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", "100")
    await deal.brought_to("submitted", 0)
    await deal.brought_to("submitted", 1)
    await deal.does("Approve", deal.employer, 0)
    await put_back(owner, 1)
    await deal.does("Approve", deal.employer, 0)
    assert await deal.money(owner) == {"employer": 800, "escrow": 100, "freelancer": 100}
    await put_back(owner, 1)
    before = await everything(owner)
    assert refusals(await deal.tried("Refund", deal.freelancer, 0)) == ["IdempotencyConflict"]
    assert await everything(owner) == before
    id = await deal.dispute(deal.employer, 0)
    before = await everything(owner)
    decided = await deal.resolved(id, "SPLIT", awardBps=5000)
    assert refusals(decided) == ["IdempotencyConflict"]
    assert await everything(owner) == before


async def test_an_escrow_gives_no_more_than_it_holds(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100")
    await deal.brought_to("submitted")
    async with database.session(SYSTEM) as session:
        escrow = await owner.fetchval("select escrow_wallet_id from forge.contracts")
        wallet = await mint.open_wallet(session, deal.client.id)
        leg = mint.Leg(escrow, wallet, Decimal(1), mint.TransactionType.ESCROW_REFUND)
        await mint.post(session, None, "by mistake", [leg])
    before = await everything(owner)
    assert refusals(await deal.tried("Approve", deal.employer)) == ["InsufficientFunds"]
    assert await everything(owner) == before


async def test_the_same_approval_again_pays_no_second_time(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100")
    await deal.brought_to("submitted")
    first = await deal.does("Approve", deal.employer, idempotencyKey="k")
    before = await everything(owner)
    assert await deal.does("Approve", deal.employer, idempotencyKey="k") == first
    assert refusals(await deal.tried("Approve", deal.employer)) == ["MilestoneNotInState"]
    assert await everything(owner) == before
