"""Knowing that somebody waits, so that a test does at that moment what it is about."""

import asyncio

import asyncpg

# What another session waits for is shown to nobody but superusers; that it waits is.
WAITING = """
select count(*) from pg_locks join pg_stat_activity using (pid)
where not granted and datname = current_database()
"""


async def waiting(owner: asyncpg.Connection, count: int) -> bool:
    """Whether so many wait for a lock of this database, within five seconds."""
    for _ in range(250):
        if await owner.fetchval(WAITING) >= count:
            return True
        await asyncio.sleep(0.02)
    return False
