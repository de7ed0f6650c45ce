"""Offering work."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domains.kernel.clock import MovedClock, now
from domains.kernel.node import decode_id
from domains.kernel.viewer import ANONYMOUS

from .market import Market, key, told


def a_job(**values: Any) -> dict[str, Any]:
    """What a job may be made of."""
    given: dict[str, Any] = {
        "idempotencyKey": key(),
        "title": "Build a dashboard",
        "description": "Charts that move.",
        "category": "Web Development",
        "budget": "500",
    }
    return given | values


async def test_an_employer_offers_work_as_they_wrote_it(market: Market) -> None:
    deadline = (now() + timedelta(days=30)).replace(microsecond=0)
    given = a_job(
        title="  Build\n a   dashboard ",
        description="Charts that move.\r\nAnd stop.\n",
        skills=[" React ", "type  script", "REACT"],
        budget="500.00000001",
        currency="USD",
        deadline=deadline.isoformat(),
    )
    job = await market.do("jobCreate", market.employer, **given)
    id = job.pop("id")
    assert job == {
        "title": "Build a dashboard",
        "skills": ["React", "type script"],
        "status": "OPEN",
        "budget": {"amount": "500.00000001", "currency": "USD"},
        "deadline": deadline.isoformat(),
    }
    row = await market.owner.fetchrow("select * from forge.jobs")
    assert row is not None
    assert row["employer_id"] == market.employer.user_id
    assert row["description"] == "Charts that move.\nAnd stop."
    assert await told(market.owner, "forge.job.posted") == [
        ("forge.job.posted", str(decode_id(id)[1]))
    ]


async def test_an_admin_offers_work_too_and_asks_for_no_skills(market: Market) -> None:
    job = await market.do("jobCreate", market.admin, **a_job())
    assert (job["skills"], job["deadline"]) == ([], None)
    assert job["budget"] == {"amount": "500", "currency": "AZR"}


async def test_who_gives_no_work_offers_none(market: Market) -> None:
    given = a_job()
    assert await market.refused("jobCreate", ANONYMOUS, **given) == ["UNAUTHENTICATED"]
    assert await market.refused("jobCreate", market.student, **given) == ["FORBIDDEN"]
    posing = market.posing_as(market.employer)
    assert await market.refused("jobCreate", posing, **given) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"title": " x "}, {"__typename": "WordingInvalid", "minimum": 3, "maximum": 200}),
        ({"title": "x" * 201}, {"__typename": "WordingInvalid", "minimum": 3, "maximum": 200}),
        (
            {"title": "Bell \a rings"},
            {"__typename": "WordingInvalid", "minimum": 3, "maximum": 200},
        ),
        ({"description": "x"}, {"__typename": "WordingInvalid", "minimum": 3, "maximum": 10_000}),
        (
            {"description": "x" * 10_001},
            {"__typename": "WordingInvalid", "minimum": 3, "maximum": 10_000},
        ),
        (
            {"description": "Turned \u202e round"},
            {"__typename": "WordingInvalid", "minimum": 3, "maximum": 10_000},
        ),
        ({"category": ""}, {"__typename": "WordingInvalid", "minimum": 2, "maximum": 100}),
        (
            {"skills": [f"Skill {n}" for n in range(51)]},
            {"__typename": "SkillsInvalid", "maximum": 50, "longest": 50},
        ),
        ({"skills": ["Go", " "]}, {"__typename": "SkillsInvalid", "maximum": 50, "longest": 50}),
        ({"skills": ["x" * 51]}, {"__typename": "SkillsInvalid", "maximum": 50, "longest": 50}),
        ({"budget": "0"}, {"__typename": "AmountInvalid"}),
        ({"budget": "-1"}, {"__typename": "AmountInvalid"}),
        ({"deadline": "2020-01-01T00:00:00Z"}, {"__typename": "MomentPassed"}),
    ],
)
async def test_what_cannot_be_offered_is_refused_where_it_stands(
    market: Market, given: dict[str, Any], error: dict[str, Any]
) -> None:
    [place] = given
    found = await market.refused("jobCreate", market.employer, **a_job(**given))
    assert found == [{"path": ["input", place]} | error]


@pytest.mark.parametrize("budget", ["NaN", "Infinity", "1e3", "0.123456789", "10000000000", 5])
async def test_what_is_no_amount_is_bad_input(market: Market, budget: Any) -> None:
    found = await market.refused("jobCreate", market.employer, **a_job(budget=budget))
    assert found == ["BAD_USER_INPUT"]


async def test_all_flaws_are_told_at_once(market: Market) -> None:
    found = await market.refused("jobCreate", market.employer, **a_job(title="x", budget="0"))
    assert [(each["__typename"], each["path"]) for each in found] == [
        ("WordingInvalid", ["input", "title"]),
        ("AmountInvalid", ["input", "budget"]),
    ]


async def test_the_same_key_makes_one_job_and_another_input_conflicts(market: Market) -> None:
    given = a_job()
    first = await market.do("jobCreate", market.employer, **given)
    assert await market.do("jobCreate", market.employer, **given) == first
    [conflict] = await market.refused("jobCreate", market.employer, **given | {"budget": "501"})
    assert (conflict["__typename"], conflict["path"]) == (
        "IdempotencyConflict",
        ["input", "idempotencyKey"],
    )
    other = await market.do("jobCreate", market.rival, **given)
    assert other["id"] != first["id"]
    assert await market.count("jobs") == 2


@pytest.mark.parametrize("bad", ["", "x" * 256])
async def test_a_key_that_is_none_is_refused(market: Market, bad: str) -> None:
    [found] = await market.refused("jobCreate", market.employer, **a_job(idempotencyKey=bad))
    assert found["__typename"] == "IdempotencyKeyInvalid"


async def test_one_key_thirty_times_at_once_makes_one_job(crowd: Market) -> None:
    given = a_job()
    jobs = await asyncio.gather(
        *(crowd.do("jobCreate", crowd.employer, **given) for _ in range(30))
    )
    assert all(job == jobs[0] for job in jobs)
    assert await crowd.count("jobs") == 1


async def test_a_deadline_is_told_from_the_past_by_the_programs_clock(
    market: Market, clock: MovedClock
) -> None:
    deadline = (now() + timedelta(hours=1)).isoformat()
    clock.move(timedelta(hours=2))
    [found] = await market.refused("jobCreate", market.employer, **a_job(deadline=deadline))
    assert found == {"__typename": "MomentPassed", "path": ["input", "deadline"]}
