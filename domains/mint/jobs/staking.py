"""Tells people that the term of their stake has ended."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.jobs import job
from domains.mint.service import stakes


@job(every=timedelta(minutes=5))
async def tell_matured(session: AsyncSession) -> None:
    """Tell each owner once; what is too much for one time is left to the next."""
    await stakes.tell_matured(session)
