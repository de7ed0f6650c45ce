"""Somebody learns, earns by knowing, works, and everything adds up to the last digit."""

from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest

from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from gateway.app import create_app
from gateway.settings import Profile, Settings
from gateway.terms import configure_terms
from tests.flows.visitor import Town
from tests.mailbox import Mailbox
from tests.money import invariants

from .tour import Citizen, Tour

FEE_BPS = 250

STATEMENT = """
query ($id: ID!) {
  walletStatement(walletId: $id) {
    openingBalance { amount } totalIn { amount } totalOut { amount }
    closingBalance { amount } lineCount
    lines { type amount balance }
  }
}
"""
WORK = """
query ($id: ID!) {
  contract(id: $id) {
    status rating released { amount } escrow { balance { amount } } job { status }
    milestones { status released { amount } refunded { amount } }
  }
}
"""
ESCROW = "query ($id: ID!) { contract(id: $id) { escrow { id } } }"
PROFILE = """
{ viewer { skillProfile { rating ratingCount jobsCompleted totalEarned { amount } } } }
"""
MINED = "{ miningRecords { nodes { activityType score tokensEarned { amount } } } }"
MATCHES = "{ jobMatches { sharedSkills missingSkills job { title } } }"
SUPPLY = "select -sum(balance) from mint.wallets where kind = 'ISSUANCE'"
HELD = "select sum(balance) from mint.wallets where kind = $1"


@pytest.fixture
async def town(database: Database, mailbox: Mailbox, clock: MovedClock) -> AsyncIterator[Town]:
    """An Azora with nobody in it, which keeps 2.5 % of what freelancers get."""
    app = create_app(
        Settings(profile=Profile.TEST, database_url=database.url, platform_fee_bps=FEE_BPS)
    )
    async with app.router.lifespan_context(app):
        yield Town(app, database, mailbox, clock)
    configure_terms(Settings(profile=Profile.TEST))


async def test_the_tour(town: Town, owner: asyncpg.Connection) -> None:
    tour = await Tour.begun(town)
    await tour.pay_in(tour.employer, "1000")
    await tour.pay_in(tour.ada, "100")

    await learns_and_earns(tour)
    await works_and_is_paid(tour)

    await town.work()
    await invariants.hold(owner)
    await everything_adds_up(tour, owner)
    await everybody_was_told(tour)


async def learns_and_earns(tour: Tour) -> None:
    """A course of 40 AZR is paid for once, and its completion brings 10 AZR."""
    await tour.teach(price="40")
    assert await tour.learn(maximum="40") == {"status": "COMPLETED", "progress": "100"}
    assert [await tour.ada.balance(), await tour.educator.balance()] == ["70", "40"]
    assert await tour.ada.read(MINED) == {
        "nodes": [
            {
                "activityType": "COURSE_COMPLETION",
                "score": "100",
                "tokensEarned": {"amount": "10"},
            }
        ]
    }


async def works_and_is_paid(tour: Tour) -> None:
    """Two milestones are released, and the third is divided."""
    profile = {"name": "Ada the translator", "skills": ["translation", "Latin"]}
    await tour.ada.do("skillProfileCreate", "skillProfile { id }", idempotencyKey="mine", **profile)
    await tour.offer(budget="350")
    [match] = await tour.ada.read(MATCHES)
    assert (match["sharedSkills"], match["missingSkills"]) == (["Translation"], ["Palaeography"])

    first, second, third = await tour.accept(await tour.apply(bid="300"))
    assert await tour.employer.balance() == "700"
    for milestone in (first, second):
        assert await tour.step("Submit", tour.ada, milestone) == "SUBMITTED"
        assert await tour.step("Approve", tour.employer, milestone) == "RELEASED"
    await tour.step("Submit", tour.ada, third)
    assert await tour.quarrel(third, award_bps=5000) == {
        "status": "RESOLVED",
        "awardBps": 5000,
        "milestone": {
            "status": "RESOLVED",
            "released": {"amount": "40"},
            "fee": {"amount": "1"},
            "refunded": {"amount": "40"},
        },
    }
    await tour.employer.do("contractRate", "contract { id }", contractId=tour.contract, rating=5)


