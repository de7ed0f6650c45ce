"""The example jobs can be applied for, and the example freelancer's past explains itself."""

from typing import Any

import asyncpg

from domains.kernel.database import Database
from domains.kernel.viewer import Role, Viewer
from seed import run
from seed.accounts import EMPLOYER

JOBS = """
{ jobs { nodes { title category skills budget { amount currency } deadline employer { name } } } }
"""

PROFILES = """
{
  skillProfiles {
    nodes { name skills rating ratingCount jobsCompleted totalEarned { amount currency } }
  }
}
"""


async def test_both_jobs_are_open_to_everybody(graph: Any, database: Database) -> None:
    await run(database)
    script, dashboard = (await graph(JOBS))["jobs"]["nodes"]
    assert dashboard.pop("deadline") is not None
    assert dashboard == {
        "title": "Build React Dashboard",
        "category": "Web Development",
        "skills": ["React", "TypeScript", "Tailwind CSS"],
        "budget": {"amount": "500", "currency": "AZR"},
        "employer": {"name": EMPLOYER.name},
    }
    assert script == {
        "title": "Python Data Analysis Script",
        "category": "Data Science",
        "skills": ["Python", "Pandas", "Data Analysis"],
        "budget": {"amount": "200", "currency": "AZR"},
        "deadline": None,
        "employer": {"name": EMPLOYER.name},
    }


async def test_employers_find_the_student(graph: Any, database: Database) -> None:
    await run(database)
    found = await graph(PROFILES, as_=Viewer(EMPLOYER.id, Role.EMPLOYER))
    assert found["skillProfiles"]["nodes"] == [
        {
            "name": "Themba Ndlovu",
            "skills": ["Python", "JavaScript", "React"],
            "rating": "4.5",
            "ratingCount": 4,
            "jobsCompleted": 5,
            "totalEarned": {"amount": "1200", "currency": "AZR"},
        }
    ]


async def test_without_contracts_all_that_a_freelancer_has_done_is_their_opening_history(
    database: Database, owner: asyncpg.Connection
) -> None:
    await run(database)
    assert await owner.fetchval("select count(*) from forge.contracts") == 0
    differing = (
        "select count(*) from forge.skill_profiles where "
        "(rating_total, rating_count, jobs_completed, total_earned) <> (opening_rating_total, "
        "opening_rating_count, opening_jobs_completed, opening_total_earned)"
    )
    assert await owner.fetchval(differing) == 0
