"""Who may do what with a milestone in which state, and what moves with it: all there is to try."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.forge.models import MilestoneStatus
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_wallet
from tests.money import invariants
from tests.operations import Operations

from .deals import Deal, a_deal, everything, refusals, states

FEE_BPS = 250
AMOUNT, SIBLING = Decimal("100.00000039"), Decimal(50)
FEE = Decimal("2.50000000")

TURNS = {
    "Fund": "employer",
    "Cancel": "employer",
    "Submit": "freelancer",
    "RequestChanges": "employer",
    "Approve": "employer",
    "Refund": "freelancer",
    "Raise": "either",
}
"""Whose turn each act is."""

WORKED_ON = ("funded", "submitted", "changes_requested")
MOVES = {
    "Fund": {"pending": "funded"},
    "Cancel": {"pending": "cancelled"},
    "Submit": {"funded": "submitted", "changes_requested": "submitted"},
    "RequestChanges": {"submitted": "changes_requested"},
    "Approve": {"submitted": "released"},
    "Refund": dict.fromkeys(WORKED_ON, "refunded"),
    "Raise": dict.fromkeys(WORKED_ON, "disputed"),
}
"""Where each act leads from where; from all other states it is refused."""

PEOPLE = ("employer", "freelancer", "admin", "stranger")
LEFT = Decimal(1000) - SIBLING
HELD = {"employer": LEFT - AMOUNT, "escrow": SIBLING + AMOUNT}
MONEY = {
    "cancelled": {"employer": LEFT, "escrow": SIBLING},
    "refunded": {"employer": LEFT, "escrow": SIBLING},
    "released": {
        "employer": LEFT - AMOUNT,
        "escrow": SIBLING,
        "freelancer": AMOUNT - FEE,
        "platform": FEE,
    },
}
"""Who holds what when the milestone stands there, and the one beside it is funded."""

GRANTED = [
    (before, act, who)
    for act, ways in MOVES.items()
    for before in ways
    for who in PEOPLE[:2]
    if TURNS[act] in {who, "either"}
]


async def a_deal_in(
    operations: Operations, database: Database, owner: asyncpg.Connection, state: str
) -> Deal:
    """A milestone in a state, beside one that is funded."""
    deal = await a_deal(operations, str(AMOUNT), str(SIBLING), fee_bps=FEE_BPS)
    await a_wallet(database, deal.worker)
    await deal.does("Fund", deal.employer, 1)
    if state == "approved":
        await deal.brought_to("submitted")
        await freeze(owner, deal)
        await deal.does("Approve", deal.employer)
    else:
        await deal.brought_to(state)
    assert (await states(owner))[0] == state
    return deal


async def freeze(owner: asyncpg.Connection, deal: Deal, status: str = "FROZEN") -> None:
    """Have the freelancer's wallet take nothing, or take money again."""
    await owner.execute(
        f"update mint.wallets set status = '{status}' where user_id = $1", deal.freelancer.user_id
    )


async def tries(deal: Deal, act: str, who: str) -> dict[str, Any]:
    by = deal.people[who]
    return await (deal.raised(by) if act == "Raise" else deal.tried(act, by))


def expected_refusal(state: str, act: str, who: str) -> str | None:
    """Why somebody's act is refused; None if it is not."""
    turn = TURNS[act]
    if who == "stranger":
        return "MilestoneNotFound"
    if turn == "either" and who == "admin":
        return "NotTheEmployer"
    if turn not in {who, "either"}:
        return "NotTheEmployer" if turn == "employer" else "NotTheFreelancer"
    return None if state in MOVES[act] else "MilestoneNotInState"


@pytest.mark.parametrize("state", [*MilestoneStatus])
async def test_all_that_is_not_allowed_is_refused_and_changes_nothing(
    operations: Operations, database: Database, owner: asyncpg.Connection, state: str
) -> None:
    deal = await a_deal_in(operations, database, owner, state)
    before = await everything(owner)
    for act in TURNS:
        for who in PEOPLE:
            refusal = expected_refusal(state, act, who)
            if refusal is None:
                continue
            payload = await tries(deal, act, who)
            assert refusals(payload) == [refusal], (act, who)
            [error] = payload["userErrors"]
            assert error["path"] == ["input", "milestoneId"]
            if refusal == "MilestoneNotInState":
                assert error["status"] == state.upper()
                assert error["expected"] == [known.upper() for known in MOVES[act]]
    assert await everything(owner) == before
    await invariants.hold(owner)


@pytest.mark.parametrize(("before", "act", "who"), GRANTED)
async def test_all_that_is_allowed_moves_the_milestone_and_its_money(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    before: str,
    act: str,
    who: str,
) -> None:
    deal = await a_deal_in(operations, database, owner, before)
    payload = await tries(deal, act, who)
    assert refusals(payload) == []
    after = MOVES[act][before]
    assert await states(owner) == [after, "funded"]
    assert await deal.money(owner) == MONEY.get(after, HELD)
    await invariants.hold(owner)


async def test_nobody_who_is_not_signed_in_does_anything(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    deal = await a_deal_in(operations, database, owner, "submitted")
    before = await everything(owner)
    for act in TURNS:
        payload = await (deal.raised(ANONYMOUS) if act == "Raise" else deal.tried(act, ANONYMOUS))
        assert refusals(payload) == ["UNAUTHENTICATED"]
    assert await everything(owner) == before
