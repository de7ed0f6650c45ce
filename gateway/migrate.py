"""Alembic without its command line: the same migrations from here, from tests and from an image."""

from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def configuration(url: str) -> Config:
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("migrations")
    config = Config(attributes={"url": url})
    # ConfigParser takes a percent sign in a path for the beginning of a reference.
    folder = str(Path(spec.submodule_search_locations[0])).replace("%", "%%")
    config.set_main_option("script_location", folder)
    return config


def head() -> str | None:
    return ScriptDirectory.from_config(configuration("")).get_current_head()


def history(current: str | None) -> list[str]:
    """The files of the revisions up to one, newest first."""
    if current is None:
        return []
    revisions = ScriptDirectory.from_config(configuration("")).iterate_revisions(current, "base")
    return [Path(revision.module.__file__ or "").name for revision in revisions]


def migrate(url: str, target: str = "head", *, current: str | None = None) -> None:
    """Up to the target, or down to it where the current revision stands above it."""
    config = configuration(url)
    if target in _below(config, current):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def _below(config: Config, current: str | None) -> set[str]:
    if current is None:
        return set()
    revisions = ScriptDirectory.from_config(config).iterate_revisions(current, "base")
    return {"base", *(revision.revision for revision in revisions)} - {current}


def revise(url: str, message: str) -> None:
    """Write the revision that brings a database at head to what the models say."""
    command.revision(configuration(url), message, autogenerate=True)
