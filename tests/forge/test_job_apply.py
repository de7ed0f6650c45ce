"""Wanting a job, and taking that back or being turned down."""

import asyncio
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domains.forge.models import ApplicationStatus, Job, JobStatus
from domains.kernel.clock import MovedClock, now
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_user, viewer

from .makers import a_job, a_skill_profile, an_application
from .market import Market, global_id, key, told, verdict

JOB_ID = ["input", "jobId"]
APPLICATION_ID = ["input", "applicationId"]


def an_offer(job: Job, **values: Any) -> dict[str, Any]:
    """What somebody may offer for a job."""
    given = {"idempotencyKey": key(), "jobId": global_id(job), "proposal": "I can.", "bid": "450"}
    return given | values


@pytest.fixture
async def job(market: Market) -> Job:
    """An open job of the employer, paid in dollars."""
    return await a_job(market.database, market.users[market.employer], currency=Currency.USD)


async def test_a_freelancer_offers_to_do_a_job_in_its_currency(market: Market, job: Job) -> None:
    given = an_offer(job, proposal=" I have\r\ndone it before. ", bid="450.5")
    offer = await market.do("jobApply", market.ada, **given)
    row = await market.owner.fetchrow("select * from forge.applications")
    assert row is not None
    assert offer == {
        "id": encode_id("JobApplication", row["id"]),
        "status": "PENDING",
        "proposal": "I have\ndone it before.",
        "bid": {"amount": "450.5", "currency": "USD"},
        "job": {"id": global_id(job)},
    }
    assert row["employer_id"] == market.employer.user_id
    assert row["freelancer_id"] == market.ada.user_id
    submitted = "forge.application.submitted"
    assert await told(market.owner, submitted) == [(submitted, str(row["id"]))]


async def test_an_employer_with_a_skill_profile_works_for_another(market: Market, job: Job) -> None:
    await a_skill_profile(market.database, market.users[market.rival])
    offer = await market.do("jobApply", market.rival, **an_offer(job))
    assert offer["status"] == "PENDING"


async def test_who_cannot_apply(market: Market, job: Job) -> None:
    async def found(as_: Any) -> list[Any]:
        return await market.refused("jobApply", as_, **an_offer(job))

    assert await found(ANONYMOUS) == ["UNAUTHENTICATED"]
    assert await found(market.posing_as(market.ada)) == ["FORBIDDEN"]
    assert await found(market.student) == [{"__typename": "SkillProfileRequired", "path": []}]
    assert await found(market.employer) == [{"__typename": "OwnJob", "path": JOB_ID}]


async def test_who_leaves_applies_for_nothing_more(market: Market, job: Job) -> None:
    ada = market.users[market.ada]
    for state in ("disabled_at", "deletion_requested_at"):
        more = ", purge_at = now()" if state.startswith("deletion") else ", disabled_reason = 'x'"
        await market.owner.execute(
            f"update auth.users set {state} = now(){more} where id = $1", ada.id
        )
        assert await market.refused("jobApply", market.ada, **an_offer(job)) == ["UNAUTHENTICATED"]
        await market.owner.execute(
            "update auth.users set disabled_at = null, disabled_reason = null,"
            " deletion_requested_at = null, purge_at = null where id = $1",
            ada.id,
        )
    assert (await market.do("jobApply", market.ada, **an_offer(job)))["status"] == "PENDING"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (
            {"proposal": " x "},
            {"__typename": "WordingInvalid", "minimum": 3, "maximum": 5000},
        ),
        ({"bid": "0"}, {"__typename": "AmountInvalid"}),
        ({"bid": "-0.00000001"}, {"__typename": "AmountInvalid"}),
    ],
)
async def test_what_cannot_be_offered_is_refused_where_it_stands(
    market: Market, job: Job, given: dict[str, Any], error: dict[str, Any]
) -> None:
    [place] = given
    found = await market.refused("jobApply", market.ada, **an_offer(job, **given))
    assert found == [{"path": ["input", place]} | error]


