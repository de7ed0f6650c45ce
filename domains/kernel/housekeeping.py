"""What the kernel does in the background with its own tables, and with everybody's partitions."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .clock import now
from .jobs import job

# What was tried in vain is kept, for as long as the task is, with the reason.
FORGET_FINISHED = text("""
    delete from queue.pgqueuer_log where id in (
      select id from queue.pgqueuer_log log
      where created < now() - interval '7 days'
        and not exists (select from queue.pgqueuer job where job.id = log.job_id)
      order by created limit 100000)
""")


@job(every=timedelta(days=1))
async def make_partitions(session: AsyncSession) -> None:
    """Have the months to come ready in every table that is kept by months."""
    await session.exec(select(func.kernel.make_partitions()))


@job(every=timedelta(days=1))
async def forget_delivered(session: AsyncSession) -> None:
    """Empty the outbox of events that all were told a month ago."""
    await session.exec(select(func.kernel.forget_delivered()))


@job(every=timedelta(hours=1))
async def forget_finished(session: AsyncSession) -> None:
    """Empty the queue's log of tasks that were done a week ago."""
    await (await session.connection()).execute(FORGET_FINISHED)


@job(every=timedelta(minutes=10))
async def forget_full_buckets(session: AsyncSession) -> None:
    """Empty the limiter's table of what says nothing any more."""
    await session.exec(select(func.kernel.forget_full_buckets(now())))
