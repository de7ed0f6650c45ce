"""`azora users …`: people who have accounts in another system."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import click
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from domains.auth.public import KnownUser, UserRole, bring_users
from domains.kernel.database import Database
from domains.kernel.refusal import BadInput
from domains.kernel.scalars import parse_email
from gateway.served import app_url, with_database
from gateway.settings import Settings

MOST_SHOWN = 20
"""Mistakes that are shown; who made more has seen enough."""


def _address(given: object) -> str:
    try:
        return parse_email(given)
    except BadInput:
        raise ValueError("not an email address") from None


class Line(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, hide_input_in_errors=True)

    email: Annotated[str, BeforeValidator(_address)]
    name: str
    role: UserRole = UserRole.STUDENT
    password_hash: str = Field(repr=False)
    email_verified: bool = False

    @property
    def known(self) -> KnownUser:
        return KnownUser(**self.model_dump())


@click.group()
def users() -> None:
    """Bring accounts from another system."""


@users.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_users(file: Path) -> None:
    """Add the accounts of FILE, all or none.

    Each line is a JSON object: email, name, passwordHash, and if wanted role (student, educator or
    employer) and emailVerified. A hash is bcrypt ($2a$ or $2b$) or argon2id; its owner signs in
    with the password they have, and it is hashed anew then. Who has an account here keeps it.
    """
    known = _known(file)
    with with_database(Settings.read(), beside=True) as settings:
        brought = asyncio.run(_bring(app_url(settings), known))
    click.echo(f"{brought} imported, {len(known) - brought} had an account already.")


async def _bring(url: str, known: list[KnownUser]) -> int:
    database = Database(url)
    try:
        return await bring_users(database, known)
    finally:
        await database.close()


def _known(file: Path) -> list[KnownUser]:
    """All accounts of a file without a mistake."""
    known: list[KnownUser] = []
    mistakes: list[str] = []
    seen: dict[str, int] = {}
    for number, text in enumerate(file.read_bytes().splitlines(), 1):
        if not text.strip():
            continue
        try:
            each = Line.model_validate_json(text).known
        except ValidationError as error:
            mistakes += (f"line {number}: {mistake}" for mistake in _mistakes(error))
            continue
        first = seen.setdefault(each.email, number)
        flaws = [*each.flaws(), *([f"line {first} has this address"] if first != number else [])]
        mistakes += (f"line {number}: {flaw}" for flaw in flaws)
        known.append(each)
    if mistakes:
        raise click.ClickException(_report(mistakes))
    return known


def _mistakes(error: ValidationError) -> Iterator[str]:
    """What is wrong and where, without what was given."""
    for each in error.errors(include_input=False, include_url=False, include_context=False):
        place = ".".join(map(str, each["loc"]))
        yield f"{place}: {each['msg']}" if place else each["msg"]


def _report(mistakes: list[str]) -> str:
    more = len(mistakes) - MOST_SHOWN
    shown = mistakes[:MOST_SHOWN] + ([f"and {more} more"] if more > 0 else [])
    return "\n".join(["Nothing was imported.", *shown])
