"""What is written of applications."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domains.forge.models import Application, ApplicationStatus, Job


async def apply(
    session: AsyncSession, job: Job, freelancer_id: UUID, proposal: str, bid: Decimal
) -> UUID | None:
    """Add an application, or renew the one that was withdrawn; none if there is another."""
    offer = {"proposal": proposal, "bid_amount": bid}
    parties = {"job_id": job.id, "employer_id": job.employer_id, "freelancer_id": freelancer_id}
    row = insert(Application).values(currency=job.currency, **parties, **offer)
    written = row.on_conflict_do_update(
        index_elements=[col(Application.job_id), col(Application.freelancer_id)],
        set_={"status": ApplicationStatus.PENDING, **offer},
        where=col(Application.status) == ApplicationStatus.WITHDRAWN,
    )
    id: UUID | None = (await session.exec(written.returning(col(Application.id)))).scalar()
    return id


async def application_of(
    session: AsyncSession, job_id: UUID, freelancer_id: UUID
) -> Application | None:
    """What somebody offered for a job."""
    query = select(Application).where(
        Application.job_id == job_id, Application.freelancer_id == freelancer_id
    )
    return (await session.exec(query)).first()


async def application(session: AsyncSession, id: UUID) -> Application | None:
    """An application as it is now."""
    return (await session.exec(_by_id(id))).first()


async def lock_application(session: AsyncSession, id: UUID) -> Application | None:
    """An application that nobody else changes until the transaction ends."""
    return (await session.exec(_by_id(id).with_for_update(key_share=True))).first()


def _by_id(id: UUID) -> SelectOfScalar[Application]:
    query = select(Application).where(Application.id == id)
    return query.execution_options(populate_existing=True)


async def decide(session: AsyncSession, id: UUID, status: ApplicationStatus) -> bool:
    """Move an application on if it is pending; says whether it was."""
    pending = _is_pending() & (col(Application.id) == id)
    decided = update(Application).where(pending).values(status=status)
    return (await session.exec(decided.returning(col(Application.id)))).first() is not None


async def reject_all(session: AsyncSession, job_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Reject all that are pending for a locked job; gives their ids and whose they are."""
    pending = _is_pending() & (col(Application.job_id) == job_id)
    rejected = update(Application).where(pending).values(status=ApplicationStatus.REJECTED)
    found = await session.exec(
        rejected.returning(col(Application.id), col(Application.freelancer_id))
    )
    return [(id, freelancer_id) for id, freelancer_id in found]


def _is_pending() -> Any:
    return col(Application.status) == ApplicationStatus.PENDING
