"""What other domains have to say and to do when somebody leaves, and when they come back after all.

Both happen in the transaction that changes the account, whose row is locked. Domains higher up are
asked first: they may lock what lies under them, and nobody locks the other way round.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.errors.accounts import AccountInUse
from domains.kernel.refusal import Refused

Check = Callable[[AsyncSession, UUID], Awaitable[Sequence[str]]]
"""Sentences why somebody cannot leave yet. It may also change what is its own, as closing what is
empty; if anybody objects, none of that happens."""

Work = Callable[[AsyncSession, UUID], Awaitable[None]]

C = TypeVar("C", bound=Check)
W = TypeVar("W", bound=Work)

_checks: list[Check] = []
_works: list[Work] = []


def before_leaving(check: C) -> C:
    """Ask a function before an account is closed."""
    _checks.append(check)
    return check


def after_returning(work: W) -> W:
    """Call a function when somebody takes back that they wanted to leave."""
    _works.append(work)
    return work


async def let_go(session: AsyncSession, user_id: UUID) -> None:
    """Go on if nobody objects; else all objections are told at once."""
    reasons = [reason for check in reversed(_checks) for reason in await check(session, user_id)]
    if reasons:
        raise Refused(AccountInUse(reasons=reasons))


async def welcome_back(session: AsyncSession, user_id: UUID) -> None:
    """Undo what was done when they left."""
    for work in reversed(_works):
        await work(session, user_id)
