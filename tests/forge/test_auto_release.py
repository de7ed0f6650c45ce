"""What happens while nobody does anything: silence pays, and disputes become pressing."""

from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest

from domains.forge import jobs
from domains.forge.service.choices import choices
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.jobs import Work
from domains.kernel.node import decode_id
from domains.kernel.viewer import SYSTEM
from tests.makers import a_wallet
from tests.money import invariants
from tests.operations import Operations
from tests.worker import work_off

from .deals import Deal, a_deal, everything, row, states

FROZEN = "update mint.wallets set status = $1 where user_id = $2"
TOLD = "select topic from kernel.outbox where topic like 'forge.%' order by position desc"


async def look(database: Database, *finds: Work) -> None:
    """Do what the clock would have done by now."""
    for find in finds:
        async with database.session(SYSTEM) as session:
            await find(session)
    await work_off(database)


@pytest.fixture
async def deal(operations: Operations) -> Deal:
    """A milestone of 100 that is handed in, and one that is not funded; the fee is 5 %."""
    deal = await a_deal(operations, "100", "50", fee_bps=500)
    await deal.brought_to("submitted")
    return deal


async def test_silence_counts_as_approval_when_its_time_is_over(
    deal: Deal, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    clock.move(choices.auto_release - timedelta(minutes=1))
    before = await everything(owner)
    await look(database, jobs.find_silent)
    assert await states(owner) == ["submitted", "pending"]
    assert await deal.money(owner) == {"employer": 900, "escrow": 100}
    clock.move(timedelta(minutes=2))
    await look(database, jobs.find_silent)
    assert await states(owner) == ["released", "pending"]
    assert await deal.money(owner) == {"employer": 900, "freelancer": 95, "platform": 5}
    assert await everything(owner) != before
    await invariants.hold(owner)
    done = await everything(owner)
    await look(database, jobs.find_silent, jobs.find_unpaid)
    assert await everything(owner) == done


async def test_it_is_written_down_that_nobody_approved(
    deal: Deal, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    clock.move(choices.auto_release)
    await look(database, jobs.find_silent)
    query = "select user_id, actor_id from auth.audit_logs where action = 'milestone.released'"
    assert await row(owner, query) == (deal.employer.user_id, None)


@pytest.mark.parametrize("act", ["RequestChanges", "Approve", "Refund", "Raise"])
async def test_whoever_speaks_stops_the_clock(
    deal: Deal, database: Database, owner: asyncpg.Connection, clock: MovedClock, act: str
) -> None:
    if act == "Raise":
        await deal.dispute(deal.employer)
    else:
        by = deal.freelancer if act == "Refund" else deal.employer
        await deal.does(act, by)
    before = await deal.money(owner), await states(owner)
    clock.move(choices.auto_release * 2)
    await look(database, jobs.find_silent, jobs.find_unpaid)
    assert (await deal.money(owner), await states(owner)) == before


async def test_work_that_is_handed_in_again_has_a_new_time(
    deal: Deal, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    await deal.does("RequestChanges", deal.employer)
    clock.move(choices.auto_release)
    await deal.does("Submit", deal.freelancer)
    clock.move(choices.auto_release - timedelta(minutes=1))
    await look(database, jobs.find_silent)
    assert await states(owner) == ["submitted", "pending"]
    clock.move(timedelta(minutes=2))
    await look(database, jobs.find_silent)
    assert await states(owner) == ["released", "pending"]


async def test_who_cannot_be_paid_holds_up_nobody_and_is_paid_later(
    operations: Operations, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stuck, other = [await a_deal(operations, "100", "50") for _ in range(2)]
    for each in (stuck, other):
        await a_wallet(database, each.worker)
        await each.brought_to("submitted")
    await owner.execute(FROZEN, "FROZEN", stuck.worker.id)
    clock.move(choices.auto_release)
    await look(database, jobs.find_silent)
    assert sorted((await states(owner))[:2]) == ["approved", "released"]
    assert (await other.money(owner))["freelancer"] == 100
    await look(database, jobs.find_unpaid)
    assert sorted((await states(owner))[:2]) == ["approved", "released"]
    await invariants.hold(owner)
    await owner.execute(FROZEN, "ACTIVE", stuck.worker.id)
    await look(database, jobs.find_unpaid)
    assert (await states(owner))[:2] == ["released", "released"]
    assert (await stuck.money(owner))["freelancer"] == 100
    await invariants.hold(owner)


async def test_what_is_not_due_is_not_paid_even_if_a_task_says_so(
    deal: Deal, database: Database, owner: asyncpg.Connection
) -> None:
    before = await everything(owner)
    _, id = decode_id(deal.ids[0])
    await jobs.release_milestone(database, {"milestone_id": str(id)})
    await jobs.release_milestone(database, {"milestone_id": str(deal.client.id)})
    await jobs.escalate_dispute(database, {"dispute_id": str(id)})
    assert await everything(owner) == before


async def test_a_dispute_becomes_pressing_and_nothing_else_changes(
    deal: Deal, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    id = await deal.dispute(deal.freelancer)
    clock.move(choices.escalate_after - timedelta(minutes=1))
    await look(database, jobs.find_pressing)
    await jobs.escalate_dispute(database, {"dispute_id": str(decode_id(id)[1])})
    status = "select status::text, escalated_at is not null from forge.disputes"
    assert await row(owner, status) == ("open", False)
    clock.move(timedelta(minutes=2))
    await look(database, jobs.find_pressing)
    assert await row(owner, status) == ("escalated", True)
    assert await states(owner) == ["disputed", "pending"]
    assert await deal.money(owner) == {"employer": 900, "escrow": 100}
    assert await owner.fetchval(TOLD) == "forge.dispute.escalated"
    await invariants.hold(owner)
    before = await everything(owner)
    await look(database, jobs.find_pressing)
    assert await everything(owner) == before
    assert (await deal.withdrawn(deal.freelancer, id))["dispute"]["status"] == "WITHDRAWN"


async def test_a_pressing_dispute_is_decided_as_any_other(
    deal: Deal, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    id = await deal.dispute(deal.freelancer)
    clock.move(choices.escalate_after)
    await look(database, jobs.find_pressing)
    clock.move(-choices.escalate_after)
    assert (await deal.resolved(id, "RELEASE"))["dispute"]["status"] == "RESOLVED"
    assert await deal.money(owner) == {
        "employer": 900,
        "freelancer": Decimal(95),
        "platform": Decimal(5),
    }
    await invariants.hold(owner)
