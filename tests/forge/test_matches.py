"""Work and freelancers that go together: exact scores, said in words."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.auth.events import UserErased
from domains.forge.engine.matching import Asked, Freelancer, best, match
from domains.forge.models import ApplicationStatus, Job, JobStatus
from domains.forge.service import matching
from domains.kernel.clock import now
from domains.kernel.events import emit
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM
from tests.makers import a_user
from tests.operations import codes
from tests.statements import Statements
from tests.worker import work_off

from .makers import a_job, a_skill_profile, an_application
from .market import Market, global_id

JOBS = """
query ($first: Int! = 10) {
  jobMatches(first: $first) { job { title } score sharedSkills missingSkills reasons }
}
"""
CANDIDATES = """
query ($jobId: ID!, $first: Int! = 10) {
  candidateMatches(jobId: $jobId, first: $first) {
    skillProfile { name } score sharedSkills missingSkills reasons
  }
}
"""
SKILLS = st.lists(st.sampled_from(["Go", "go", "Rust", "C", "SQL"]), max_size=5)


@given(
    asked=SKILLS,
    skills=SKILLS,
    rating=st.decimals(1, 5, places=2),
    count=st.integers(0, 3),
    done=st.integers(0, 30),
)
def test_a_score_is_made_of_three_parts_and_grows_with_each(
    asked: list[str], skills: list[str], rating: Decimal, count: int, done: int
) -> None:
    rating = rating if count else Decimal(0)
    able = Freelancer(skills, rating, count, done)
    found = match(Asked(asked), able)
    shared = [skill for skill in asked if skill.lower() in {each.lower() for each in skills}]
    if not shared:
        assert found is None
        return
    assert found is not None
    of_skills, of_rating = Fraction(40 * len(shared), len(asked)), 6 * Fraction(rating)
    assert found.score == of_skills + of_rating + 3 * min(done, 10)
    assert 0 < found.score <= 100
    assert abs(Fraction(found.shown_score) - found.score) <= Fraction(1, 200)
    assert [*found.shared_skills] == shared
    assert sorted([*found.shared_skills, *found.missing_skills]) == sorted(asked)
    assert len(found.reasons) == 1 + bool(count) + bool(done)
    more = match(Asked(asked), Freelancer(skills, rating, count, done + 1))
    assert more is not None and more.score >= found.score


class Skill(str):
    """Counts how often any of them is lower-cased."""

    __slots__ = ()
    lowered = 0

    def lower(self) -> str:
        Skill.lowered += 1
        return super().lower()


class Rating(Decimal):
    """Counts how often it is said in words."""

    said = 0

    def __format__(self, *spec: Any) -> str:
        self.said += 1
        return super().__format__(*spec)


def test_each_skill_is_lower_cased_once_and_only_what_is_shown_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Skill, "lowered", 0)
    rating = Rating(4)
    able = Freelancer([Skill(f"S{number}") for number in range(50)], rating, 3, 2)
    works = [Asked([Skill(f"s{number}"), Skill("Other")]) for number in range(60)] * 2

    found = best(((uuid7(), asked, able) for asked in works), 10)

    assert Skill.lowered == 50 + 60 * 2
    assert (len(found), rating.said) == (10, 10)


@given(
    asked=st.lists(SKILLS.map(Asked), max_size=30),
    skills=SKILLS,
    rating=st.decimals(1, 5, places=2),
    most=st.integers(0, 12),
)
def test_the_best_are_those_that_a_sort_of_all_puts_first(
    asked: list[Asked], skills: list[str], rating: Decimal, most: int
) -> None:
    able = Freelancer(skills, rating, 1, 0)
    ids = [UUID(int=(7 * number) % 31) for number in range(len(asked))]
    matches = [(id, match(each, able)) for id, each in zip(ids, asked, strict=True)]
    fitting = [(id, found) for id, found in matches if found is not None]
    fitting.sort(key=lambda pair: (-pair[1].score, pair[0]))
    assert (
        best(((id, each, able) for id, each in zip(ids, asked, strict=True)), most)
        == (fitting[:most])
    )


async def jobs(market: Market, as_: Any, **asked: Any) -> Any:
    return (await market.operations.data(JOBS, as_=as_, **asked))["jobMatches"]


async def candidates(market: Market, as_: Any, job: Job, **asked: Any) -> Any:
    body = await market.operations.data(CANDIDATES, as_=as_, jobId=global_id(job), **asked)
    return body["candidateMatches"]


async def test_jobs_are_found_for_ones_skills_and_explained(market: Market) -> None:
    employer = market.users[market.employer]
    await a_skill_profile(
        market.database,
        market.users[market.student],
        skills=["React", "python", "SQL"],
        rating_total=9,
        rating_count=2,
        jobs_completed=1,
    )
    await a_job(market.database, employer, title="Half", skills=["Python", "Pandas"])
    await a_job(market.database, employer, title="All", skills=["SQL", "react"])
    await a_job(market.database, employer, title="Third", skills=["SQL", "Go", "Rust"])
    await a_job(market.database, employer, title="None", skills=["Go"])
    await a_job(market.database, employer, title="Nothing asked")
    rated = "Rated 4.50 of 5 on average, in 2 ratings."
    assert await jobs(market, market.student) == [
        {
            "job": {"title": "All"},
            "score": "70",
            "sharedSkills": ["SQL", "react"],
            "missingSkills": [],
            "reasons": ["2 of the 2 skills asked for: SQL, react.", rated, "1 job completed."],
        },
        {
            "job": {"title": "Half"},
            "score": "50",
            "sharedSkills": ["Python"],
            "missingSkills": ["Pandas"],
            "reasons": ["1 of the 2 skills asked for: Python.", rated, "1 job completed."],
        },
        {
            "job": {"title": "Third"},
            "score": "43.33",
            "sharedSkills": ["SQL"],
            "missingSkills": ["Go", "Rust"],
            "reasons": ["1 of the 3 skills asked for: SQL.", rated, "1 job completed."],
        },
    ]


async def test_no_job_is_offered_that_one_cannot_take(market: Market) -> None:
    employer, ada = market.users[market.employer], market.users[market.ada]
    good = await a_job(market.database, employer, title="Good", skills=["GO"])
    late = now() + timedelta(days=1)
    await a_job(market.database, employer, title="In time", skills=["Go"], deadline=late)
    await a_job(market.database, ada, title="Own", skills=["Go"])
    await a_job(market.database, employer, skills=["Go"], deadline=now() - timedelta(seconds=1))
    for status in JobStatus:
        if status is not JobStatus.OPEN:
            await a_job(market.database, employer, skills=["Go"], status=status)
    for state in ApplicationStatus:
        wanted = await a_job(market.database, employer, skills=["Go"])
        await an_application(market.database, wanted, ada, status=state)
    found = await jobs(market, market.ada)
    assert [each["job"]["title"] for each in found] == ["Good", "In time"]
    assert [each["job"]["title"] for each in await jobs(market, market.ada, first=1)] == ["Good"]
    assert good.title == "Good"


async def test_who_is_no_freelancer_is_offered_nothing(market: Market) -> None:
    assert await jobs(market, market.student) is None
    body = await market.operations.answer(JOBS)
    assert codes(body) == ["UNAUTHENTICATED"]


@pytest.fixture
async def job(market: Market) -> Job:
    """A job of the employer that asks for two skills."""
    skills = ["Go", "Rust"]
    return await a_job(market.database, market.users[market.employer], skills=skills)


async def test_freelancers_are_found_for_a_job_and_explained(market: Market, job: Job) -> None:
    people: Sequence[tuple[str, dict[str, Any]]] = (
        ("Best", {"skills": ["rust", "GO"], "rating_total": 5, "rating_count": 1}),
        ("Old", {"skills": ["Rust", "C"], "jobs_completed": 40}),
        ("None", {"skills": ["C"], "jobs_completed": 40, "rating_total": 5, "rating_count": 1}),
    )
    for name, values in people:
        user = await a_user(market.database)
        await a_skill_profile(market.database, user, name=name, **values)
    found = await candidates(market, market.employer, job)
    assert found == await candidates(market, market.admin, job)
    assert found == [
        {
            "skillProfile": {"name": "Best"},
            "score": "70",
            "sharedSkills": ["Go", "Rust"],
            "missingSkills": [],
            "reasons": [
                "2 of the 2 skills asked for: Go, Rust.",
                "Rated 5.00 of 5 on average, in 1 rating.",
            ],
        },
        {
            "skillProfile": {"name": "Old"},
            "score": "50",
            "sharedSkills": ["Rust"],
            "missingSkills": ["Go"],
            "reasons": ["1 of the 2 skills asked for: Rust.", "40 jobs completed."],
        },
        *(
            {
                "skillProfile": {"name": name},
                "score": "20",
                "sharedSkills": ["Go"],
                "missingSkills": ["Rust"],
                "reasons": ["1 of the 2 skills asked for: Go."],
            }
            for name in ("Ada Lovelace", "Bob Builder")
        ),
    ]
    [best] = await candidates(market, market.employer, job, first=1)
    assert best == found[0]


async def test_an_employer_is_no_candidate_for_their_own_job(market: Market, job: Job) -> None:
    await a_skill_profile(market.database, market.users[market.employer], skills=["Go", "Rust"])
    found = await candidates(market, market.employer, job)
    assert [each["skillProfile"]["name"] for each in found] == ["Ada Lovelace", "Bob Builder"]


async def test_nobody_is_found_whose_account_was_erased(market: Market, job: Job) -> None:
    async with market.database.session(SYSTEM) as session:
        emit(session, UserErased(user_id=market.users[market.ada].id))
    await work_off(market.database)
    found = await candidates(market, market.employer, job)
    assert [each["skillProfile"]["name"] for each in found] == ["Bob Builder"]


async def test_candidates_are_for_the_jobs_employer_alone(market: Market, job: Job) -> None:
    for stranger in (market.rival, market.ada, market.student):
        assert await candidates(market, stranger, job) is None
    nothing = encode_id("Job", uuid7())
    body = await market.operations.data(CANDIDATES, as_=market.admin, jobId=nothing)
    assert body["candidateMatches"] is None
    assert codes(await market.operations.answer(CANDIDATES, jobId=global_id(job))) == [
        "UNAUTHENTICATED"
    ]


@pytest.mark.parametrize("first", [0, 11, -1])
async def test_ten_at_most(market: Market, job: Job, first: int) -> None:
    asked: Sequence[tuple[str, dict[str, Any]]] = (
        (JOBS, {}),
        (CANDIDATES, {"jobId": global_id(job)}),
    )
    for query, more in asked:
        body = await market.operations.answer(query, as_=market.ada, first=first, **more)
        assert codes(body) == ["BAD_USER_INPUT"]


async def test_many_are_compared_and_no_more(
    market: Market, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_COMPARED", 2)
    for number in range(3):
        person = await a_user(market.database)
        values = {"name": f"Rated {number + 1}", "rating_total": number + 1, "rating_count": 1}
        await a_skill_profile(market.database, person, skills=["Go"], **values)
        await a_job(
            market.database, market.users[market.employer], title=f"Job {number}", skills=["Go"]
        )
    found = await candidates(market, market.employer, job)
    assert [each["skillProfile"]["name"] for each in found] == ["Rated 3", "Rated 2"]
    found = await jobs(market, market.ada)
    assert [each["job"]["title"] for each in found] == ["Job 1", "Job 2"]


async def test_however_many_match_the_statements_are_as_few(
    market: Market, job: Job, statements: Statements
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            await a_skill_profile(market.database, await a_user(market.database), skills=["Go"])
        statements.clear()
        await candidates(market, market.employer, job)
        counts.append(len(statements))
    assert counts[0] == counts[1]
