"""`azora operations …`: what clients' builds may run by its hash."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from graphql import GraphQLError
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel import operations as kernel
from domains.kernel.database import Database
from domains.kernel.operations import RegisteredOperation
from domains.kernel.viewer import SYSTEM
from gateway.app import gateway_of
from gateway.execution import Gateway
from gateway.execution.documents import Document
from gateway.manifests import HASH, BadManifest, Entry, read
from gateway.served import owner_url, with_database
from gateway.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


@click.group()
def operations() -> None:
    """Register what clients' builds ask for by its hash."""


@operations.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE…",
)
@click.option("--client", default="", help="Whose build it is, for the list: “web 3.2”.")
@click.option("--dry-run", is_flag=True, help="Only check.")
def register(files: tuple[Path, ...], client: str, *, dry_run: bool) -> None:
    """Let the documents of manifests and .graphql files run; all of them, or none."""
    settings = Settings.read()
    made = _checked(_entries(files), client, gateway_of(settings))
    if dry_run:
        click.echo(f"{len(made)} would be registered; nothing was.")
        return
    new = len(_work(settings, kernel.register, made))
    click.echo(f"{new} registered, {len(made) - new} were already.")


@operations.command("list")
def print_list() -> None:
    """Print all that are registered, and those that are retired."""
    for found in _work(Settings.read(), kernel.registered):
        click.echo("\t".join(_columns(found)))


@operations.command()
@click.argument("hash")
def retire(hash: str) -> None:
    """Let the document of this hash run no longer."""
    given = HASH.fullmatch(hash)
    if given is None:
        raise click.ClickException("A hash has 64 hexadecimal digits; `azora operations list`.")
    if not _work(Settings.read(), kernel.retire, given[1]):
        raise click.ClickException(f"No registered operation has the hash {given[1]}.")
    click.echo(f"{given[1]} is retired.")


def _entries(files: Sequence[Path]) -> list[Entry]:
    try:
        return [entry for file in files for entry in read(file)]
    except BadManifest as bad:
        raise click.ClickException(f"Nothing was registered.\n{bad}") from None


def _checked(entries: list[Entry], client: str, gateway: Gateway) -> list[RegisteredOperation]:
    """The rows of all entries, if none of them has a mistake."""
    # What two builds or two files have in common is registered once.
    found = {entry.hash: (entry, gateway.documents.get(entry.text)) for entry in entries}
    mistakes = [line for pair in found.values() for line in _mistakes(*pair, gateway)]
    if mistakes:
        raise click.ClickException("\n".join(["Nothing was registered.", *mistakes]))
    return [
        RegisteredOperation(hash=hash, document=entry.text, names=_names(document), client=client)
        for hash, (entry, document) in found.items()
    ]


def _mistakes(entry: Entry, document: Document, gateway: Gateway) -> Iterator[str]:
    where = f"{entry.file}: {entry.label}: "
    yield from (where + _said(error) for error in document.errors)
    if not document.errors and not document.operations:
        yield f"{where}The document has no operation."
    most = gateway.rules.limits.max_cost
    for operation in document.operations.values():
        if (least := operation.least_cost()) > most:
            yield f"{where}It asks for at least {least} values, and {most} are allowed."


def _said(error: GraphQLError) -> str:
    places = (f"line {place.line}, column {place.column}" for place in error.locations or ())
    found = "; ".join(places)
    return f"{error.message} ({found})" if found else error.message


def _names(document: Document) -> list[str]:
    return sorted(filter(None, document.operations))


def _columns(found: RegisteredOperation) -> Iterator[str]:
    yield found.hash
    yield ", ".join(found.names) or "(no name)"
    yield found.client or "-"
    yield f"registered {found.registered_at:%Y-%m-%d %H:%M}Z"
    if found.retired_at is not None:
        yield f"retired {found.retired_at:%Y-%m-%d %H:%M}Z"


def _work(
    settings: Settings,
    work: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Do it in a transaction of the owner's, who alone may."""

    async def done(url: str) -> T:
        database = Database(url)
        try:
            async with database.session(SYSTEM) as session:
                return await work(session, *args, **kwargs)
        finally:
            await database.close()

    with with_database(settings, beside=True) as complete:
        return asyncio.run(done(owner_url(complete)))
