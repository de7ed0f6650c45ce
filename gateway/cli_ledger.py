"""`azora ledger …`: whether all money is where it must be."""

import asyncio

import click

from gateway import ledger as books
from gateway.served import owner_url, with_database
from gateway.settings import Settings


@click.group()
def ledger() -> None:
    """Check the ledger, and everything that stands for money in it."""


@ledger.command()
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many faults of each kind are listed.",
)
def verify(limit: int) -> None:
    """Check every balance, movement and hash, and all that stands for money; fails if it must."""
    with with_database(Settings.read(), beside=True) as settings:
        report = asyncio.run(books.verify(owner_url(settings), limit))
    for line in report.lines():
        click.echo(line)
    if report.broken:
        raise click.ClickException(f"The books are not right: {', '.join(report.broken)}.")
    click.echo(f"All {len(report.findings)} hold. State root: {report.root}")
