"""The files in which clients' builds list their operations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gateway.execution.registered import hash_of

APOLLO = "apollo-persisted-query-manifest"
HASH = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


class BadManifest(Exception):
    """A file from which nothing can be registered; says where and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a file."""

    file: Path
    label: str
    """What the file calls it."""

    text: str

    @property
    def hash(self) -> str:
        return hash_of(self.text)


def read(file: Path) -> list[Entry]:
    """The documents of a file: of a manifest if it is JSON, and otherwise it is one itself."""
    text = _text(file)
    if file.suffix != ".json":
        return [Entry(file, file.stem, text)]
    try:
        manifest = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadManifest(f"{file}: is not valid JSON: {error.msg}") from None
    return [*_entries(file, manifest)]


def _text(file: Path) -> str:
    try:
        # Not `read_text`, which would change the ends of lines and with them the hash.
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        raise BadManifest(f"{file}: is not UTF-8") from None


def _entries(file: Path, manifest: Any) -> Iterator[Entry]:
    match manifest:
        case {"format": str(name)} if name == APOLLO:
            yield from _of_apollo(file, manifest)
        case dict() if all(isinstance(text, str) for text in manifest.values()):
            for id, text in manifest.items():
                yield _checked(Entry(file, id, text), id)
        case _:
            expected = f'{{hash: document}}, or {{"format": "{APOLLO}", …}}'
            raise BadManifest(f"{file}: is no manifest, expected {expected}")


def _of_apollo(file: Path, manifest: dict[str, Any]) -> Iterator[Entry]:
    operations = manifest.get("operations")
    if manifest.get("version") != 1 or not isinstance(operations, list):
        raise BadManifest(f"{file}: expected version 1 of {APOLLO}, with a list of operations")
    for place, operation in enumerate(operations):
        match operation:
            case {"id": str(id), "body": str(text), "name": str(name)}:
                yield _checked(Entry(file, name, text), id)
            case _:
                raise BadManifest(f"{file}: operations[{place}] has no id, name and body")


def _checked(entry: Entry, id: str) -> Entry:
    found = HASH.fullmatch(id)
    if found is None or found[1] != entry.hash:
        raise BadManifest(
            f"{entry.file}: {entry.label}: its id is not the SHA-256 of its text, which is "
            f"{entry.hash}"
        )
    return entry
