"""Markdown, and names that link to their explanation."""

import re
from collections.abc import Iterable, Sequence

Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    """A table; nothing if it has no rows."""
    lines = [_line(row) for row in rows]
    return "\n".join([_line(head), _line(["---"] * len(head)), *lines]) if lines else ""


def _line(cells: Row) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def first_paragraph(text: str | None) -> str:
    return re.split(r"\n\s*\n", (text or "").strip())[0]


def titled(title: str, body: str) -> str:
    """A section; nothing if it would be empty."""
    return f"{title}\n\n{body}" if body else ""


def joined(parts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, parts))
