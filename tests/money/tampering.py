"""Writing past every guard of the database, as whoever owns the machine can."""

import asyncpg

from domains.kernel.invariants import check

ALL_GUARDS_OFF = "set local session_replication_role = replica"


async def tamper(superuser: asyncpg.Connection, *statements: str) -> None:
    """Change rows with triggers and keys off; each statement must hit some."""
    async with superuser.transaction():
        await _tamper(superuser, *statements)


async def would_find(superuser: asyncpg.Connection, *statements: str) -> set[str]:
    """The codes of what would be broken by that; nothing of it stays."""
    attempt = superuser.transaction()
    await attempt.start()
    try:
        await _tamper(superuser, *statements)
        return {violation.code for violation in await check(superuser)}
    finally:
        await attempt.rollback()


async def _tamper(superuser: asyncpg.Connection, *statements: str) -> None:
    await superuser.execute(ALL_GUARDS_OFF)
    for statement in statements:
        hit = await superuser.execute(statement)
        assert int(hit.split()[-1]) > 0, statement
