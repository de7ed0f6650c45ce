"""Disputes: who raises, takes back and decides them, and what becomes of the money then."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.forge.service.choices import choices
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import Role, Viewer
from tests.auth.sessions import a_session
from tests.makers import a_user, viewer
from tests.money import invariants
from tests.operations import Operations

from .deals import Deal, a_deal, everything, refusals, states

TOLD = "select topic from kernel.outbox where topic like 'forge.dispute.%' order by position"
LEGS = """
select type::text, amount from mint.transactions join mint.postings on postings.id = posting_id
where idempotency_key like 'forge:%:settle' order by transactions.id
"""
DUE = "select auto_release_at from forge.milestones where position = 1"


@pytest.fixture
async def deal(operations: Operations) -> Deal:
    """A milestone of 100 that is handed in, beside one of 50 that is funded; the fee is 10 %."""
    deal = await a_deal(operations, "100", "50", fee_bps=1000)
    await deal.brought_to("submitted", 0)
    await deal.brought_to("funded", 1)
    return deal


async def dispute_of(owner: asyncpg.Connection) -> dict[str, Any]:
    [found] = await owner.fetch("select * from forge.disputes")
    return dict(found)


@pytest.mark.parametrize("who", ["employer", "freelancer"])
async def test_either_of_the_two_stops_everything(
    deal: Deal, owner: asyncpg.Connection, who: str
) -> None:
    payload = await deal.raised(deal.people[who])
    assert payload["dispute"]["status"] == "OPEN"
    assert payload["dispute"]["milestone"]["status"] == "DISPUTED"
    raised = await dispute_of(owner)
    assert raised["raised_by_id"] == deal.people[who].user_id
    assert await owner.fetchval("select status::text from forge.contracts") == "disputed"
    assert await states(owner) == ["disputed", "funded"]
    assert [row[0] for row in await owner.fetch(TOLD)] == ["forge.dispute.raised"]
    [audited] = await owner.fetch(
        "select actor_id, resource from auth.audit_logs where action = 'dispute.raised'"
    )
    assert tuple(audited) == (deal.people[who].user_id, f"milestone:{raised['milestone_id']}")
    await invariants.hold(owner)


async def test_work_on_other_milestones_goes_on(deal: Deal, owner: asyncpg.Connection) -> None:
    await deal.dispute(deal.freelancer)
    await deal.does("Submit", deal.freelancer, 1)
    milestone = await deal.does("Approve", deal.employer, 1)
    assert milestone["contract"] == {"status": "DISPUTED"}
    assert await deal.money(owner) == {
        "employer": 850,
        "escrow": 100,
        "freelancer": 45,
        "platform": 5,
    }
    await invariants.hold(owner)


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("x" * 19, "WordingInvalid"),
        (" " * 30 + "x" * 19, "WordingInvalid"),
        ("x" * 2001, "WordingInvalid"),
        ("x" * 25 + "\u202e", "WordingInvalid"),
    ],
)
async def test_a_reason_is_told_in_not_too_many_words(
    deal: Deal, owner: asyncpg.Connection, reason: str, refusal: str
) -> None:
    before = await everything(owner)
    refused = await deal.raised(deal.employer, reason=reason)
    assert refusals(refused) == [refusal]
    assert refused["userErrors"][0]["path"] == ["input", "reason"]
    assert await everything(owner) == before


@pytest.mark.parametrize("length", [20, 2000])
async def test_reasons_of_these_lengths_are_kept(
    deal: Deal, owner: asyncpg.Connection, length: int
) -> None:
    reason = "x" * length
    assert refusals(await deal.raised(deal.employer, reason=f"  {reason}\n")) == []
    assert (await dispute_of(owner))["reason"] == reason


async def test_the_same_request_again_is_the_same_dispute(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    first = await deal.raised(deal.employer, idempotencyKey="k")
    before = await everything(owner)
    assert await deal.raised(deal.employer, idempotencyKey="k") == first
    other = await deal.raised(deal.employer, idempotencyKey="k", reason="Something else is wrong.")
    assert refusals(other) == ["IdempotencyConflict"]
    assert await everything(owner) == before


@pytest.mark.parametrize("before", ["funded", "submitted", "changes_requested"])
async def test_a_dispute_that_is_taken_back_leaves_all_as_it_was(
    operations: Operations, owner: asyncpg.Connection, before: str
) -> None:
    deal = await a_deal(operations)
    await deal.brought_to(before)
    id = await deal.dispute(deal.freelancer)
    payload = await deal.withdrawn(deal.freelancer, id)
    assert payload["dispute"]["status"] == "WITHDRAWN"
    assert payload["dispute"]["milestone"]["status"] == before.upper()
    assert await states(owner) == [before]
    assert await owner.fetchval("select status::text from forge.contracts") == "active"
    assert await deal.money(owner) == {"employer": 900, "escrow": 100}
    assert [row[0] for row in await owner.fetch(TOLD)][-1] == "forge.dispute.withdrawn"
    assert refusals(await deal.withdrawn(deal.freelancer, id)) == ["DisputeNotOpen"]
    await invariants.hold(owner)


async def test_who_took_a_dispute_back_has_the_next_one_decided_at_once(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    await deal.withdrawn(deal.employer, await deal.dispute(deal.employer))
    status = "select status::text from forge.disputes order by id desc limit 1"
    id = await deal.dispute(deal.freelancer)
    assert await owner.fetchval(status) == "open"
    await deal.withdrawn(deal.freelancer, id)
    await deal.dispute(deal.employer)
    assert await owner.fetchval(status) == "escalated"
    told = [row[0] for row in await owner.fetch(TOLD)]
    assert told[-2:] == ["forge.dispute.raised", "forge.dispute.escalated"]


async def test_a_dispute_stops_the_employers_time(
    deal: Deal, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    due = await owner.fetchval(DUE)
    clock.move(choices.auto_release - timedelta(days=1))
    id = await deal.dispute(deal.employer)
    clock.move(timedelta(days=30))
    await deal.withdrawn(deal.employer, id)
    left = await owner.fetchval(DUE) - now()
    assert timedelta(hours=23, minutes=59) < left < timedelta(hours=24, minutes=1)
    assert await owner.fetchval(DUE) - due >= timedelta(days=30)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("employer", "NotTheComplainant"),
        ("admin", "NotTheComplainant"),
        ("stranger", "DisputeNotFound"),
    ],
)
async def test_only_who_raised_it_takes_it_back(
    deal: Deal, owner: asyncpg.Connection, who: str, refusal: str
) -> None:
    id = await deal.dispute(deal.freelancer)
    before = await everything(owner)
    assert refusals(await deal.withdrawn(deal.people[who], id)) == [refusal]
    assert await everything(owner) == before


@pytest.mark.parametrize(
    ("outcome", "award", "moved"),
    [
        ("RELEASE", None, [("escrow_release", "90"), ("fee", "10")]),
        ("REFUND", None, [("escrow_refund", "100")]),
        (
            "SPLIT",
            2500,
            [("escrow_release", "22.5"), ("fee", "2.5"), ("escrow_refund", "75")],
        ),
        ("SPLIT", 0, [("escrow_refund", "100")]),
        ("SPLIT", 10_000, [("escrow_release", "90"), ("fee", "10")]),
        (
            "SPLIT",
            1,
            [("escrow_release", "0.009"), ("fee", "0.001"), ("escrow_refund", "99.99")],
        ),
    ],
)
async def test_a_decision_divides_the_money(
    deal: Deal,
    owner: asyncpg.Connection,
    outcome: str,
    award: int | None,
    moved: list[tuple[str, str]],
) -> None:
    id = await deal.dispute(deal.freelancer)
    more = {} if award is None else {"awardBps": award}
    decided = (await deal.resolved(id, outcome, **more))["dispute"]
    parts = {type: Decimal(part) for type, part in moved}
    released = parts.get("escrow_release", Decimal(0)) + parts.get("fee", Decimal(0))
    assert decided["status"] == "RESOLVED"
    assert decided["outcome"] == outcome
    assert decided["awardBps"] == {"RELEASE": 10_000, "REFUND": 0}.get(outcome, award)
    assert decided["milestone"]["status"] == "RESOLVED"
    assert Decimal(decided["milestone"]["released"]["amount"]) == released
    assert Decimal(decided["milestone"]["refunded"]["amount"]) == 100 - released
    assert [tuple(row) for row in await owner.fetch(LEGS)] == [*parts.items()]
    assert (await deal.money(owner))["escrow"] == 50
    assert await states(owner) == ["resolved", "funded"]
    assert await owner.fetchval("select status::text from forge.contracts") == "active"
    await invariants.hold(owner)


@pytest.mark.parametrize(
    ("amount", "award", "moved"),
    [
        ("0.00000001", 3333, [("escrow_refund", "0.00000001")]),
        ("0.00000001", 9999, [("escrow_refund", "0.00000001")]),
        (
            "0.00000004",
            5000,
            [("escrow_release", "0.00000002"), ("escrow_refund", "0.00000002")],
        ),
        (
            "0.00000007",
            9000,
            [
                ("escrow_release", "0.00000005"),
                ("fee", "0.00000001"),
                ("escrow_refund", "0.00000001"),
            ],
        ),
    ],
)
async def test_the_smallest_amounts_are_divided_to_the_last_digit(
    operations: Operations,
    owner: asyncpg.Connection,
    amount: str,
    award: int,
    moved: list[tuple[str, str]],
) -> None:
    deal = await a_deal(operations, amount, fee_bps=2000)
    await deal.brought_to("funded")
    id = await deal.dispute(deal.employer)
    assert refusals(await deal.resolved(id, "SPLIT", awardBps=award)) == []
    found = [tuple(row) for row in await owner.fetch(LEGS)]
    assert found == [(type, Decimal(part)) for type, part in moved]
    assert await owner.fetchval("select status::text from forge.contracts") == "completed"
    await invariants.hold(owner)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("funded", "funded"),
        ("submitted", "changes_requested"),
        ("changes_requested", "changes_requested"),
    ],
)
async def test_rework_moves_no_money_and_gives_the_work_back(
    operations: Operations, owner: asyncpg.Connection, before: str, after: str
) -> None:
    deal = await a_deal(operations)
    await deal.brought_to(before)
    id = await deal.dispute(deal.employer)
    decided = (await deal.resolved(id, "REWORK"))["dispute"]
    assert (decided["status"], decided["outcome"]) == ("RESOLVED", "REWORK")
    assert decided["awardBps"] is None
    assert decided["milestone"]["status"] == after.upper()
    assert decided["milestone"]["autoReleaseAt"] is None
    assert await deal.money(owner) == {"employer": 900, "escrow": 100}
    await invariants.hold(owner)
    await deal.does("Submit", deal.freelancer)
    await deal.does("Approve", deal.employer)
    assert await deal.money(owner) == {"employer": 900, "freelancer": 100}
    await invariants.hold(owner)


@pytest.mark.parametrize(
    ("outcome", "award"),
    [
        ("SPLIT", None),
        ("SPLIT", -1),
        ("SPLIT", 10_001),
        ("RELEASE", 10_000),
        ("REFUND", 0),
        ("REWORK", 0),
    ],
)
async def test_a_split_alone_says_what_part_is_whose(
    deal: Deal, owner: asyncpg.Connection, outcome: str, award: int | None
) -> None:
    id = await deal.dispute(deal.employer)
    before = await everything(owner)
    refused = await deal.resolved(id, outcome, awardBps=award)
    assert refusals(refused) == ["AwardInvalid"]
    assert refused["userErrors"][0]["path"] == ["input", "awardBps"]
    assert await everything(owner) == before


@pytest.mark.parametrize("resolution", ["", "  no ", "x" * 2001])
async def test_a_decision_is_explained(
    deal: Deal, owner: asyncpg.Connection, resolution: str
) -> None:
    id = await deal.dispute(deal.employer)
    before = await everything(owner)
    refused = await deal.resolved(id, "REFUND", resolution=resolution)
    assert refusals(refused) == ["WordingInvalid"]
    assert await everything(owner) == before


async def test_a_dispute_is_decided_once(deal: Deal, owner: asyncpg.Connection) -> None:
    id = await deal.dispute(deal.employer)
    first = await deal.resolved(id, "REFUND", idempotencyKey="k")
    before = await everything(owner)
    assert await deal.resolved(id, "REFUND", idempotencyKey="k") == first
    assert refusals(await deal.resolved(id, "RELEASE", idempotencyKey="k")) == [
        "IdempotencyConflict"
    ]
    for outcome in ("REFUND", "RELEASE", "REWORK"):
        assert refusals(await deal.resolved(id, outcome)) == ["DisputeNotOpen"]
    assert refusals(await deal.withdrawn(deal.employer, id)) == ["DisputeNotOpen"]
    assert await everything(owner) == before


async def test_a_dispute_that_was_taken_back_is_decided_by_nobody(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    id = await deal.dispute(deal.employer)
    await deal.withdrawn(deal.employer, id)
    before = await everything(owner)
    assert refusals(await deal.resolved(id, "RELEASE")) == ["DisputeNotOpen"]
    assert await everything(owner) == before


@pytest.mark.parametrize("who", ["employer", "freelancer", "stranger"])
async def test_nobody_but_an_admin_decides(deal: Deal, owner: asyncpg.Connection, who: str) -> None:
    id = await deal.dispute(deal.employer)
    before = await everything(owner)
    assert refusals(await deal.resolved(id, "RELEASE", by=deal.people[who])) == ["FORBIDDEN"]
    assert await everything(owner) == before


async def test_an_admin_proves_first_who_they_are(
    database: Database, deal: Deal, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    id = await deal.dispute(deal.employer)
    unproven = viewer(await a_user(database, UserRole.ADMIN))
    _, proven, _ = await a_session(database, await a_user(database, UserRole.ADMIN))
    clock.move(timedelta(minutes=11))
    before = await everything(owner)
    for admin in (unproven, proven):
        assert refusals(await deal.resolved(id, "RELEASE", by=admin)) == ["STEP_UP_REQUIRED"]
    assert await everything(owner) == before


@pytest.mark.parametrize("side", ["client", "worker"])
async def test_no_admin_decides_a_dispute_of_their_own(
    database: Database, deal: Deal, owner: asyncpg.Connection, side: str
) -> None:
    id = await deal.dispute(deal.employer)
    _, party, _ = await a_session(database, getattr(deal, side))
    promoted = Viewer(party.user_id, Role.ADMIN, party.session_id)
    before = await everything(owner)
    assert refusals(await deal.resolved(id, "RELEASE", by=promoted)) == ["NotImpartial"]
    assert await everything(owner) == before


async def test_a_dispute_that_is_not_there_is_not_found(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    before, id = await everything(owner), encode_id("Dispute", uuid4())
    assert refusals(await deal.resolved(id, "REFUND")) == ["DisputeNotFound"]
    assert refusals(await deal.withdrawn(deal.employer, id)) == ["DisputeNotFound"]
    assert await everything(owner) == before


async def test_nothing_is_decided_that_cannot_be_paid(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    id = await deal.dispute(deal.employer)
    await owner.execute(
        "update mint.wallets set status = 'FROZEN' where user_id = $1", deal.client.id
    )
    before = await everything(owner)
    assert refusals(await deal.resolved(id, "SPLIT", awardBps=1)) == ["WalletNotActive"]
    assert await everything(owner) == before
    assert refusals(await deal.resolved(id, "RELEASE")) == []


async def test_who_decided_is_written_down(deal: Deal, owner: asyncpg.Connection) -> None:
    id = await deal.dispute(deal.employer)
    await deal.resolved(id, "REFUND")
    decided = await dispute_of(owner)
    assert decided["resolved_by_id"] == deal.admin.user_id
    assert decided["resolution"] == "So be it."
    [audited] = await owner.fetch(
        "select actor_id, details::text from auth.audit_logs where action = 'dispute.resolved'"
    )
    assert audited["actor_id"] == deal.admin.user_id
    assert json.loads(audited["details"])["amount"] == "100.00000000"
    assert [row[0] for row in await owner.fetch(TOLD)][-1] == "forge.dispute.resolved"
