"""Sends the letters that were asked for."""

from typing import Any

from domains.auth.service import letters
from domains.kernel.database import Database
from domains.kernel.queue import task


@task
async def deliver_letter(database: Database, given: dict[str, Any]) -> None:
    """Write one letter and send it; twice done, its older link no longer works."""
    await letters.deliver(database, given)
