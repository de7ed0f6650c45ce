"""One-time secrets for tests, made without a letter."""

from datetime import timedelta
from typing import Any

import asyncpg

from domains.auth.engine import tokens as engine
from domains.auth.models import TokenType, User
from domains.auth.repository import tokens
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM


async def a_token(
    database: Database, user: User, type: TokenType, email: str | None = None, **details: Any
) -> str:
    """A secret that was mailed to somebody's address, or to another."""
    async with database.session(SYSTEM) as session:
        about = {"email": email or user.email, **details}
        return await tokens.issue(
            session, user.id, type, lifetime=timedelta(minutes=15), details=about
        )


async def is_living(owner: asyncpg.Connection, secret: str) -> bool:
    """Whether nobody has used it up."""
    query = "select consumed_at is null from auth.tokens where token_hash = $1"
    return bool(await owner.fetchval(query, engine.digest(secret)))
