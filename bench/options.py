"""Options that several commands have."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

NAME = re.compile(r"[\w.-]+")
F = TypeVar("F", bound=Callable[..., Any])


def _record_name(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not NAME.fullmatch(value):
        raise click.BadParameter("a name of letters, digits, dots, hyphens and underscores")
    return value


def turns(seconds: float, rounds: int) -> Callable[[F], F]:
    """How long a turn is, and how many there are."""

    def decorate(command: F) -> F:
        long = click.option("--seconds", default=seconds, show_default=True, help="Of one turn.")
        many = click.option("--rounds", default=rounds, show_default=True, help="Turns of each.")
        return long(many(command))

    return decorate


recorded = click.option(
    "--record",
    "record",
    metavar="NAME",
    callback=_record_name,
    help="Also write bench/results/NAME.*, and bring the documentation that shows it up to date.",
)
