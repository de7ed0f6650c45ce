"""Who knows whether a person did something: each type of activity has one prover, above."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.mint.engine.mining import Proof
from domains.mint.models import ActivityType

Prover: TypeAlias = Callable[[AsyncSession, UUID, UUID], Awaitable[Proof | None]]
"""Takes the system's session, a person and an activity; None if they have not done it.

It reads what its domain has written down, never what a client says, and it locks no wallet.
"""

_provers: dict[ActivityType, Prover] = {}


def proves(type: ActivityType) -> Callable[[Prover], Prover]:
    """Have a function say what people did of this type."""

    def register(prover: Prover) -> Prover:
        _provers[type] = prover
        return prover

    return register


async def proof_of(
    session: AsyncSession, user_id: UUID, type: ActivityType, activity_id: UUID
) -> Proof | None:
    """That a person did something, if they did."""
    prover = _provers.get(type)
    return await prover(session, user_id, activity_id) if prover else None
