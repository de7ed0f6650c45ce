"""Figures of the economy, noted again and again."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.jobs import job
from domains.mint import repository


@job(every=timedelta(minutes=5))
async def record_metrics(session: AsyncSession) -> None:
    """Note how much money there is and where."""
    await repository.record_metrics(session)
