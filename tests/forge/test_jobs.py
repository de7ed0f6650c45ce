"""Reading jobs: what is seen, filtered, sorted, counted and found."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domains.auth.models import User, UserRole
from domains.forge.models import ApplicationStatus, Job, JobStatus
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_user, viewer
from tests.operations import codes
from tests.statements import Statements

from .makers import a_job, a_skill_profile, an_application

JOBS = """
query ($where: JobFilter, $order: JobOrder! = NEWEST, $first: Int, $after: String) {
  jobs(where: $where, orderBy: $order, first: $first, after: $after) {
    totalCount nodes { title } pageInfo { endCursor hasNextPage }
  }
}
"""

JOB = """
query ($id: ID!) {
  job(id: $id) {
    title skills budget { amount currency } status deadline employer { name }
    applications(orderBy: BID) {
      nodes { bid { amount currency } freelancer { name } skillProfile { name skills } }
    }
  }
}
"""


@pytest.fixture
async def employer(database: Database) -> User:
    """The employer of three open jobs and one that was given up, among another's."""
    employer = await a_user(database, UserRole.EMPLOYER, name="Mensah")
    await a_job(
        database,
        employer,
        title="Dashboard",
        description="Charts that move.",
        skills=["React", "Type Script"],
        deadline=now() + timedelta(days=30),
    )
    await a_job(
        database,
        employer,
        title="Analysis",
        description="What sells together?",
        category="Data Science",
        skills=["Python", "Pandas"],
        budget=Decimal(200),
    )
    await a_job(
        database,
        title="Contracts for Ether",
        employer=await a_user(database, UserRole.EMPLOYER, name="Okafor"),
        category="Blockchain",
        skills=["Solidity", "python"],
        budget=Decimal("0.25"),
        currency=Currency.ETH,
        deadline=now() + timedelta(days=7),
    )
    await a_job(database, employer, title="Given up", status=JobStatus.CANCELLED)
    return employer


async def titles(graph: Any, as_: Any = ANONYMOUS, **variables: Any) -> list[str]:
    page = (await graph(JOBS, as_=as_, **variables))["jobs"]
    assert page["totalCount"] == len(page["nodes"])
    return [job["title"] for job in page["nodes"]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["Contracts for Ether", "Analysis", "Dashboard"]),
        ({"anySkills": ["react", "PANDAS"]}, ["Analysis", "Dashboard"]),
        ({"anySkills": ["Python"]}, ["Contracts for Ether", "Analysis"]),
        ({"anySkills": []}, []),
        ({"allSkills": ["PYTHON", "solidity"]}, ["Contracts for Ether"]),
        ({"allSkills": ["Python", "React"]}, []),
        ({"allSkills": []}, ["Contracts for Ether", "Analysis", "Dashboard"]),
        ({"allSkills": ["Type"]}, []),
        ({"search": "pandas"}, ["Analysis"]),
        ({"search": '"type script" or solidity'}, ["Contracts for Ether", "Dashboard"]),
        ({"search": "chart"}, ["Dashboard"]),
        ({"search": "sell -python"}, []),
        ({"category": "Blockchain"}, ["Contracts for Ether"]),
        ({"status": "OPEN"}, ["Contracts for Ether", "Analysis", "Dashboard"]),
        ({"statuses": ["CANCELLED", "COMPLETED"]}, []),
        ({"budget": {"min": "0.25", "max": "200"}}, ["Contracts for Ether", "Analysis"]),
        ({"budget": {"min": "200"}, "currency": "AZR"}, ["Analysis", "Dashboard"]),
        ({"currency": "USD"}, []),
        ({"deadline": {}}, ["Contracts for Ether", "Dashboard"]),
        ({"employer": {"search": "okafor"}}, ["Contracts for Ether"]),
        ({"employer": {"role": "STUDENT"}}, []),
        ({"not": {"anySkills": ["Python"]}}, ["Dashboard"]),
    ],
)
async def test_filters(graph: Any, employer: User, where: Any, found: list[str]) -> None:
    assert await titles(graph, where=where) == found


async def test_what_is_due_within_a_time_is_found(graph: Any, employer: User) -> None:
    soon, late = (now() + timedelta(days=days) for days in (10, 20))
    until = {"deadline": {"until": soon.isoformat()}}
    since = {"deadline": {"since": late.isoformat()}}
    assert await titles(graph, where=until) == ["Contracts for Ether"]
    assert await titles(graph, where=since) == ["Dashboard"]


async def test_an_employer_sees_what_they_have_given_up(graph: Any, employer: User) -> None:
    where = {"employerId": encode_id("User", employer.id)}
    assert await titles(graph, where=where) == ["Analysis", "Dashboard"]
    mine = await titles(graph, as_=viewer(employer), where=where)
    assert mine == ["Given up", "Analysis", "Dashboard"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("NEWEST", ["Contracts for Ether", "Analysis", "Dashboard"]),
        ("BUDGET", ["Contracts for Ether", "Analysis", "Dashboard"]),
        ("BUDGET_DESC", ["Dashboard", "Analysis", "Contracts for Ether"]),
        ("DEADLINE", ["Contracts for Ether", "Dashboard", "Analysis"]),
    ],
)
async def test_orders_and_their_pages(
    graph: Any, employer: User, order: str, found: list[str]
) -> None:
    assert await titles(graph, order=order) == found
    walked: list[str] = []
    after = None
    for more in (True, True, False):
        page = (await graph(JOBS, order=order, first=1, after=after))["jobs"]
        walked += [job["title"] for job in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, more)
    assert walked == found