async def everything_adds_up(tour: Tour, owner: asyncpg.Connection) -> None:
    """Of 260 AZR for the work 2.5 % are the platform's; 13 AZR x 86.66 % are mined by it."""
    assert await tour.ada.balance() == "334.7658"
    assert await tour.employer.balance() == "740"
    assert await tour.educator.balance() == "40"
    held = {kind: await owner.fetchval(HELD, kind) for kind in ("USER", "PLATFORM", "ESCROW")}
    assert held == {"USER": Decimal("1114.7658"), "PLATFORM": Decimal("6.5"), "ESCROW": 0}
    assert await owner.fetchval(SUPPLY) == sum(held.values()) == Decimal("1121.2658")
    await the_statements_agree(tour)
    await the_work_is_over(tour)


async def the_statements_agree(tour: Tour) -> None:
    """Each line follows from the one before, up to what the wallet holds."""
    statement = await tour.ada.read(STATEMENT, id=tour.ada.wallet)
    lines = [(line["type"], line["amount"], line["balance"]) for line in statement.pop("lines")]
    assert statement == {
        "openingBalance": {"amount": "0"},
        "totalIn": {"amount": "374.7658"},
        "totalOut": {"amount": "40"},
        "closingBalance": {"amount": "334.7658"},
        "lineCount": 7,
    }
    assert lines == [
        ("MINT", "100", "100"),
        ("PAYMENT", "-40", "60"),
        ("MINING_REWARD", "10", "70"),
        ("ESCROW_RELEASE", "97.5", "167.5"),
        ("ESCROW_RELEASE", "117", "284.5"),
        ("ESCROW_RELEASE", "39", "323.5"),
        ("MINING_REWARD", "11.2658", "334.7658"),
    ]
    assert await totals(tour.employer, tour.employer.wallet) == ("1040", "300", "740")
    assert await totals(tour.educator, tour.educator.wallet) == ("40", "0", "40")
    escrow = (await tour.ada.read(ESCROW, id=tour.contract))["escrow"]["id"]
    assert await totals(tour.ada, escrow) == ("300", "300", "0")


async def totals(who: Citizen, wallet: str) -> tuple[str, ...]:
    """What came in, what went out, and what is left."""
    statement = await who.read(STATEMENT, id=wallet)
    return tuple(statement[name]["amount"] for name in ("totalIn", "totalOut", "closingBalance"))


async def the_work_is_over(tour: Tour) -> None:
    """The contract, the job and the freelancer's profile say the same."""
    settled = [("RELEASED", "100", "0"), ("RELEASED", "120", "0"), ("RESOLVED", "40", "40")]
    contract = await tour.employer.read(WORK, id=tour.contract)
    assert [
        (each["status"], each["released"]["amount"], each["refunded"]["amount"])
        for each in contract.pop("milestones")
    ] == settled
    assert contract == {
        "status": "COMPLETED",
        "rating": 5,
        "released": {"amount": "260"},
        "escrow": {"balance": {"amount": "0"}},
        "job": {"status": "COMPLETED"},
    }
    assert (await tour.ada.read(PROFILE))["skillProfile"] == {
        "rating": "5",
        "ratingCount": 1,
        "jobsCompleted": 1,
        "totalEarned": {"amount": "253.5"},
    }


async def everybody_was_told(tour: Tour) -> None:
    """Each in the order in which it happened to them."""
    assert await tour.admin.news() == ["Welcome to Azora"]
    assert await tour.educator.news() == [
        "Welcome to Azora",
        "Your course is published",
        "Your course was bought",
    ]
    assert await tour.employer.news() == [
        "Welcome to Azora",
        "You received 1000 AZR",
        "New application",
        *["Work was handed in", "A milestone was paid for"] * 2,
        "Work was handed in",
        "Your dispute was decided",
        "Contract completed",
    ]
    assert await tour.ada.news() == [
        "Welcome to Azora",
        "You received 100 AZR",
        "You are enrolled",
        "Receipt",
        "Course completed",
        "You earned 10 AZR",
        "You got the job",
        *["Work can begin"] * 3,
        "You were paid 97.5 AZR",
        "You were paid 117 AZR",
        "A dispute was raised",
        "Your dispute was decided",
        "Contract completed",
        "Your work was rated",
        "You earned 11.2658 AZR",
    ]
