"""`azora jobs …`: what waits for the workers, and what they have given up."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import click

from domains.kernel.database import Database
from gateway import backlog
from gateway.backlog import Item
from gateway.inspection import reach
from gateway.served import app_url, with_database
from gateway.settings import Settings

T = TypeVar("T")

HEAD = ("id", "name", "state", "failures", "since", "next attempt", "last error")


LONGEST_NUMBER = 19
"""How many digits a number of the queue has at most."""


@click.group()
def jobs() -> None:
    """Look at what is done in the background, and try again what failed."""


@jobs.command("list")
@click.option("--dead", is_flag=True, help="Only what was given up.")
def list_items(*, dead: bool) -> None:
    """Name the tasks and events that are not done yet, or never were."""
    found = _over_database(lambda database: backlog.items(database, dead_only=dead))
    if not found:
        click.echo("Nothing was given up." if dead else "Nothing waits.")
        return
    for line in _aligned([HEAD, *map(_cells, found)]):
        click.echo(line)


@jobs.command()
@click.argument("item_id", metavar="ID", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that was given up.")
def retry(item_id: str | None, *, every: bool) -> None:
    """Try again what was given up: a task by its number, or an event by its UUID."""
    if every == (item_id is not None):
        raise click.UsageError("Say which one, or --all.")
    if item_id is None:
        count = _over_database(backlog.retry_all)
        click.echo(f"Tried again: {count}.")
        return
    chosen = _parsed(item_id)
    if not _over_database(lambda database: backlog.retry(database, chosen)):
        raise click.ClickException(f"Nothing with the id {item_id} was given up.")
    click.echo("Tried again: 1.")


def _over_database(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run(url: str) -> T:
        await reach(url)
        database = Database(url)
        try:
            return await work(database)
        finally:
            await database.close()

    with with_database(Settings.read(), beside=True) as settings:
        return asyncio.run(run(app_url(settings)))


def _parsed(item_id: str) -> int | UUID:
    try:
        return int(item_id) if len(item_id) < LONGEST_NUMBER else UUID(item_id)
    except ValueError:
        raise click.ClickException(f"{item_id} is neither a number nor a UUID.") from None


def _cells(item: Item) -> tuple[str, ...]:
    return (
        str(item.id),
        item.name,
        item.state,
        str(item.attempts),
        _moment(item.since),
        _moment(item.next_attempt),
        item.last_error or "-",
    )


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "-"


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
