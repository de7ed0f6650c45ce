"""Many who act on the same milestone at once, each over a connection of their own: one wins."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.forge import jobs
from domains.forge.service.choices import choices
from domains.kernel.clock import MovedClock
from domains.kernel.database import Bounds, Database
from domains.kernel.node import decode_id
from tests.money import invariants
from tests.operations import Operations
from tests.postgres import Urls

from .deals import a_deal, refusals, row, states

CALLERS = 30


@pytest.fixture
async def crowded(wiped: None, urls: Urls) -> AsyncIterator[Database]:
    """A database with a connection for every caller."""
    database = Database(urls.app, Bounds(writes=CALLERS, wait_ms=20_000, statement_ms=20_000))
    await database.open()
    yield database
    await database.close()


async def outcomes(*asked: Awaitable[dict[str, Any]]) -> Counter[str]:
    """How often what was asked for at once was granted or refused with what."""
    payloads = await asyncio.gather(*asked)
    return Counter(refusals(payload)[0] if refusals(payload) else "granted" for payload in payloads)


async def test_thirty_approvals_pay_once(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", "100", fee_bps=1000)
    await deal.brought_to("submitted", 0)
    await deal.brought_to("funded", 1)
    beside = deal.beside(crowded)
    found = await outcomes(*(beside.tried("Approve", deal.employer) for _ in range(CALLERS)))
    assert found == {"granted": 1, "MilestoneNotInState": CALLERS - 1}
    held = {"employer": 800, "escrow": 100, "freelancer": 90, "platform": 10}
    assert await deal.money(owner) == held
    await invariants.hold(owner)


async def test_the_same_approval_thirty_times_is_one(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", "100")
    await deal.brought_to("submitted", 0)
    await deal.brought_to("funded", 1)
    beside = deal.beside(crowded)
    asked = (beside.tried("Approve", deal.employer, idempotencyKey="k") for _ in range(CALLERS))
    assert await outcomes(*asked) == {"granted": CALLERS}
    assert await deal.money(owner) == {"employer": 800, "escrow": 100, "freelancer": 100}
    await invariants.hold(owner)


async def test_thirty_fundings_set_aside_once(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "10")
    beside = deal.beside(crowded)
    found = await outcomes(*(beside.tried("Fund", deal.employer) for _ in range(CALLERS)))
    assert found == {"granted": 1, "MilestoneNotInState": CALLERS - 1}
    assert await deal.money(owner) == {"employer": 990, "escrow": 10}
    await invariants.hold(owner)


async def test_all_milestones_funded_at_once_share_one_escrow(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, *["40"] * CALLERS)
    beside = deal.beside(crowded)
    found = await outcomes(*(beside.tried("Fund", deal.employer, n) for n in range(CALLERS)))
    assert found == {"granted": 25, "InsufficientFunds": 5}
    assert await deal.money(owner) == {"escrow": 1000}
    assert await owner.fetchval("select count(*) from mint.wallets where kind = 'ESCROW'") == 1
    await invariants.hold(owner)


async def test_all_milestones_approved_at_once_complete_the_contract_once(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, *["10"] * 12)
    for number in range(12):
        await deal.brought_to("submitted", number)
    beside = deal.beside(crowded)
    found = await outcomes(*(beside.tried("Approve", deal.employer, n) for n in range(12)))
    assert found == {"granted": 12}
    assert await deal.money(owner) == {"employer": 880, "freelancer": 120}
    done = "select jobs_completed, total_earned from forge.skill_profiles"
    assert await row(owner, done) == (1, 120)
    told = "select count(*) from kernel.outbox where topic = 'forge.contract.completed'"
    assert await owner.fetchval(told) == 1
    await invariants.hold(owner)


@pytest.mark.parametrize("again", range(3))
async def test_of_approval_refund_dispute_and_silence_one_wins(
    operations: Operations,
    crowded: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    again: int,
) -> None:
    deal = await a_deal(operations, "100", "100")
    await deal.brought_to("submitted", 0)
    await deal.brought_to("funded", 1)
    clock.move(choices.auto_release)
    beside, id = deal.beside(crowded), str(decode_id(deal.ids[0])[1])
    acts = [
        *(beside.tried("Approve", deal.employer) for _ in range(6)),
        *(beside.tried("Refund", deal.freelancer) for _ in range(6)),
        *(beside.raised(deal.employer) for _ in range(6)),
        *(beside.tried("RequestChanges", deal.employer) for _ in range(3)),
        *(silence(crowded, id) for _ in range(6)),
    ]
    found = await outcomes(*acts)
    status = await owner.fetchval("select status::text from forge.milestones where id = $1", id)
    assert status in {"released", "refunded", "disputed", "changes_requested"}
    # Work that was handed back can still be refunded, or disputed.
    assert found["granted"] <= 1 or status in {"refunded", "disputed"}
    parts = "select released, refunded from forge.milestones where id = $1"
    released, refunded = await row(owner, parts, id)
    held = await deal.money(owner)
    assert held.get("freelancer", 0) == released
    assert held["employer"] == 800 + refunded
    assert held["escrow"] == 200 - released - refunded
    await invariants.hold(owner)


async def silence(database: Database, id: str) -> dict[str, Any]:
    """The employer's silence, which refuses nothing and answers nothing."""
    await jobs.release_milestone(database, {"milestone_id": id})
    return {"codes": ["silence"]}


