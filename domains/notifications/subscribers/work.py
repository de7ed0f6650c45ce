"""What employers and freelancers are told of jobs, applications and contracts.

Freelancers know employers by their account's name, employers freelancers by the name of their skill
profile alone.
"""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge import public as forge
from domains.forge.events import (
    ApplicationRejected,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ContractCancelled,
    ContractCompleted,
    ContractRated,
    ContractStarted,
)
from domains.kernel.events import subscribe
from domains.notifications.models import NotificationType

from .telling import tell

GOOD = NotificationType.SUCCESS


@subscribe(ApplicationSubmitted)
async def tell_of_application(
    session: AsyncSession, event: ApplicationSubmitted, entry_id: UUID
) -> None:
    job = await forge.job_title(session, event.job_id)
    name = await forge.freelancer_name(session, event.freelancer_id)
    message = f"{name} applies for “{job}”."
    await tell(session, entry_id, event.employer_id, "New application", message)


@subscribe(ApplicationWithdrawn)
async def tell_of_withdrawal(
    session: AsyncSession, event: ApplicationWithdrawn, entry_id: UUID
) -> None:
    job = await forge.job_title(session, event.job_id)
    name = await forge.freelancer_name(session, event.freelancer_id)
    message = f"{name} does not want “{job}” any more."
    await tell(session, entry_id, event.employer_id, "Application withdrawn", message)


@subscribe(ApplicationRejected)
async def tell_of_rejection(
    session: AsyncSession, event: ApplicationRejected, entry_id: UUID
) -> None:
    job = await forge.job_title(session, event.job_id)
    message = f"“{job}” did not go to you."
    await tell(session, entry_id, event.freelancer_id, "Application declined", message)


@subscribe(ContractStarted)
async def tell_of_acceptance(session: AsyncSession, event: ContractStarted, entry_id: UUID) -> None:
    job = await forge.job_title(session, event.job_id)
    name = await employer_name(session, event.employer_id)
    message = f"{name} wants you for “{job}”. Begin once its money is in escrow."
    await tell(session, entry_id, event.freelancer_id, "You got the job", message, GOOD)


@subscribe(ContractCompleted)
async def tell_of_completion(
    session: AsyncSession, event: ContractCompleted, entry_id: UUID
) -> None:
    job = await forge.job_title(session, event.job_id)
    title, message = "Contract completed", f"All of “{job}” is settled."
    await tell(session, entry_id, event.freelancer_id, title, message, GOOD)
    message = f"{message} Say what you thought of the work."
    await tell(session, entry_id, event.employer_id, title, message, GOOD)


@subscribe(ContractCancelled)
async def tell_of_cancellation(
    session: AsyncSession, event: ContractCancelled, entry_id: UUID
) -> None:
    job = await forge.job_title(session, event.job_id)
    message = f"The contract about “{job}” ended before any money had moved."
    for user_id in (event.freelancer_id, event.employer_id):
        await tell(session, entry_id, user_id, "Contract cancelled", message)


@subscribe(ContractRated)
async def tell_of_rating(session: AsyncSession, event: ContractRated, entry_id: UUID) -> None:
    job = await forge.job_title(session, event.job_id)
    name = await employer_name(session, event.employer_id)
    rating = await forge.rating(session, event.contract_id)
    message = f"{name} gave you {rating} of 5 for “{job}”."
    await tell(session, entry_id, event.freelancer_id, "Your work was rated", message)


async def employer_name(session: AsyncSession, user_id: UUID) -> str:
    person = await auth.person(session, user_id)
    return person.name if person and person.is_public else "The employer"
