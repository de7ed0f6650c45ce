"""Which index serves what is asked of thousands of jobs, under row-level security."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event

from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from gateway.execution import Gateway
from tests.operations import Operations
from tests.plans import SETTINGS, Explaining
from tests.postgres import Urls

CROWD = """
insert into auth.users (id, email, name, role)
  select uuidv7(), 'crowd' || n || '@example.org', 'Crowd ' || n,
    (array['employer', 'student'])[1 + n % 2]::auth.user_role
  from generate_series(1, 10000) n;
insert into forge.jobs
    (employer_id, title, description, category, skills, budget, currency, status, deadline)
  select employers[1 + n % 5000], 'Job ' || n, 'Of crowds.', 'Category ' || n % 60,
    array['Skill ' || n % 500, 'Skill ' || n % 7], 1 + n % 97,
    (array['USD', 'AZR', 'BTC', 'ETH'])[1 + n % 4]::mint.currency,
    (array['open', 'completed'])[1 + n % 10 / 9]::forge.job_status,
    case when n % 3 > 0 then now() + n * interval '1 hour' end
  from generate_series(1, 10000) n,
    (select array_agg(id) employers from auth.users where role = 'employer') e;
insert into forge.skill_profiles
    (user_id, name, skills, rating_total, rating_count, jobs_completed)
  select id, name, array['Skill ' || substr(name, 7)::integer % 200], 4, 1,
    substr(name, 7)::integer
  from auth.users
  where role = 'student';
insert into forge.applications (job_id, employer_id, freelancer_id, proposal, bid_amount, currency)
  select job.id, employer_id, freelancers[1 + row_number() over () % 5000], 'I can.', 1, currency
  from forge.jobs job,
    (select array_agg(id) freelancers from auth.users where role = 'student') f;
vacuum analyze auth.users, forge.jobs, forge.skill_profiles, forge.applications
"""
"""Vacuumed too: what waits to be put into an index of skills or words makes that look dear."""

JOBS = """
query ($where: JobFilter, $order: JobOrder! = NEWEST) {
  jobs(where: $where, orderBy: $order) { nodes { title } }
}
"""

PROFILES = """
query ($where: SkillProfileFilter, $order: SkillProfileOrder! = NEWEST) {
  skillProfiles(where: $where, orderBy: $order) { nodes { name } }
}
"""


@pytest.fixture
async def callers(owner: asyncpg.Connection) -> Sequence[Viewer]:
    """The anonymous, an employer and an admin among thousands."""
    for statement in CROWD.split(";\n"):
        await owner.execute(statement)
    id = await owner.fetchval("select id from auth.users where role = 'employer' limit 1")
    return ANONYMOUS, Viewer(id, Role.EMPLOYER), Viewer(id, Role.ADMIN)


@pytest.fixture
async def explaining(urls: Urls, gateway: Gateway) -> AsyncIterator[Explaining]:
    """Explains plans as the application's role runs them."""
    connection = await asyncpg.connect(urls.app)
    yield Explaining(gateway, connection)
    await connection.close()


@pytest.mark.parametrize(
    ("index", "query", "asked"),
    [
        ("jobs_skills_idx", JOBS, {"where": {"allSkills": ["Skill 7", "skill 107"]}}),
        ("jobs_skills_idx", JOBS, {"where": {"anySkills": ["Skill 100", "Skill 101"]}}),
        ("jobs_search_idx", JOBS, {"where": {"search": '"job 77"'}}),
        ("jobs_category_id_idx", JOBS, {"where": {"category": "Category 7"}}),
        ("jobs_budget_id_idx", JOBS, {"order": "BUDGET_DESC"}),
        ("jobs_deadline_or_never_id_idx", JOBS, {"order": "DEADLINE"}),
        (
            "jobs_currency_budget_id_idx",
            JOBS,
            {"where": {"currency": "USD", "budget": {"min": "96.5"}}},
        ),
        (
            "jobs_deadline_or_never_id_idx",
            JOBS,
            {"where": {"deadline": {"until": "2026-02-01T00:00:00Z"}}},
        ),
        ("skill_profiles_skills_idx", PROFILES, {"where": {"allSkills": ["SKILL 7"]}}),
        ("skill_profiles_rating_id_idx", PROFILES, {"order": "RATING"}),
        ("skill_profiles_jobs_completed_id_idx", PROFILES, {"order": "JOBS_COMPLETED"}),
    ],
)
async def test_an_index_serves_it_for_everybody(
    callers: Sequence[Viewer], explaining: Explaining, index: str, query: str, asked: Any
) -> None:
    for caller in callers if query is JOBS else callers[1:]:
        plan = await explaining.of(query, caller, **asked)
        assert re.search(rf"Index .*{index}", plan), f"{caller.role}: {plan}"
        assert "Seq Scan" not in plan, f"{caller.role}: {plan}"


MATCHES = {
    "jobs_skills_idx": "{ jobMatches { score } }",
    "skill_profiles_skills_idx": "query ($id: ID!) { candidateMatches(jobId: $id) { score } }",
}
RARE = "skills @> array['Skill 151']::citext[]"


@pytest.fixture
def compared(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that look for shared skills, each with its parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        if "&&" in statement:
            found.append((statement, given))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("index", MATCHES)
async def test_those_who_may_match_are_found_by_their_skills(
    callers: Sequence[Viewer],
    operations: Operations,
    explaining: Explaining,
    owner: asyncpg.Connection,
    compared: list[tuple[str, Any]],
    index: str,
) -> None:
    worker = await owner.fetchval(f"select user_id from forge.skill_profiles where {RARE}")
    job = await owner.fetchrow(f"select id, employer_id from forge.jobs where {RARE}")
    assert job is not None
    is_job = index.startswith("jobs")
    as_ = Viewer(worker, Role.STUDENT) if is_job else Viewer(job["employer_id"], Role.EMPLOYER)
    asked = {} if is_job else {"id": encode_id("Job", job["id"])}
    data = await operations.data(MATCHES[index], as_=as_, **asked)
    assert [len(matches) for matches in data.values()] == [10]
    [(statement, given)] = compared
    async with explaining.connection.transaction():
        await explaining.connection.execute(SETTINGS, *as_.settings)
        plan = await explaining.connection.fetch(f"explain (costs off) {statement}", *given)
    lines = "\n".join(line for (line,) in plan)
    assert re.search(rf"Index .*{index}", lines), lines
    assert "Seq Scan on jobs" not in lines and "Seq Scan on skill_profiles" not in lines
