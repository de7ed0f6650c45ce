"""Calling the functions of the database inside a transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, TextClause
from sqlmodel.ext.asyncio.session import AsyncSession


async def rows_from(
    session: AsyncSession, function: TextClause, given: dict[str, Any]
) -> CursorResult[Any]:
    """What a function gives, which sees what the session has not written yet."""
    await session.flush()
    return await (await session.connection()).execute(function, given)


async def id_from(session: AsyncSession, function: TextClause, given: dict[str, Any]) -> UUID:
    """The one id that a function gives."""
    id: UUID = (await rows_from(session, function, given)).scalar_one()
    return id
