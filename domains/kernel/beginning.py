"""How a viewer's transaction begins: in one message, which also makes the viewer's settings.

The message is the first that a connection of the pool gets, so it tells as well whether there is a
database at its other end. Nobody has to ask for that before.
"""

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from .clock import now
from .outcome import is_lost
from .read.plan import ViewerUnproven
from .viewer import Viewer

SETTINGS = "set local azora.user_id = '{}'; set local azora.role = '{}'"
"""Cheaper than functions that do the same: nothing of it is planned."""

PROOF = "select where {}('\\x{}', '{}', '{}', '{}')"
"""Makes the settings as well, and finds no row if the viewer is not who they were."""

PROVEN = "SELECT 1"


class ConnectionLost(ConnectionError):
    """Nobody is at the other end of a connection of the pool, and nothing was begun."""


class Begun:
    """What the engine keeps of a transaction that it did not begin itself."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def commit(self) -> None:
        await self._connection.execute("commit")

    async def rollback(self) -> None:
        await self._connection.execute("rollback")


async def begin(connection: AsyncConnection, viewer: Viewer, *, snapshot: bool = False) -> None:
    """Begin the transaction of a connection that has said nothing yet.

    Raises `ViewerUnproven` if the viewer is remembered and not who they were any more.
    """
    adapter: Any = (await connection.get_raw_connection()).dbapi_connection
    driver: asyncpg.Connection = adapter.driver_connection
    # Kept first: whoever is cancelled meanwhile may have begun one, which must not stay open.
    adapter._transaction = Begun(driver)  # noqa: SLF001 (a test holds what the engine does with it)
    begun = "begin isolation level repeatable read" if snapshot else "begin"
    try:
        # A message of several statements takes no parameters.
        answer = await driver.execute(f"{begun}; {_settings(viewer)}")
    except Exception as error:
        if is_lost(error):
            raise ConnectionLost from error
        raise
    if viewer.proof is not None and answer != PROVEN:
        raise ViewerUnproven


def _settings(viewer: Viewer) -> str:
    """Of values that need no quoting: a UUID, the name of a role, digits."""
    user_id, role = viewer.settings
    if viewer.proof is None:
        return SETTINGS.format(user_id, role)
    moment = now().isoformat()
    return PROOF.format(viewer.proven_by, viewer.proof.hex(), user_id, role, moment)
