"""`azora db …`: what an operator does to a cluster."""

import asyncio
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import click

from domains.kernel.database import Database
from gateway import inspection, migrate, roles
from gateway.served import admin_url, app_url, owner_url, with_database
from gateway.settings import Profile, Settings, WrongSettings
from seed import SeedReport, run


@click.group("db")
def database() -> None:
    """Set up, migrate, seed and look at the database."""


@database.command()
def setup() -> None:
    """Make roles, database and extensions with AZORA_ADMIN_DATABASE_URL, a superuser's address."""
    settings = Settings.read()
    owner, app = owner_url(settings), app_url(settings)
    passwords = {
        roles.OWNER: _password(owner, roles.OWNER),
        roles.APP: _password(app, roles.APP),
    }
    name = _same_database(owner, app)
    asyncio.run(_setup(admin_url(settings), name, passwords))
    click.echo(f"The database {name!r} is ready for `azora db migrate`.")


@database.command("migrate")
@click.option("--to", "target", default="head", help="A revision; one below is migrated down to.")
def migrate_command(target: str) -> None:
    """Bring the tables to the newest revision, or to the one that is named."""
    with with_database(Settings.read(), beside=True) as settings:
        asyncio.run(migrate_to_head(settings, target))
        click.echo(f"Revision: {asyncio.run(inspection.revision(owner_url(settings)))}")


@database.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the migration from the newest revision to what the models say."""
    with with_database(Settings.read(), beside=True) as settings:
        asyncio.run(migrate_to_head(settings))
        migrate.revise(owner_url(settings), message)


@database.command()
@click.option("--force", is_flag=True, help="Also in the production profile.")
def seed(*, force: bool) -> None:
    """Put the example data in; doing it again changes nothing."""
    settings = Settings.read()
    if settings.profile is Profile.PRODUCTION and not force:
        raise click.ClickException("Production refuses example accounts with a known password.")
    with with_database(settings, beside=True) as complete:
        click.echo(seed_database(complete))


@database.command()
def ping() -> None:
    """Succeed if the database answers the role that serves."""
    asyncio.run(inspection.reach(app_url(Settings.read())))


@database.command()
def status() -> None:
    """Say how the cluster stands: version, revision, and each namespace."""
    with with_database(Settings.read(), beside=True) as settings:
        found = asyncio.run(inspection.status(owner_url(settings)))
    head = migrate.head()
    state = "up to date" if found.revision == head else f"behind: head is {head}"
    click.echo(f"Postgres {found.version}")
    click.echo(f"Revision {found.revision} ({state})\n")
    _print_table(
        [("namespace", "tables", "rows", "row security forced")]
        + [(n.name, str(n.tables), str(n.rows), _secured(n)) for n in found.namespaces]
    )


@database.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(*, yes: bool) -> None:
    """Drop every namespace with all data and migrate again."""
    settings = Settings.read()
    if settings.profile is Profile.PRODUCTION:
        raise click.ClickException("The production profile refuses to drop its data.")
    if not yes:
        click.confirm("All data will be lost. Go on?", abort=True)
    with with_database(settings, beside=True) as complete:
        asyncio.run(inspection.drop_namespaces(owner_url(complete)))
        asyncio.run(migrate_to_head(complete))
    click.echo("The database is empty and migrated.")


async def migrate_to_head(settings: Settings, target: str = "head") -> None:
    url = owner_url(settings)
    current = await inspection.revision(url)
    # Alembic's environment runs an event loop of its own, which this one must not be around.
    await asyncio.to_thread(migrate.migrate, url, target, current=current)


def seed_database(settings: Settings) -> SeedReport:
    async def seeded() -> SeedReport:
        owned = Database(owner_url(settings))
        await owned.open()
        try:
            return await run(owned)
        finally:
            await owned.close()

    return asyncio.run(seeded())


async def _setup(url: str, name: str, passwords: dict[str, str]) -> None:
    async with inspection.connected(url):
        await roles.prepare(url, name, passwords)


def _password(url: str, role: str) -> str:
    parts = urlsplit(url)
    if parts.username != role or not parts.password:
        raise WrongSettings(f"The address of {role} must carry that name and a password.")
    return unquote(parts.password)


def _same_database(owner: str, app: str) -> str:
    name, other = (unquote(urlsplit(url).path[1:]) for url in (owner, app))
    if not name or name != other:
        raise WrongSettings("DATABASE_URL and AZORA_OWNER_DATABASE_URL must name one database.")
    return name


def _secured(namespace: inspection.Namespace) -> str:
    return f"no: {', '.join(namespace.unsecured)}" if namespace.unsecured else "yes"


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
