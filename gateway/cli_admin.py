"""`azora admin …`: the people who run the platform. No client can make one."""

import asyncio
from typing import TextIO

import click

from domains.auth.public import NewUser, UserRole, appoint
from domains.kernel.database import Database
from domains.kernel.refusal import BadInput, Refused
from domains.kernel.scalars import parse_email
from gateway.identity import configure_identity
from gateway.served import app_url, with_database
from gateway.settings import Settings


@click.group()
def admin() -> None:
    """Appoint those who run the platform."""


@admin.command()
@click.argument("email")
@click.option("--name", required=True, help="What they want to be called.")
@click.option(
    "--password-file",
    type=click.File(),
    help="A file with the password in its first line; - is the standard input.",
)
def create(email: str, name: str, password_file: TextIO | None) -> None:
    """Make an admin's account."""
    given = Settings.read()
    configure_identity(given)
    new = NewUser(
        email=_address(email), password=_password(password_file), name=name, role=UserRole.ADMIN
    )
    with with_database(given, beside=True) as settings:
        made = asyncio.run(_appoint(app_url(settings), new))
    if not made:
        raise click.ClickException(f"{new.email} has an account already.")
    click.echo(f"{new.email} is an admin.")


def _address(email: str) -> str:
    try:
        return parse_email(email)
    except BadInput as error:
        raise click.ClickException(error.message) from None


def _password(file: TextIO | None) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


async def _appoint(url: str, new: NewUser) -> bool:
    database = Database(url)
    try:
        return await appoint(database, new)
    except Refused as refused:
        raise click.ClickException(" ".join(each.message for each in refused.errors)) from None
    finally:
        await database.close()
