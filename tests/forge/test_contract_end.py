"""How contracts end: what was never funded is given up, what was settled completes them."""

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.forge.models import Contract
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_wallet
from tests.money.invariants import hold

from .deals import Deal
from .market import Market, global_id, told, verdict

CONTRACT_ID = ["input", "contractId"]
ENDS = ("forge.contract.completed", "forge.contract.cancelled")
PROFILE = "select jobs_completed, total_earned from forge.skill_profiles where user_id = $1"


@pytest.fixture
async def money(market: Market) -> None:
    """The employer has 1000 AZR."""
    await a_wallet(market.database, market.users[market.employer], Decimal(1000))


def contract_id(deal: Deal) -> str:
    return global_id(deal.agreement.contract)


async def cancelled(market: Market, as_: Any, deal: Deal) -> dict[str, Any]:
    return await market.do("contractCancel", as_, contractId=contract_id(deal))


async def ended(market: Market, contract: Contract) -> asyncpg.Record:
    """How a contract and its job stand."""
    found = await market.owner.fetchrow(
        "select contract.status::text, ended_at is not null as has_ended, job.status::text as job"
        " from forge.contracts contract join forge.jobs job on job.id = job_id"
        " where contract.id = $1",
        contract.id,
    )
    assert found is not None
    return found


async def did(market: Market) -> tuple[Any, ...]:
    """What Ada has done, and earned by it."""
    row = await market.owner.fetchrow(PROFILE, market.ada.user_id)
    assert row is not None
    return row["jobs_completed"], row["total_earned"]


@pytest.mark.parametrize("side", ["employer", "ada"])
async def test_either_ends_a_contract_of_which_nothing_was_funded(
    market: Market, side: str
) -> None:
    deal = await market.deal("60", "40")
    await deal.does("Cancel", market.employer, 1)
    answer = await cancelled(market, getattr(market, side), deal)
    assert answer == {
        "id": contract_id(deal),
        "status": "CANCELLED",
        "job": {"status": "CANCELLED"},
        "milestones": [{"status": "CANCELLED"}, {"status": "CANCELLED"}],
    }
    assert (await ended(market, deal.agreement.contract))["has_ended"]
    assert await told(market.owner, *ENDS) == [
        ("forge.contract.cancelled", str(deal.agreement.contract.id))
    ]
    assert await did(market) == (0, 0)
    await hold(market.owner)


@pytest.mark.parametrize("state", ["funded", "submitted", "changes_requested"])
async def test_a_contract_that_holds_money_goes_on(market: Market, money: None, state: str) -> None:
    deal = await market.deal("60", "40")
    await deal.brought_to(state)
    for as_ in (market.employer, market.ada):
        found = await market.refused("contractCancel", as_, contractId=contract_id(deal))
        assert found == [{"__typename": "ContractHoldsMoney", "path": CONTRACT_ID}]


async def test_a_contract_in_dispute_goes_on(market: Market, money: None) -> None:
    deal = await market.deal("60", "40")
    await deal.does("Fund", market.employer)
    await deal.raised(market.ada)
    found = await market.refused("contractCancel", market.ada, contractId=contract_id(deal))
    assert found == [{"__typename": "ContractHoldsMoney", "path": CONTRACT_ID}]


async def test_what_was_paid_completes_a_contract_that_is_ended_early(
    market: Market, money: None
) -> None:
    deal = await market.deal("60", "40")
    await deal.brought_to("released")
    answer = await cancelled(market, market.employer, deal)
    assert (answer["status"], answer["job"]) == ("COMPLETED", {"status": "COMPLETED"})
    assert [each["status"] for each in answer["milestones"]] == ["RELEASED", "CANCELLED"]
    assert await did(market) == (1, 60)
    await hold(market.owner)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_a_contract_ends_once(market: Market, status: str) -> None:
    deal = await market.deal("60")
    await market.owner.execute("update forge.milestones set status = 'cancelled'")
    await market.owner.execute(f"update forge.contracts set status = '{status}', ended_at = now()")
    found = await market.refused("contractCancel", market.ada, contractId=contract_id(deal))
    not_active = {"__typename": "ContractNotActive", "path": CONTRACT_ID}
    assert found == [not_active | {"contractStatus": status.upper()}]


