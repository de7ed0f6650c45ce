"""Every statement of a write on the namespace `health`, and those that look at all others."""

from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.database import connection_of
from domains.kernel.invariants import Finding, examine
from domains.mint.public import STATE_ROOT

from .models import ConstitutionalLog

UNHURRIED = text("set local statement_timeout = 0")


async def findings(session: AsyncSession) -> list[Finding]:
    """What came of looking at every invariant, however long that takes."""
    await (await session.connection()).execute(UNHURRIED)
    return [finding async for finding in examine(await connection_of(session))]


async def state_root(session: AsyncSession) -> str:
    """What all wallets together come to."""
    root: str = await (await connection_of(session)).fetchval(STATE_ROOT)
    return root


def add_judgement(
    session: AsyncSession, action: str, *, compliant: bool, details: dict[str, Any]
) -> None:
    """Note an act and whether it kept the constitution."""
    session.add(ConstitutionalLog(action=action, compliant=compliant, details=details))
