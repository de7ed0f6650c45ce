"""Giving a job to one of those who want it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domains.forge.models import Application, ApplicationStatus, Job, JobStatus
from domains.forge.public import choices
from domains.kernel.clock import now
from domains.kernel.node import decode_id, encode_id
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_user
from tests.waiting import waiting

from .makers import a_job, an_application
from .market import Market, global_id, key, records, told, verdict

APPLICATION_ID = ["input", "applicationId"]
MILESTONES = ["input", "milestones"]


@pytest.fixture
async def job(market: Market) -> Job:
    """An open job of the employer, worth 500 ether."""
    return await a_job(market.database, market.users[market.employer], currency=Currency.ETH)


@pytest.fixture
async def offer(market: Market, job: Job) -> Application:
    """Ada would do it for 450.00000001."""
    bid = Decimal("450.00000001")
    return await an_application(market.database, job, market.users[market.ada], bid_amount=bid)


def a_choice(offer: Application, *amounts: str, **values: Any) -> dict[str, Any]:
    """The acceptance of an offer, in parts of these amounts or else in one."""
    parts = [
        {"description": f"Part {number}.", "amount": amount}
        for number, amount in enumerate(amounts or [str(offer.bid_amount)], 1)
    ]
    given = {"idempotencyKey": key(), "applicationId": global_id(offer), "milestones": parts}
    return given | values


@pytest.fixture
def fee() -> Iterator[None]:
    """The platform takes a tenth of a percent."""
    choices.fee_bps = 10
    yield
    choices.fee_bps = 0


async def test_an_offer_becomes_a_contract_in_parts(
    market: Market, job: Job, offer: Application, fee: None
) -> None:
    other = await an_application(market.database, job, market.users[market.bob])
    withdrawn = {"status": ApplicationStatus.WITHDRAWN}
    person = await a_user(market.database)
    await an_application(market.database, job, person, **withdrawn)
    due_at = (now() + timedelta(days=14)).replace(microsecond=0).isoformat()
    given = a_choice(offer, "450", "0.00000001")
    given["milestones"][0] |= {"description": " A draft.\r\nIn\tlines. ", "dueAt": due_at}

    contract = await market.do("applicationAccept", market.employer, **given)

    id = decode_id(contract.pop("id"))[1]
    assert contract == {
        "status": "ACTIVE",
        "amount": {"amount": "450.00000001", "currency": "ETH"},
        "job": {"id": global_id(job), "status": "IN_PROGRESS"},
        "application": {"status": "ACCEPTED"},
        "milestones": [
            {
                "position": 1,
                "description": "A draft.\nIn\tlines.",
                "status": "PENDING",
                "amount": {"amount": "450", "currency": "ETH"},
                "dueAt": due_at,
            },
            {
                "position": 2,
                "description": "Part 2.",
                "status": "PENDING",
                "amount": {"amount": "0.00000001", "currency": "ETH"},
                "dueAt": None,
            },
        ],
    }
    row = await market.owner.fetchrow("select * from forge.contracts")
    assert row is not None
    assert (row["id"], row["job_id"], row["application_id"]) == (id, job.id, offer.id)
    assert (row["employer_id"], row["freelancer_id"]) == (
        market.employer.user_id,
        market.ada.user_id,
    )
    assert (row["fee_bps"], row["escrow_wallet_id"], row["ended_at"]) == (10, None, None)
    assert await market.count("applications", "status = 'withdrawn'") == 1
    assert await told(market.owner, "forge.contract.started", "forge.application.rejected") == [
        ("forge.application.rejected", str(other.id)),
        ("forge.contract.started", str(id)),
    ]


async def test_fifty_parts_are_not_too_many(market: Market, job: Job) -> None:
    offer = await an_application(market.database, job, market.users[market.ada])
    contract = await market.do(
        "applicationAccept", market.employer, **a_choice(offer, *["10"] * 50)
    )
    assert [part["position"] for part in contract["milestones"]] == [*range(1, 51)]


@pytest.mark.parametrize("count", [0, 51])
async def test_work_has_one_part_to_fifty(market: Market, job: Job, count: int) -> None:
    offer = await an_application(market.database, job, market.users[market.ada])
    parts = [{"description": "Part.", "amount": "10"}] * count
    given = a_choice(offer, milestones=parts)
    found = await market.refused("applicationAccept", market.employer, **given)
    many = {"__typename": "MilestoneCountInvalid", "minimum": 1, "maximum": 50}
    assert found == [many | {"path": MILESTONES}]


@pytest.mark.parametrize(
    ("amounts", "given"),
    [
        (["450"], "450"),
        (["450.00000002"], "450.00000002"),
        (["450", "0.00000001", "0.00000001"], "450.00000002"),
    ],
)
async def test_the_parts_come_to_exactly_what_was_bid(
    market: Market, offer: Application, amounts: list[str], given: str
) -> None:
    choice = a_choice(offer, *amounts)
    found = await market.refused("applicationAccept", market.employer, **choice)
    assert found == [
        {
            "__typename": "MilestonesUnequal",
            "path": MILESTONES,
            "expected": {"amount": "450.00000001", "currency": "ETH"},
            "given": {"amount": given, "currency": "ETH"},
        }
    ]


@pytest.mark.parametrize(
    ("part", "place", "error"),
    [
        ({"amount": "0"}, "amount", {"__typename": "AmountInvalid"}),
        ({"amount": "-450"}, "amount", {"__typename": "AmountInvalid"}),
        (
            {"description": " . "},
            "description",
            {"__typename": "WordingInvalid", "minimum": 3, "maximum": 10_000},
        ),
        ({"dueAt": "2020-01-01T00:00:00Z"}, "dueAt", {"__typename": "MomentPassed"}),
    ],
)
async def test_a_part_that_cannot_be_is_refused_where_it_stands(
    market: Market, offer: Application, part: dict[str, str], place: str, error: dict[str, Any]
) -> None:
    choice = a_choice(offer, "450.00000001", "1")
    choice["milestones"][1] |= part
    found = await market.refused("applicationAccept", market.employer, **choice)
    assert found == [{"path": [*MILESTONES, "1", place]} | error]


async def test_only_the_employer_chooses(market: Market, offer: Application) -> None:
    async def found(as_: Any, **values: Any) -> list[Any]:
        return await market.refused("applicationAccept", as_, **a_choice(offer, **values))

    assert await found(ANONYMOUS) == ["UNAUTHENTICATED"]
    assert await found(market.posing_as(market.employer)) == ["FORBIDDEN"]
    for party in (market.ada, market.admin):
        assert await found(party) == [{"__typename": "NotTheEmployer", "path": APPLICATION_ID}]
    not_found = [{"__typename": "ApplicationNotFound", "path": APPLICATION_ID}]
    for stranger in (market.rival, market.bob, market.student):
        assert await found(stranger) == not_found
    missing = encode_id("JobApplication", uuid7())
    assert await found(market.employer, applicationId=missing) == not_found


@pytest.mark.parametrize("status", [ApplicationStatus.WITHDRAWN, ApplicationStatus.REJECTED])
async def test_what_was_decided_is_not_accepted(
    market: Market, job: Job, status: ApplicationStatus
) -> None:
    offer = await an_application(market.database, job, market.users[market.ada], status=status)
    found = await market.refused("applicationAccept", market.employer, **a_choice(offer))
    not_pending = {"__typename": "ApplicationNotPending", "path": APPLICATION_ID}
    assert found == [not_pending | {"offerStatus": status.name}]


@pytest.mark.parametrize("status", [each for each in JobStatus if each is not JobStatus.OPEN])
async def test_a_job_that_is_not_open_goes_to_nobody(market: Market, status: JobStatus) -> None:
    job = await a_job(market.database, market.users[market.employer], status=status)
    offer = await an_application(market.database, job, market.users[market.ada])
    found = await market.refused("applicationAccept", market.employer, **a_choice(offer))
    not_open = {"__typename": "JobNotOpen", "path": APPLICATION_ID, "jobStatus": status.name}
    assert found == [not_open]


@pytest.mark.parametrize(
    "gone",
    [
        "disabled_at = now(), disabled_reason = 'x'",
        "deletion_requested_at = now(), purge_at = now()",
        "deleted_at = now()",
    ],
)
async def test_a_job_goes_to_nobody_whose_account_is_closed(
    market: Market, offer: Application, gone: str
) -> None:
    ada = market.users[market.ada]
    await market.owner.execute(f"update auth.users set {gone} where id = $1", ada.id)
    found = await market.refused("applicationAccept", market.employer, **a_choice(offer))
    assert found == [{"__typename": "FreelancerUnavailable", "path": APPLICATION_ID}]


async def test_the_same_key_makes_one_contract(market: Market, offer: Application) -> None:
    given = a_choice(offer)
    first = await market.do("applicationAccept", market.employer, **given)
    after = await records(market.owner)
    assert await market.do("applicationAccept", market.employer, **given) == first
    assert await records(market.owner) == after
    given["milestones"][0]["description"] = "Another."
    [conflict] = await market.refused("applicationAccept", market.employer, **given)
    assert conflict["__typename"] == "IdempotencyConflict"
    again = a_choice(offer)
    [found] = await market.refused("applicationAccept", market.employer, **again)
    assert (found["__typename"], found["jobStatus"]) == ("JobNotOpen", "IN_PROGRESS")


async def test_of_thirty_acceptances_for_one_job_one_makes_a_contract(crowd: Market) -> None:
    job = await a_job(crowd.database, crowd.users[crowd.employer])
    people = [await a_user(crowd.database) for _ in range(30)]
    offers = [await an_application(crowd.database, job, person) for person in people]
    answers = await asyncio.gather(
        *(crowd.ask("applicationAccept", crowd.employer, **a_choice(offer)) for offer in offers)
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "JobNotOpen": 29}
    assert await crowd.count("contracts") == await crowd.count("milestones") == 1
    assert await crowd.count("applications", "status = 'accepted'") == 1
    assert await crowd.count("applications", "status = 'rejected'") == 29
    assert len(await told(crowd.owner, "forge.application.rejected")) == 29


async def test_one_key_thirty_times_at_once_makes_one_contract(crowd: Market) -> None:
    job = await a_job(crowd.database, crowd.users[crowd.employer])
    offer = await an_application(crowd.database, job, crowd.users[crowd.ada])
    given = a_choice(offer)
    contracts = await asyncio.gather(
        *(crowd.do("applicationAccept", crowd.employer, **given) for _ in range(30))
    )
    assert all(contract == contracts[0] for contract in contracts)
    assert await crowd.count("contracts") == 1


async def test_an_offer_made_anew_meanwhile_is_not_accepted_at_its_old_price(crowd: Market) -> None:
    job = await a_job(crowd.database, crowd.users[crowd.employer])
    offer = await an_application(crowd.database, job, crowd.users[crowd.ada])
    async with crowd.owner.transaction():
        await crowd.owner.execute("select from forge.jobs where id = $1 for update", job.id)
        choice = crowd.ask("applicationAccept", crowd.employer, **a_choice(offer))
        accepting = asyncio.create_task(choice)
        assert await waiting(crowd.owner, 1)
        dearer = "update forge.applications set bid_amount = 900 where id = $1"
        await crowd.owner.execute(dearer, offer.id)
    assert verdict(await accepting) == "MilestonesUnequal"
    assert await crowd.count("contracts") == 0
    assert await crowd.count("applications", "status = 'pending'") == 1


async def test_what_is_withdrawn_and_accepted_at_once_is_one_of_both(crowd: Market) -> None:
    for _ in range(10):
        job = await a_job(crowd.database, crowd.users[crowd.employer])
        offer = await an_application(crowd.database, job, crowd.users[crowd.ada])
        accepted, withdrawn = await asyncio.gather(
            crowd.ask("applicationAccept", crowd.employer, **a_choice(offer)),
            crowd.ask("applicationWithdraw", crowd.ada, applicationId=global_id(offer)),
        )
        verdicts = {verdict(accepted), verdict(withdrawn)}
        assert verdicts == {"done", "ApplicationNotPending"}
        made = await crowd.count("contracts", f"application_id = '{offer.id}'")
        assert made == (verdict(accepted) == "done")