@pytest.fixture
async def wanted(database: Database) -> tuple[Job, Sequence[User]]:
    """A job of the first person that the second and the third want, and the fourth does not."""
    employer = await a_user(database, UserRole.EMPLOYER, name="Mensah")
    cheap, dear, other = [await a_user(database, name=name) for name in ("Ada", "Bob", "Cy")]
    job = await a_job(database, employer, skills=["React"], status=JobStatus.IN_PROGRESS)
    await an_application(database, job, dear, bid_amount=Decimal(450))
    await an_application(
        database, job, cheap, bid_amount=Decimal("399.5"), status=ApplicationStatus.ACCEPTED
    )
    await a_skill_profile(database, cheap, name="Ada builds", skills=["React"])
    return job, (employer, cheap, dear, other)


async def test_an_employer_sees_who_applies_by_their_skill_profile(
    graph: Any, wanted: tuple[Job, Sequence[User]], statements: Statements
) -> None:
    job, (employer, *_) = wanted
    found = (await graph(JOB, as_=viewer(employer), id=encode_id("Job", job.id)))["job"]
    assert len(statements) == 1
    assert found == {
        "title": job.title,
        "skills": ["React"],
        "budget": {"amount": "500", "currency": "AZR"},
        "status": "IN_PROGRESS",
        "deadline": None,
        "employer": {"name": "Mensah"},
        "applications": {
            "nodes": [
                {
                    "bid": {"amount": "399.5", "currency": "AZR"},
                    "freelancer": None,
                    "skillProfile": {"name": "Ada builds", "skills": ["React"]},
                },
                {
                    "bid": {"amount": "450", "currency": "AZR"},
                    "freelancer": None,
                    "skillProfile": None,
                },
            ]
        },
    }


async def test_freelancers_see_their_own_application_and_nobody_elses(
    graph: Any, wanted: tuple[Job, Sequence[User]]
) -> None:
    job, (_, cheap, dear, other) = wanted
    id = encode_id("Job", job.id)
    for person, bid in ((cheap, "399.5"), (dear, "450")):
        found = (await graph(JOB, as_=viewer(person), id=id))["job"]
        [offer] = found["applications"]["nodes"]
        assert (offer["bid"]["amount"], offer["freelancer"]) == (bid, {"name": person.name})
    assert (await graph(JOB, as_=viewer(other), id=id))["job"] is None
    assert (await graph(JOB, id=id))["job"] is None


STATS = """
{ jobStats(by: [CATEGORY, STATUS]) { category status currency count budget { sum max } } }
"""


async def test_jobs_are_counted_for_each_currency(graph: Any, employer: User) -> None:
    groups = (await graph(STATS, as_=viewer(employer)))["jobStats"]
    assert groups == [
        stats("Blockchain", "OPEN", "ETH", "0.25"),
        stats("Data Science", "OPEN", "AZR", "200"),
        stats("Web Development", "OPEN", "AZR", "500"),
        stats("Web Development", "CANCELLED", "AZR", "500"),
    ]


def stats(category: str, status: str, currency: str, budget: str) -> dict[str, Any]:
    return {
        "category": category,
        "status": status,
        "currency": currency,
        "count": 1,
        "budget": {"sum": budget, "max": budget},
    }


async def test_the_id_of_something_else_is_no_employers(answer: Any, employer: User) -> None:
    where = {"employerId": encode_id("Job", employer.id)}
    assert codes(await answer(JOBS, where=where)) == ["BAD_USER_INPUT"]


PROFILES = """
query ($where: SkillProfileFilter, $order: SkillProfileOrder! = RATING) {
  skillProfiles(where: $where, orderBy: $order) {
    nodes { name rating ratingCount jobsCompleted totalEarned { amount currency } user { name } }
  }
}
"""


async def test_employers_find_freelancers_by_skill_and_rating(
    graph: Any, database: Database
) -> None:
    ada, bob = [await a_user(database, name=name) for name in ("Ada", "Bob")]
    await a_skill_profile(database, ada, skills=["Go"], rating_total=14, rating_count=3)
    await a_skill_profile(database, bob, skills=["Go", "Rust"], jobs_completed=2)
    hiring = viewer(await a_user(database, UserRole.EMPLOYER))
    shown = {
        "name": "Ada",
        "rating": "4.67",
        "ratingCount": 3,
        "jobsCompleted": 0,
        "totalEarned": {"amount": "0", "currency": "AZR"},
        "user": None,
    }

    async def names(as_: Any, **variables: Any) -> list[str]:
        page = (await graph(PROFILES, as_=as_, **variables))["skillProfiles"]
        return [each["name"] for each in page["nodes"]]

    rated = {"rating": {"min": "4.5"}}
    page = (await graph(PROFILES, as_=hiring, where=rated))["skillProfiles"]
    assert page["nodes"] == [shown]
    assert await names(hiring) == ["Ada", "Bob"]
    assert await names(hiring, order="JOBS_COMPLETED") == ["Bob", "Ada"]
    assert await names(hiring, where={"allSkills": ["go", "rust"]}) == ["Bob"]
    assert await names(hiring, where={"anySkills": ["GO"]}) == ["Ada", "Bob"]
    assert await names(viewer(bob)) == ["Bob"]
    assert await names(ANONYMOUS) == []
