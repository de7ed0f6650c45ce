"""Jobs and what becomes of them, with plain values where a test does not care."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from domains.auth.models import User
from domains.forge.models import (
    Application,
    ApplicationStatus,
    Contract,
    Dispute,
    Job,
    Milestone,
    SkillProfile,
)
from domains.kernel.database import Database
from tests.makers import put

_numbers = count(1)

REASON = "This is not what we agreed on."


async def a_job(database: Database, employer: User, **values: Any) -> Job:
    """An open job."""
    given: dict[str, Any] = {
        "title": f"Job {next(_numbers)}",
        "description": "What there is to do.",
        "category": "Web Development",
        "budget": Decimal(500),
    }
    job = Job(employer_id=employer.id, **given | values)
    await put(database, job)
    return job


async def an_application(
    database: Database, job: Job, freelancer: User, **values: Any
) -> Application:
    """A pending offer to do a job for its budget."""
    given: dict[str, Any] = {"proposal": "I have done it before.", "bid_amount": job.budget}
    application = Application(
        job_id=job.id,
        employer_id=job.employer_id,
        currency=job.currency,
        freelancer_id=freelancer.id,
        **given | values,
    )
    await put(database, application)
    return application


async def a_skill_profile(database: Database, user: User, **values: Any) -> SkillProfile:
    """A person as a freelancer who has done nothing yet."""
    profile = SkillProfile(user_id=user.id, **{"name": user.name} | values)
    await put(database, profile)
    return profile


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract with milestones, and what it came out of."""

    job: Job
    application: Application
    contract: Contract
    milestones: list[Milestone]


async def an_agreement(
    database: Database, job: Job, freelancer: User, *parts: dict[str, Any], **values: Any
) -> Agreement:
    """A contract for a job's budget, with a milestone of 100 for each of the parts."""
    accepted = ApplicationStatus.ACCEPTED
    application = await an_application(database, job, freelancer, status=accepted)
    parties: dict[str, Any] = {
        "employer_id": job.employer_id,
        "freelancer_id": freelancer.id,
        "currency": job.currency,
    }
    given: dict[str, Any] = {"amount": job.budget, **parties}
    contract = Contract(job_id=job.id, application_id=application.id, **given | values)
    usual: dict[str, Any] = {"description": "A part.", "amount": Decimal(100), **parties}
    milestones = [
        Milestone(contract_id=contract.id, position=position, **usual | part)
        for position, part in enumerate(parts, 1)
    ]
    await put(database, contract, *milestones)
    return Agreement(job, application, contract, milestones)


async def a_dispute(database: Database, milestone: Milestone, **values: Any) -> Dispute:
    """An open dispute that the employer has raised."""
    given: dict[str, Any] = {"raised_by_id": milestone.employer_id, "reason": REASON}
    dispute = Dispute(
        milestone_id=milestone.id,
        contract_id=milestone.contract_id,
        employer_id=milestone.employer_id,
        freelancer_id=milestone.freelancer_id,
        **given | values,
    )
    await put(database, dispute)
    return dispute