async def test_only_the_two_end_what_they_agreed_on(market: Market) -> None:
    deal = await market.deal("60")

    async def found(as_: Any, id: str = contract_id(deal)) -> list[Any]:
        return await market.refused("contractCancel", as_, contractId=id)

    assert await found(ANONYMOUS) == ["UNAUTHENTICATED"]
    assert await found(market.posing_as(market.employer)) == ["FORBIDDEN"]
    assert await found(market.admin) == [{"__typename": "NotTheEmployer", "path": CONTRACT_ID}]
    not_found = [{"__typename": "ContractNotFound", "path": CONTRACT_ID}]
    for stranger in (market.rival, market.bob, market.student):
        assert await found(stranger) == not_found
    assert await found(market.employer, encode_id("Contract", uuid7())) == not_found


@pytest.mark.parametrize(
    ("first", "second", "done"),
    [
        ("released", "released", (1, Decimal(100))),
        ("released", "refunded", (1, Decimal(60))),
        ("released", "cancelled", (1, Decimal(60))),
        ("refunded", "cancelled", (0, Decimal(0))),
        ("refunded", "refunded", (0, Decimal(0))),
    ],
)
async def test_the_last_milestone_to_be_settled_completes_contract_job_and_profile(
    market: Market, money: None, first: str, second: str, done: tuple[int, Decimal]
) -> None:
    deal = await market.deal("60", "40")
    contract = deal.agreement.contract
    await deal.brought_to(first)
    assert dict(await ended(market, contract)) == {
        "status": "active",
        "has_ended": False,
        "job": "in_progress",
    }
    assert await did(market) == (0, 0)
    await deal.brought_to(second, 1)
    assert dict(await ended(market, contract)) == {
        "status": "completed",
        "has_ended": True,
        "job": "completed",
    }
    assert await did(market) == done
    assert await told(market.owner, *ENDS) == [("forge.contract.completed", str(contract.id))]
    await hold(market.owner)


async def test_the_last_milestone_to_be_cancelled_cancels_what_was_never_funded(
    market: Market,
) -> None:
    deal = await market.deal("60", "40")
    for number in (0, 1):
        await deal.does("Cancel", market.employer, number)
    assert dict(await ended(market, deal.agreement.contract)) == {
        "status": "cancelled",
        "has_ended": True,
        "job": "cancelled",
    }


async def test_what_the_platform_takes_is_not_earned(market: Market, money: None) -> None:
    deal = await market.deal("60", fee_bps=1000)
    await deal.brought_to("released")
    assert await did(market) == (1, 54)
    await hold(market.owner)


async def test_other_currencies_are_no_part_of_what_was_earned(market: Market) -> None:
    dollars = Currency.USD
    await a_wallet(market.database, market.users[market.employer], Decimal(60), dollars)
    deal = await market.deal("60", currency=dollars)
    await deal.brought_to("released")
    assert await did(market) == (1, 0)
    await hold(market.owner)


async def test_of_thirty_who_end_a_contract_at_once_one_does(crowd: Market) -> None:
    deal = await crowd.deal("60", "40")
    sides = [crowd.employer, crowd.ada] * 15
    answers = await asyncio.gather(
        *(crowd.ask("contractCancel", side, contractId=contract_id(deal)) for side in sides)
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "ContractNotActive": 29}
    assert len(await told(crowd.owner, *ENDS)) == 1


async def test_a_contract_is_either_ended_or_funded(crowd: Market) -> None:
    await a_wallet(crowd.database, crowd.users[crowd.employer], Decimal(1000))
    for _ in range(8):
        deal = await crowd.deal("10", "10")
        funded, ended_early = await asyncio.gather(
            deal.tried("Fund", crowd.employer),
            crowd.ask("contractCancel", crowd.ada, contractId=contract_id(deal)),
        )
        funding = funded["userErrors"]
        assert (verdict(ended_early) == "done") == bool(funding)
    await hold(crowd.owner)


async def test_contracts_that_end_at_once_all_count(crowd: Market) -> None:
    await a_wallet(crowd.database, crowd.users[crowd.employer], Decimal(1000))
    paid = [await crowd.deal("10") for _ in range(5)]
    partly_paid = [await crowd.deal("10", "10") for _ in range(15)]
    for deal in (*paid, *partly_paid):
        await deal.brought_to("submitted" if deal in paid else "released")
    # The freelancer's wallet holds up those who approve, and nothing those who end it early.
    await asyncio.gather(
        *(deal.does("Approve", crowd.employer) for deal in paid),
        *(cancelled(crowd, crowd.ada, deal) for deal in partly_paid),
    )
    assert await did(crowd) == (20, 200)
    await hold(crowd.owner)
