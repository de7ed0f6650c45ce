"""Changing and giving up work that nobody has got."""

import asyncio
from collections import Counter
from decimal import Decimal

import pytest

from domains.forge.models import ApplicationStatus, JobStatus
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import ANONYMOUS

from .makers import a_job, an_application
from .market import Market, global_id, told, verdict

CLOSED = [JobStatus.IN_PROGRESS, JobStatus.COMPLETED, JobStatus.CANCELLED]


async def test_what_is_left_out_stays(market: Market) -> None:
    job = await a_job(market.database, market.users[market.employer], skills=["React"])
    changed = await market.do(
        "jobUpdate", market.employer, jobId=global_id(job), title="Another job", deadline=None
    )
    assert changed == {
        "id": global_id(job),
        "title": "Another job",
        "description": "What there is to do.",
        "skills": ["React"],
        "status": "OPEN",
        "budget": {"amount": "500", "currency": "AZR"},
        "deadline": None,
    }
    changed = await market.do(
        "jobUpdate",
        market.employer,
        jobId=global_id(job),
        skills=[],
        budget="0.5",
        currency="BTC",
        deadline="2099-01-31T12:00:00Z",
    )
    assert changed["budget"] == {"amount": "0.5", "currency": "BTC"}
    assert (changed["skills"], changed["deadline"]) == ([], "2099-01-31T12:00:00+00:00")


@pytest.mark.parametrize("status", [*ApplicationStatus])
async def test_what_it_pays_stays_once_somebody_has_applied(
    market: Market, status: ApplicationStatus
) -> None:
    job = await a_job(market.database, market.users[market.employer])
    await an_application(market.database, job, market.users[market.ada], status=status)
    found = await market.refused(
        "jobUpdate", market.employer, jobId=global_id(job), budget="600", currency="USD"
    )
    assert found == [
        {"__typename": "JobTermsFixed", "path": ["input", "budget"]},
        {"__typename": "JobTermsFixed", "path": ["input", "currency"]},
    ]
    same = await market.do(
        "jobUpdate", market.employer, jobId=global_id(job), budget="500.0", title="Said better"
    )
    assert same["title"] == "Said better"


@pytest.mark.parametrize("name", ["title", "description", "category", "skills", "budget"])
async def test_a_null_where_none_can_be_is_bad_input(market: Market, name: str) -> None:
    job = await a_job(market.database, market.users[market.employer])
    found = await market.refused("jobUpdate", market.employer, jobId=global_id(job), **{name: None})
    assert found == ["BAD_USER_INPUT"]


async def test_what_no_new_job_could_be_no_job_becomes(market: Market) -> None:
    job = await a_job(market.database, market.users[market.employer])
    found = await market.refused(
        "jobUpdate",
        market.employer,
        jobId=global_id(job),
        category="x",
        skills=[""],
        budget="0",
        deadline="2020-01-01T00:00:00Z",
    )
    assert [each["__typename"] for each in found] == [
        "WordingInvalid",
        "SkillsInvalid",
        "AmountInvalid",
        "MomentPassed",
    ]


@pytest.mark.parametrize("name", ["jobUpdate", "jobCancel"])
async def test_only_its_employer_changes_an_open_job(market: Market, name: str) -> None:
    job = await a_job(market.database, market.users[market.employer])
    id = global_id(job)
    not_theirs = [{"__typename": "NotTheEmployer", "path": ["input", "jobId"]}]
    assert await market.refused(name, ANONYMOUS, jobId=id) == ["UNAUTHENTICATED"]
    for stranger in (market.rival, market.student, market.ada, market.admin):
        assert await market.refused(name, stranger, jobId=id) == not_theirs
    posing = market.posing_as(market.employer)
    assert await market.refused(name, posing, jobId=id) == ["FORBIDDEN"]


@pytest.mark.parametrize("name", ["jobUpdate", "jobCancel"])
@pytest.mark.parametrize("status", CLOSED)
async def test_a_job_that_is_not_open_stays_as_it_is(
    market: Market, name: str, status: JobStatus
) -> None:
    job = await a_job(market.database, market.users[market.employer], status=status)
    found = await market.refused(name, market.employer, jobId=global_id(job))
    assert found == [
        {"__typename": "JobNotOpen", "path": ["input", "jobId"], "jobStatus": status.name}
    ]


@pytest.mark.parametrize("name", ["jobUpdate", "jobCancel"])
async def test_a_job_that_one_does_not_see_is_like_none(market: Market, name: str) -> None:
    job = await a_job(market.database, market.users[market.employer], status=JobStatus.IN_PROGRESS)
    not_found = [{"__typename": "JobNotFound", "path": ["input", "jobId"]}]
    assert await market.refused(name, market.rival, jobId=global_id(job)) == not_found
    nothing = encode_id("Job", uuid7())
    assert await market.refused(name, market.employer, jobId=nothing) == not_found
    other = encode_id("Contract", uuid7())
    assert await market.refused(name, market.employer, jobId=other) == ["BAD_USER_INPUT"]


async def test_with_a_job_all_that_is_pending_for_it_is_given_up(market: Market) -> None:
    job = await a_job(market.database, market.users[market.employer])
    pending = await an_application(market.database, job, market.users[market.ada])
    await an_application(
        market.database, job, market.users[market.bob], status=ApplicationStatus.WITHDRAWN
    )
    answer = await market.do("jobCancel", market.employer, jobId=global_id(job))
    statuses = [each["status"] for each in answer["applications"]["nodes"]]
    assert (answer["status"], statuses) == ("CANCELLED", ["WITHDRAWN", "REJECTED"])
    assert await told(market.owner, "forge.job.cancelled", "forge.application.rejected") == [
        ("forge.application.rejected", str(pending.id)),
        ("forge.job.cancelled", str(job.id)),
    ]


async def test_a_job_is_given_up_once_however_many_try_at_once(crowd: Market) -> None:
    job = await a_job(crowd.database, crowd.users[crowd.employer])
    await an_application(crowd.database, job, crowd.users[crowd.ada])
    answers = await asyncio.gather(
        *(crowd.ask("jobCancel", crowd.employer, jobId=global_id(job)) for _ in range(30))
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "JobNotOpen": 29}
    assert len(await told(crowd.owner, "forge.job.cancelled")) == 1
    assert len(await told(crowd.owner, "forge.application.rejected")) == 1


async def test_nobody_applies_for_other_terms_than_they_saw(crowd: Market) -> None:
    for _ in range(10):
        job = await a_job(crowd.database, crowd.users[crowd.employer], budget=Decimal(500))
        apply = crowd.ask(
            "jobApply",
            crowd.ada,
            idempotencyKey=str(uuid7()),
            jobId=global_id(job),
            proposal="I can.",
            bid="500",
        )
        update = crowd.ask("jobUpdate", crowd.employer, jobId=global_id(job), currency="USD")
        applied, updated = map(verdict, await asyncio.gather(apply, update))
        assert applied == "done"
        [agreed] = await crowd.owner.fetch(
            "select job.currency::text = offer.currency::text from forge.jobs job"
            " join forge.applications offer on offer.job_id = job.id where job.id = $1",
            job.id,
        )
        assert agreed[0] and updated in {"done", "JobTermsFixed"}
