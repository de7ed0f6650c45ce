"""Two jobs of the employer, and the student as a freelancer who has done others elsewhere."""

from datetime import timedelta
from decimal import Decimal

from sqlmodel import SQLModel

from domains.forge.models import Job, SkillProfile
from domains.kernel.clock import now

from .accounts import EMPLOYER, STUDENT
from .ids import fixed_id

DASHBOARD = fixed_id("job", 1)
ANALYSIS = fixed_id("job", 2)

DONE = 5
RATINGS = (5, 4, 5, 4)
"""Of four of the jobs that the student has done; one was not rated."""

EARNED = Decimal(1200)


async def rows() -> list[SQLModel]:
    return [*_jobs(), _profile()]


def _jobs() -> list[SQLModel]:
    return [
        Job(
            id=DASHBOARD,
            employer_id=EMPLOYER.id,
            title="Build React Dashboard",
            description="A dashboard that shows our customers their figures as they change.",
            category="Web Development",
            skills=["React", "TypeScript", "Tailwind CSS"],
            budget=Decimal(500),
            deadline=now() + timedelta(days=30),
        ),
        Job(
            id=ANALYSIS,
            employer_id=EMPLOYER.id,
            title="Python Data Analysis Script",
            description="A script that reads our sales and finds what sells together.",
            category="Data Science",
            skills=["Python", "Pandas", "Data Analysis"],
            budget=Decimal(200),
        ),
    ]


def _profile() -> SQLModel:
    """What the student has done is older than the contracts here, so it is an opening history."""
    return SkillProfile(
        id=fixed_id("skill profile"),
        user_id=STUDENT.id,
        name=STUDENT.name,
        headline="Web and data, in Python and JavaScript",
        skills=["Python", "JavaScript", "React"],
        rating_total=sum(RATINGS),
        rating_count=len(RATINGS),
        jobs_completed=DONE,
        total_earned=EARNED,
        opening_rating_total=sum(RATINGS),
        opening_rating_count=len(RATINGS),
        opening_jobs_completed=DONE,
        opening_total_earned=EARNED,
    )
