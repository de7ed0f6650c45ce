"""What is done to the audit log again and again."""

from datetime import timedelta

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.service import audit
from domains.auth.service.choices import choices
from domains.kernel.clock import now
from domains.kernel.jobs import job


@job(every=timedelta(days=1))
async def forget_audit_logs(session: AsyncSession) -> None:
    """Let go of the months of which every row has been kept long enough."""
    await session.exec(select(func.auth.forget_audit_logs(now() - choices.audit_retention)))


@job(every=timedelta(hours=1))
async def note_keys(session: AsyncSession) -> None:
    """Have it in the log when the server's keys have changed."""
    await audit.note_keys(session)