async def test_a_job_whose_deadline_has_passed_is_not_applied_for(
    market: Market, clock: MovedClock
) -> None:
    employer = market.users[market.employer]
    job = await a_job(market.database, employer, deadline=now() + timedelta(hours=1))
    clock.move(timedelta(hours=1, seconds=1))
    found = await market.refused("jobApply", market.ada, **an_offer(job))
    assert found == [{"__typename": "DeadlinePassed", "path": JOB_ID}]


@pytest.mark.parametrize("status", [each for each in JobStatus if each is not JobStatus.OPEN])
async def test_a_job_that_is_not_open_is_there_for_those_alone_who_see_it(
    market: Market, status: JobStatus
) -> None:
    job = await a_job(market.database, market.users[market.employer], status=status)
    withdrawn = {"status": ApplicationStatus.WITHDRAWN}
    await an_application(market.database, job, market.users[market.bob], **withdrawn)
    not_open = [{"__typename": "JobNotOpen", "path": JOB_ID, "jobStatus": status.name}]
    not_found = [{"__typename": "JobNotFound", "path": JOB_ID}]
    assert await market.refused("jobApply", market.bob, **an_offer(job)) == not_open
    assert await market.refused("jobApply", market.admin, **an_offer(job)) == not_open
    assert await market.refused("jobApply", market.ada, **an_offer(job)) == not_found
    missing = encode_id("Job", uuid7())
    found = await market.refused("jobApply", market.ada, **an_offer(job, jobId=missing))
    assert found == not_found


@pytest.mark.parametrize(
    "status", [each for each in ApplicationStatus if each is not ApplicationStatus.WITHDRAWN]
)
async def test_one_applies_for_a_job_once(
    market: Market, job: Job, status: ApplicationStatus
) -> None:
    there = await an_application(market.database, job, market.users[market.ada], status=status)
    found = await market.refused("jobApply", market.ada, **an_offer(job))
    assert found == [
        {
            "__typename": "AlreadyApplied",
            "path": JOB_ID,
            "application": {"id": global_id(there), "status": status.name},
        }
    ]


async def test_what_was_withdrawn_can_be_offered_anew(market: Market, job: Job) -> None:
    first = await market.do("jobApply", market.ada, **an_offer(job))
    await market.do("applicationWithdraw", market.ada, applicationId=first["id"])
    again = await market.do("jobApply", market.ada, **an_offer(job, bid="400", proposal="Now!"))
    assert again == first | {
        "proposal": "Now!",
        "bid": {"amount": "400", "currency": "USD"},
    }
    assert await market.count("applications") == 1


async def test_the_same_key_applies_once(market: Market, job: Job) -> None:
    given = an_offer(job)
    first = await market.do("jobApply", market.ada, **given)
    assert await market.do("jobApply", market.ada, **given) == first
    [conflict] = await market.refused("jobApply", market.ada, **given | {"bid": "451"})
    assert conflict["__typename"] == "IdempotencyConflict"


async def test_of_thirty_applications_of_one_at_once_one_is_made(crowd: Market) -> None:
    job = await a_job(crowd.database, crowd.users[crowd.employer])
    answers = await asyncio.gather(
        *(crowd.ask("jobApply", crowd.ada, **an_offer(job)) for _ in range(30))
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "AlreadyApplied": 29}
    assert await crowd.count("applications") == 1
    assert len(await told(crowd.owner, "forge.application.submitted")) == 1


async def test_nobody_is_left_pending_for_a_job_that_is_given_up_meanwhile(crowd: Market) -> None:
    people = [await a_user(crowd.database) for _ in range(10)]
    for person in people:
        await a_skill_profile(crowd.database, person)
    for _ in range(4):
        job = await a_job(crowd.database, crowd.users[crowd.employer])
        offers = [crowd.ask("jobApply", viewer(each), **an_offer(job)) for each in people]
        cancel = crowd.ask("jobCancel", crowd.employer, jobId=global_id(job))
        answers = await asyncio.gather(*offers[:5], cancel, *offers[5:])
        assert {verdict(answer) for answer in answers} <= {"done", "JobNotFound"}
        assert await crowd.count("applications", "status = 'pending'") == 0


