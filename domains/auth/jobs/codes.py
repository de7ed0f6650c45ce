"""Sends the codes that were asked for."""

from typing import Any

from domains.auth.service import codes
from domains.kernel.database import Database
from domains.kernel.queue import task


@task
async def deliver_code(database: Database, given: dict[str, Any]) -> None:
    """Make a code and send it; twice done, the older one no longer works."""
    await codes.deliver(database, given)
