"""A worker in a process of its own, whose tasks a test can watch."""

import asyncio
import sys
from datetime import timedelta
from typing import Any

import click

from domains.kernel.database import Database
from domains.kernel.queue import register
from gateway import worker
from gateway.settings import Profile, Settings

DAWDLE = "tests.dawdle"
HEARTBEAT = timedelta(seconds=3)


async def dawdle(_database: Database, given: dict[str, Any]) -> None:
    """Take as long as is asked for, and say so."""
    click.echo("begun")
    await asyncio.sleep(given["seconds"])
    click.echo("finished")


if __name__ == "__main__":
    register(DAWDLE, dawdle)
    worker.HEARTBEAT = HEARTBEAT
    worker.run(Settings(profile=Profile.TEST, database_url=sys.argv[1]))
