"""What health looks at again and again."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.jobs import job

from . import service


@job(every=timedelta(days=1), snapshot=True)
async def verify_ledger(session: AsyncSession) -> None:
    """Check all money each night, and put on record what the wallets came to."""
    await service.verify_ledger(session)
