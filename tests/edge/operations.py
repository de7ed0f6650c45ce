"""Registering operations as a deployment does: by the command line."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from gateway.cli_operations import operations
from tests.postgres import Urls, beside_the_loop


def azora(urls: Urls, *words: str | Path) -> Result:
    """`azora operations …` over a database."""
    env = {"DATABASE_URL": urls.app, "AZORA_OWNER_DATABASE_URL": urls.owner}
    result: Result = beside_the_loop(CliRunner().invoke, operations, [*map(str, words)], env=env)
    return result


def written(folder: Path, name: str, content: object) -> Path:
    """A file of a build: a document, or what is not a text as JSON."""
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def registered(urls: Urls, folder: Path, *documents: str) -> None:
    """Have these documents run."""
    files = [
        written(folder, f"{number}.graphql", document) for number, document in enumerate(documents)
    ]
    result = azora(urls, "register", *files)
    assert result.exit_code == 0, result.output or repr(result.exception)
