"""Writes the texts anew, on a server of its own."""

import asyncio

import click

from gateway.identity import configure_identity
from gateway.settings import Profile, Settings
from tests import postgres

from .collecting import collected
from .snapshots import FOLDER, differences, keep, kept


def main() -> None:
    configure_identity(Settings(profile=Profile.TEST))
    with postgres.server() as server:
        now = asyncio.run(collected(server, "azora_explained"))
    click.echo(differences(kept(), now) or "All plans are as they were.")
    keep(now)
    click.echo(f"Written to {FOLDER}")


if __name__ == "__main__":
    main()