async def test_a_freelancer_takes_an_application_back(market: Market, job: Job) -> None:
    offer = await an_application(market.database, job, market.users[market.ada])
    id = global_id(offer)
    answer = await market.do("applicationWithdraw", market.ada, applicationId=id)
    assert answer == {"id": id, "status": "WITHDRAWN"}
    withdrawn = "forge.application.withdrawn"
    assert await told(market.owner, withdrawn) == [(withdrawn, str(offer.id))]


async def test_an_employer_turns_an_application_down(market: Market, job: Job) -> None:
    offer = await an_application(market.database, job, market.users[market.ada])
    id = global_id(offer)
    answer = await market.do("applicationReject", market.employer, applicationId=id)
    assert answer == {"id": id, "status": "REJECTED"}
    rejected = "forge.application.rejected"
    assert await told(market.owner, rejected) == [(rejected, str(offer.id))]


@pytest.mark.parametrize(
    ("name", "error"),
    [("applicationWithdraw", "NotTheFreelancer"), ("applicationReject", "NotTheEmployer")],
)
async def test_each_side_does_its_own_and_others_see_nothing(
    market: Market, job: Job, name: str, error: str
) -> None:
    offer = await an_application(market.database, job, market.users[market.ada])
    allowed = {"applicationWithdraw": market.ada, "applicationReject": market.employer}[name]
    other = {"applicationWithdraw": market.employer, "applicationReject": market.ada}[name]

    async def found(as_: Any, id: str = global_id(offer)) -> list[Any]:
        return await market.refused(name, as_, applicationId=id)

    assert await found(ANONYMOUS) == ["UNAUTHENTICATED"]
    assert await found(market.posing_as(allowed)) == ["FORBIDDEN"]
    for party in (other, market.admin):
        assert await found(party) == [{"__typename": error, "path": APPLICATION_ID}]
    not_found = [{"__typename": "ApplicationNotFound", "path": APPLICATION_ID}]
    for stranger in (market.rival, market.bob, market.student):
        assert await found(stranger) == not_found
    assert await found(allowed, encode_id("JobApplication", uuid7())) == not_found
    assert await found(allowed, encode_id("Job", job.id)) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("name", ["applicationWithdraw", "applicationReject"])
@pytest.mark.parametrize(
    "status", [each for each in ApplicationStatus if each is not ApplicationStatus.PENDING]
)
async def test_what_was_decided_stays(
    market: Market, job: Job, name: str, status: ApplicationStatus
) -> None:
    offer = await an_application(market.database, job, market.users[market.ada], status=status)
    as_ = {"applicationWithdraw": market.ada, "applicationReject": market.employer}[name]
    found = await market.refused(name, as_, applicationId=global_id(offer))
    assert found == [
        {
            "__typename": "ApplicationNotPending",
            "path": APPLICATION_ID,
            "offerStatus": status.name,
        }
    ]


async def test_an_application_is_decided_on_once(crowd: Market) -> None:
    job = await a_job(crowd.database, crowd.users[crowd.employer], budget=Decimal(450))
    offer = await an_application(crowd.database, job, crowd.users[crowd.ada])
    id = global_id(offer)
    answers = await asyncio.gather(
        *(crowd.ask("applicationWithdraw", crowd.ada, applicationId=id) for _ in range(15)),
        *(crowd.ask("applicationReject", crowd.employer, applicationId=id) for _ in range(15)),
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "ApplicationNotPending": 29}
    news = await told(crowd.owner, "forge.application.withdrawn", "forge.application.rejected")
    assert len(news) == 1
