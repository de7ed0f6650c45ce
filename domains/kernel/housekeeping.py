"""What the kernel does in the background with its own tables, and with everybody's partitions."""

from datetime import timedelta

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .jobs import job


@job(every=timedelta(days=1))
async def make_partitions(session: AsyncSession) -> None:
    """Have the months to come ready in every table that is kept by months."""
    await session.exec(select(func.kernel.make_partitions()))


@job(every=timedelta(days=1))
async def forget_delivered(session: AsyncSession) -> None:
    """Empty the outbox of events that all were told a month ago."""
    await session.exec(select(func.kernel.forget_delivered()))
