"""What must be true of all money after every step of every test."""

import asyncpg

# They declare what they know when they are imported.
import domains.education.repository
import domains.forge.repository
import domains.mint.repository  # noqa: F401
from domains.kernel import invariants


async def hold(owner: asyncpg.Connection) -> None:
    """Fail unless everything adds up; the connection is the owner's, past all row policies."""
    broken = [str(violation) for violation in await invariants.check(owner)]
    assert not broken, "\n".join(broken)
