"""Where records are kept, and what is written anew with them."""

from collections.abc import Iterable

import click

from bench import page
from bench.machine import Setting
from bench.record import path, write


def keep(name: str, record: object, *, text: str | None = None, picture: str | None = None) -> None:
    """The data, the same for people, and the documentation if it shows this record."""
    written = [write(name, record)]
    for suffix, content in (("md", text), ("svg", picture)):
        if content is not None:
            written.append(path(name, suffix))
            written[-1].write_text(content)
    if page.write(name):
        written.append(page.PAGE)
    click.echo("Written: " + ", ".join(map(str, written)))


def keep_text(name: str, setting: Setting, parts: Iterable[str]) -> None:
    """A record that is for people alone."""
    title = f"# Measured on {setting.measured}"
    file = path(name, "md")
    file.write_text("\n\n".join([title, "\n".join(setting.lines()), *parts]) + "\n")
    click.echo(f"Written: {file}")
