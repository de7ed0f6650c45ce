"""`azora audit …`: whether the audit log is what was written."""

import asyncio
from typing import BinaryIO

import click

from gateway import audit as checks
from gateway.served import owner_url, with_database
from gateway.settings import Settings


@click.group()
def audit() -> None:
    """Check the audit log, and keep where it ended."""


@audit.command()
@click.option(
    "--anchor",
    type=click.File("rb"),
    help="A file that `azora audit anchor` wrote; - is the standard input.",
)
def verify(anchor: BinaryIO | None) -> None:
    """Follow every chain of the log; fails if a row was changed, added or taken away."""
    try:
        anchored = checks.read_anchor(anchor.read()) if anchor else None
    except checks.WrongAnchor as error:
        raise click.ClickException(str(error)) from None
    with with_database(Settings.read(), beside=True) as settings:
        report = asyncio.run(checks.verify(owner_url(settings), anchored))
    for found in report.breaks:
        click.echo(str(found))
    if report.unshown:
        click.echo(f"… and {report.unshown} more")
    if report.breaks:
        raise click.ClickException("The audit log is not what was written.")
    click.echo(f"{report.rows} rows in {report.chains} chains are as they were written.")


@audit.command("anchor")
def print_anchor() -> None:
    """Print where each chain ends, to be kept where nobody of the database can write."""
    with with_database(Settings.read(), beside=True) as settings:
        content = asyncio.run(checks.anchor(owner_url(settings)))
    click.echo(content, nl=False)
