"""The figures in the documentation, written from the records so that the two cannot differ."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import orjson

from bench import (
    cold_report,
    curves_report,
    layers_record,
    mixed_record,
    planned_report,
    report,
)
from bench.record import RESULTS

PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
BLOCK: Final = re.compile(
    r"(<!-- recorded: (?P<name>[\w.-]+) -->\n).*?(<!-- end of (?P=name) -->)", re.DOTALL
)

SHOWN: Final[dict[str, Callable[[str, bytes], str]]] = {
    "side-by-side": report.page,
    "curves": curves_report.page,
    "cold": cold_report.page,
    "mixed": mixed_record.page,
    "layers": layers_record.page,
    "postgres": planned_report.page,
}
"""By the kind of a record, how the documentation shows it."""


def shown(name: str) -> str:
    """What stands in the documentation of this record."""
    said = (RESULTS / f"{name}.json").read_bytes()
    return SHOWN[orjson.loads(said)["kind"]](name, said)


def names(text: str) -> Iterator[str]:
    """The records that a page shows."""
    return (block["name"] for block in BLOCK.finditer(text))


def filled(text: str, name: str) -> str:
    """The page with one of its records as it is now."""

    def replaced(block: re.Match[str]) -> str:
        if block["name"] != name:
            return block[0]
        return f"{block[1]}\n{shown(name)}\n\n{block[3]}"

    return BLOCK.sub(replaced, text)


def write(name: str) -> bool:
    """Brings the page up to date if it shows this record; says whether it does."""
    text = PAGE.read_text()
    if name not in names(text):
        return False
    PAGE.write_text(filled(text, name))
    return True
