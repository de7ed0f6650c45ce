"""Employers and freelancers are told what becomes of milestones, their money and disputes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.forge.jobs import find_pressing
from domains.kernel.clock import MovedClock
from domains.kernel.viewer import SYSTEM
from tests.forge.deals import REASON, Deal, a_deal
from tests.notifications.news import News, Told, told
from tests.operations import Operations
from tests.worker import work_off

FREELANCER, EMPLOYER, ADMIN = "freelancer", "employer", "admin"
PART = "“The first chapter” of “Translate a book”"

RENAMED = (
    "update auth.users set name = 'Mensah' where role = 'employer'",
    "update auth.users set name = 'Secret Surname' where role = 'student'",
    "update forge.skill_profiles set name = 'Ada'",
    "update forge.jobs set title = 'Translate a book'",
    "update forge.milestones set description = E'The first\nchapter'",
)
FORGOTTEN = ("delete from kernel.outbox", "delete from notifications.notifications")


@pytest.fixture
async def deal(operations: Operations, owner: asyncpg.Connection) -> Deal:
    """Over 100.5 AZR, of which the platform takes 2 %."""
    deal = await a_deal(operations, "100.5", fee_bps=200)
    for statement in RENAMED:
        await owner.execute(statement)
    return deal


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does with a milestone in some state, and what the two hear of it."""

    state: str
    act: Callable[[Deal, str], Awaitable[Any]]
    news: dict[str, Told]


def decision(words: str) -> dict[str, Told]:
    """The same for both."""
    news = ("info", "Your dispute was decided", f"{words} The admin says: “So be it.”")
    return {FREELANCER: news, EMPLOYER: news}


STEPS = {
    "funded": Step(
        "pending",
        lambda deal, _: deal.does("Fund", deal.employer),
        {FREELANCER: ("success", "Work can begin", f"100.5 AZR for {PART} are in escrow.")},
    ),
    "changes requested": Step(
        "submitted",
        lambda deal, _: deal.does("RequestChanges", deal.employer),
        {FREELANCER: ("info", "Changes are wanted", f"Mensah wants changes to {PART}.")},
    ),
    "refunded": Step(
        "funded",
        lambda deal, _: deal.does("Refund", deal.freelancer),
        {
            EMPLOYER: ("info", "You were paid back", f"100.5 AZR for {PART} are yours again."),
            FREELANCER: ("info", "A milestone was paid back", f"100.5 AZR for {PART} went back."),
        },
    ),
    "disputed by the employer": Step(
        "submitted",
        lambda deal, _: deal.raised(deal.employer),
        {
            FREELANCER: (
                "warning",
                "A dispute was raised",
                f"Mensah is not content with {PART}. Its money stays until that is settled.",
            )
        },
    ),
    "disputed by the freelancer": Step(
        "submitted",
        lambda deal, _: deal.raised(deal.freelancer),
        {
            EMPLOYER: (
                "warning",
                "A dispute was raised",
                f"Ada is not content with {PART}. Its money stays until that is settled.",
            )
        },
    ),
    "withdrawn": Step(
        "disputed",
        lambda deal, dispute: deal.withdrawn(deal.employer, dispute),
        {
            FREELANCER: (
                "info",
                "A dispute was withdrawn",
                f"Mensah took the dispute about {PART} back.",
            )
        },
    ),
    "sent back to work": Step(
        "disputed",
        lambda deal, dispute: deal.resolved(dispute, "REWORK"),
        decision(f"The work on {PART} goes on."),
    ),
}


async def forget(owner: asyncpg.Connection) -> None:
    for statement in FORGOTTEN:
        await owner.execute(statement)


async def hears(deal: Deal, owner: asyncpg.Connection) -> News:
    """What everybody hears, but for that all of the contract is settled."""
    people = {who: viewer.user_id for who, viewer in deal.people.items()}
    news = await told(deal.operations.database, owner, people)
    return {
        who: [each for each in heard if each[1] != "Contract completed"]
        for who, heard in news.items()
    }


@pytest.mark.parametrize("name", STEPS)
async def test_each_side_hears_what_the_other_or_an_admin_did(
    deal: Deal, owner: asyncpg.Connection, name: str
) -> None:
    step = STEPS[name]
    dispute = await deal.brought_to(step.state)
    await forget(owner)

    payload = await step.act(deal, dispute or "")

    assert payload.get("userErrors", []) == []
    assert await hears(deal, owner) == {who: [each] for who, each in step.news.items()}


async def test_the_employer_hears_by_when_silence_counts(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    await deal.brought_to("funded")
    await forget(owner)
    await deal.does("Submit", deal.freelancer)

    until = await owner.fetchval("select auto_release_at from forge.milestones")
    message = (
        f"Ada has handed in {PART}. "
        f"Without a word of yours it is paid for on {until:%Y-%m-%d %H:%M} UTC."
    )
    assert await hears(deal, owner) == {EMPLOYER: [("info", "Work was handed in", message)]}


async def test_the_freelancer_hears_what_they_got_and_the_employer_what_they_paid(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    await deal.brought_to("submitted")
    await forget(owner)
    await deal.does("Approve", deal.employer)

    assert await hears(deal, owner) == {
        FREELANCER: [("success", "You were paid 98.49 AZR", f"{PART} is paid for.")],
        EMPLOYER: [("info", "A milestone was paid for", f"100.5 AZR for {PART} left escrow.")],
    }


@pytest.mark.parametrize(
    ("outcome", "bps", "paid", "refunded"),
    [
        ("SPLIT", 5000, "49.245", "50.25"),
        ("RELEASE", None, "98.49", "0"),
        ("REFUND", None, "0", "100.5"),
    ],
)
async def test_both_hear_how_a_dispute_was_decided_to_the_last_digit(
    deal: Deal,
    owner: asyncpg.Connection,
    outcome: str,
    bps: int | None,
    paid: str,
    refunded: str,
) -> None:
    dispute = await deal.brought_to("disputed")
    await forget(owner)
    more = {} if bps is None else {"awardBps": bps}
    assert (await deal.resolved(dispute or "", outcome, **more))["userErrors"] == []

    words = f"Of {PART} the freelancer gets {paid} AZR and the employer {refunded} AZR."
    assert await hears(deal, owner) == {who: [each] for who, each in decision(words).items()}


async def test_admins_hear_of_a_dispute_that_has_been_open_for_too_long(
    deal: Deal, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    await deal.brought_to("disputed")
    await work_off(deal.operations.database)
    await forget(owner)
    clock.move(timedelta(days=8))
    async with deal.operations.database.session(SYSTEM) as session:
        await find_pressing(session)
    await work_off(deal.operations.database)

    pressing = (
        "info",
        "Your dispute is pressing",
        f"An admin will decide the dispute about {PART}.",
    )
    due = f"The dispute about {PART} has been open for too long."
    assert await hears(deal, owner) == {
        FREELANCER: [pressing],
        EMPLOYER: [pressing],
        ADMIN: [("warning", "A dispute has to be decided", due)],
    }


async def test_nobody_is_told_the_words_of_a_dispute_or_the_account_behind_a_freelancer(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    await deal.brought_to("resolved")
    news = await hears(deal, owner)
    words = " ".join(message for all in news.values() for _, _, message in all)
    assert "Secret Surname" not in words
    assert REASON not in words