async def test_a_dispute_is_decided_or_taken_back(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", "100")
    await deal.brought_to("funded", 1)
    id = await deal.brought_to("disputed", 0)
    assert id is not None
    beside = deal.beside(crowded)
    found = await outcomes(
        *(beside.resolved(id, "RELEASE") for _ in range(8)),
        *(beside.resolved(id, "REFUND") for _ in range(8)),
        *(beside.resolved(id, "SPLIT", awardBps=5000) for _ in range(8)),
        *(beside.withdrawn(deal.employer, id) for _ in range(6)),
    )
    assert found == {"granted": 1, "DisputeNotOpen": CALLERS - 1}
    held = await deal.money(owner)
    assert sum(held.values(), Decimal(0)) == 1000
    assert (await states(owner))[0] in {"resolved", "funded"}
    await invariants.hold(owner)


async def test_of_thirty_disputes_one_is_raised(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100")
    await deal.brought_to("funded")
    beside, sides = deal.beside(crowded), (deal.employer, deal.freelancer)
    found = await outcomes(*(beside.raised(sides[n % 2]) for n in range(CALLERS)))
    assert found == {"granted": 1, "MilestoneNotInState": CALLERS - 1}
    assert await owner.fetchval("select count(*) from forge.disputes") == 1
    await invariants.hold(owner)


async def test_nobody_waits_for_ever_when_all_milestones_move_at_once(
    operations: Operations, crowded: Database, owner: asyncpg.Connection
) -> None:
    """Settlements, disputes and fundings of one contract, none of which is a deadlock's victim."""
    deal = await a_deal(operations, *["10"] * 10)
    for number in range(8):
        await deal.brought_to("submitted" if number < 4 else "funded", number)
    dead = "select deadlocks from pg_stat_database where datname = current_database()"
    before = await owner.fetchval(dead)
    beside = deal.beside(crowded)
    found = await outcomes(
        *(beside.tried("Approve", deal.employer, n) for n in range(4)),
        *(beside.tried("Refund", deal.freelancer, n) for n in range(4, 6)),
        *(beside.raised(deal.freelancer, n) for n in range(6, 8)),
        beside.tried("Fund", deal.employer, 8),
        beside.tried("Cancel", deal.employer, 9),
    )
    assert found == {"granted": 10}
    await owner.execute("select pg_stat_clear_snapshot()")
    assert await owner.fetchval(dead) == before
    expected = ["released"] * 4 + ["refunded"] * 2 + ["disputed"] * 2 + ["funded", "cancelled"]
    assert await states(owner) == expected
    assert await deal.money(owner) == {"employer": 930, "escrow": 30, "freelancer": 40}
    await invariants.hold(owner)
