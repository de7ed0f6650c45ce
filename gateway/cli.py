"""The command line: `azora serve`, `work`, `schema`, `docs`, and the groups beside it."""

import asyncio
import difflib
import gc
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import uvicorn
from starlette.applications import Starlette

from domains.kernel.clock import now
from gateway import handbook, inspection, worker
from gateway.app import create_app
from gateway.attendance import Seats
from gateway.attendance.endings import RESTART
from gateway.cli_admin import admin
from gateway.cli_audit import audit
from gateway.cli_database import database, migrate_to_head, seed_database
from gateway.cli_jobs import jobs
from gateway.cli_ledger import ledger
from gateway.cli_operations import operations
from gateway.cli_users import users
from gateway.embedded import EmbeddedPostgresFailed
from gateway.http.protocol import BoundedProtocol
from gateway.identity import new_key
from gateway.inspection import DatabaseUnreachable
from gateway.schema import schema
from gateway.served import app_url, owner_url, with_database
from gateway.settings import Profile, Settings, WrongSettings
from gateway.telemetry import configure_logging
from seed.accounts import ACCOUNTS, PASSWORD

SCHEMA_FILE = Path("schema.graphql")


class Server(uvicorn.Server):
    """Ends what is kept open when it stops, rather than wait for it."""

    def __init__(self, config: uvicorn.Config, seats: Seats) -> None:
        super().__init__(config)
        self._seats = seats

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._seats.close(RESTART)
        await super().shutdown(sockets)


class Commands(click.Group):
    """Ends with one line, not with a trace, where the user can put right what is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (WrongSettings, EmbeddedPostgresFailed, DatabaseUnreachable) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Commands)
def main() -> None:
    """One GraphQL gateway over one Postgres cluster."""
    as_json = os.environ.get("AZORA_PROFILE") == Profile.PRODUCTION
    configure_logging(as_json=as_json, level=logging.WARNING)
    logging.getLogger("azora").setLevel(logging.INFO)
    # What ends a container ends the program in order, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


main.add_command(admin)
main.add_command(audit)
main.add_command(database)
main.add_command(jobs)
main.add_command(ledger)
main.add_command(operations)
main.add_command(users)


@main.command()
@click.option("--seed", is_flag=True, help="Also fill a database of yours if it is empty.")
def serve(*, seed: bool) -> None:
    """Serve GraphQL; without DATABASE_URL over an embedded Postgres, migrated and seeded."""
    settings = Settings.read()
    with suppress(KeyboardInterrupt), _listener(settings) as listener:
        if settings.embedded:
            click.echo(f"Starting the database in {settings.data_dir} …")
        with with_database(settings) as complete:
            _make_ready(complete, seed=seed or settings.embedded)
            _announce(complete, accounts=settings.embedded)
            _serve(complete, listener)
    click.echo("Stopped.")


@main.command()
def work() -> None:
    """Deliver events, and do the tasks and jobs of the background."""
    with suppress(KeyboardInterrupt), with_database(Settings.read(), beside=True) as settings:
        worker.run(settings)


@main.command("schema")
@click.option("--check", is_flag=True, help=f"Compare with {SCHEMA_FILE} instead.")
def print_schema(*, check: bool) -> None:
    """Print the schema in the schema language."""
    text = f"{schema}\n"
    if not check:
        click.echo(text, nl=False)
        return
    committed = SCHEMA_FILE.read_text() if SCHEMA_FILE.exists() else ""
    lines = difflib.unified_diff(
        committed.splitlines(keepends=True), text.splitlines(keepends=True), "committed", "code"
    )
    if difference := "".join(lines):
        click.echo(difference, nl=False)
        raise click.ClickException(f"{SCHEMA_FILE} is not what the code says: run `make schema`.")


@main.command()
@click.argument("name", default=lambda: f"{now():%Y%m%d}")
def key(name: str) -> None:
    """Print a new key, as AZORA_KEYS and AZORA_PEPPERS take it: put it before the older ones."""
    click.echo(new_key(name))


@main.command()
def docs() -> None:
    """Write the domains' pages in docs/domains/."""
    handbook.FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in handbook.pages().items():
        (handbook.FOLDER / name).write_text(text)
        click.echo(handbook.FOLDER / name)


def _listener(settings: Settings) -> socket.socket:
    """The port is taken before the database starts, so that a taken one is known at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = (error.strerror or "").partition(" (while")[0]
        raise click.ClickException(
            f"Port {settings.port} of {settings.host} cannot be had ({reason}): "
            "stop what uses it, or choose another with AZORA_PORT."
        ) from None


def _make_ready(settings: Settings, *, seed: bool) -> None:
    asyncio.run(inspection.reach(app_url(settings)))
    if settings.owner_database_url is None:
        return
    asyncio.run(migrate_to_head(settings))
    if seed and asyncio.run(inspection.is_empty(owner_url(settings))):
        seed_database(settings)


def _announce(settings: Settings, *, accounts: bool) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}/graphql"
    click.echo(f"Azora answers at {address}")
    if settings.graphiql:
        click.echo(f"GraphiQL is at {address} in a browser")
    if accounts:
        click.echo(f"Accounts, all with the password {PASSWORD}:")
        for account in ACCOUNTS:
            click.echo(f"  {account.email}  {account.role}")
    click.echo("Stop with Ctrl-C.")


def _serve(settings: Settings, listener: socket.socket) -> None:
    if not settings.access_log:
        logging.getLogger("azora.requests").setLevel(logging.WARNING)
    app = create_app(settings)
    keep_out_of_collections()
    server = Server(server_config(app, settings), app.state.seats)
    server.run(sockets=[listener])
    if not server.started:
        raise click.ClickException("The gateway did not start; the reason stands above.")


def keep_out_of_collections() -> None:
    """Have the garbage collector pass by what lives as long as the program.

    The schema and all that is loaded are 250,000 objects. To look at each of them takes a good
    tenth of a second, in which nobody is answered. What requests leave is rarely in a cycle, so
    the young need not be looked at every few requests either.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def server_config(app: Starlette, settings: Settings) -> uvicorn.Config:
    """What the server does beside what the application does."""
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="websockets-sansio",
        ws_max_size=settings.max_body_bytes,
        # Costs memory for each socket, and tells the length of what stands beside a secret.
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # It would believe every header that comes from this machine; see `client_address`.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
