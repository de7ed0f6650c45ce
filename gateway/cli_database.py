"""`azora db …`: what an operator does to a cluster."""

import asyncio
import sys
from urllib.parse import unquote, urlsplit

import click

from domains.kernel.database import Database
from gateway import coverage, inspection, migrate, roles
from gateway.identity import configure_identity
from gateway.served import admin_url, app_url, owner_url, with_database
from gateway.settings import Profile, Settings, WrongSettings
from seed import SeedReport, run, scale


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
    if not asyncio.run(_setup(admin_url(settings), name, passwords)):
        click.echo("Some filters will use no index: only a superuser can open them (decision 10).")
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
@click.option(
    "--scale",
    "students",
    type=click.IntRange(min=1),
    metavar="N",
    help="Also make a world of N students, or let one grow to them.",
)
@click.option("--force", is_flag=True, help="Also in the production profile.")
def seed(*, students: int | None, force: bool) -> None:
    """Put the example data in; doing it again changes nothing."""
    settings = Settings.read()
    if settings.profile is Profile.PRODUCTION and not force:
        raise click.ClickException("Production refuses example accounts with a known password.")
    with with_database(settings, beside=True) as complete:
        click.echo(seed_database(complete))
        if students is not None:
            click.echo(_scaled(complete, students))


@database.command()
def ping() -> None:
    """Succeed if the database answers the role that serves."""
    asyncio.run(inspection.reach(app_url(Settings.read())))


@database.command()
@click.option("-v", "--verbose", is_flag=True, help="Name every model.")
def status(*, verbose: bool) -> None:
    """Say how the cluster stands: version, revision, and what of each domain is there."""
    with with_database(Settings.read(), beside=True) as settings:
        found = asyncio.run(inspection.status(owner_url(settings)))
    for line in coverage.report(found, verbose=verbose):
        click.echo(line)


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
    configure_identity(settings)

    async def seeded() -> SeedReport:
        owned = Database(owner_url(settings))
        await owned.open()
        try:
            return await run(owned)
        finally:
            await owned.close()

    return asyncio.run(seeded())


def _scaled(settings: Settings, students: int) -> str:
    label, is_seen = f"Making {students} students", sys.stderr.isatty()
    with click.progressbar(
        length=students, label=label, file=sys.stderr, hidden=not is_seen
    ) as progress:
        added = asyncio.run(scale.run(owner_url(settings), students, progress.update))
    return str(SeedReport(added)) if added else f"{students} students were there already."


async def _setup(url: str, name: str, passwords: dict[str, str]) -> bool:
    async with inspection.connected(url):
        return await roles.prepare(url, name, passwords)


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
