"""Operations as trees, to be written out and cut smaller."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

VARIABLE = re.compile(r"\$(v\d+)\b")
SPREAD = re.compile(r"\.\.\.(F\d+)\b")


class Absent:
    """Stands for a variable that is not given."""


ABSENT = Absent()


@dataclass(slots=True)
class Selection:
    """A field, a fragment or an inline fragment: its head, and what is selected of it."""

    head: str
    parts: list["Selection"] | None = None

    def text(self) -> str:
        if self.parts is None:
            return self.head
        return f"{self.head} {{ {' '.join(part.text() for part in self.parts)} }}"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable's definition, and how values for it are made."""

    definition: str
    make: Callable[[Random], Any]


@dataclass(slots=True)
class Operation:
    """One query, its fragments and its variables."""

    root: Selection
    fragments: dict[str, Selection] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)

    def text(self) -> str:
        """The document, with those fragments and variables that it uses."""
        root = self.root.text()
        parts = [root, *(self.fragments[name].text() for name in self._spread(root))]
        used = sorted(
            {name for part in parts for name in VARIABLE.findall(part)} & {*self.variables}
        )
        definitions = " ".join(f"${name}: {self.variables[name].definition}" for name in used)
        parts[0] = f"query{f'({definitions})' if definitions else ''}{parts[0]}"
        return " ".join(parts)

    def _spread(self, text: str) -> list[str]:
        """All fragments that a text reaches, each once."""
        found: list[str] = []
        pending = SPREAD.findall(text)
        while pending:
            name = pending.pop(0)
            if name not in found and name in self.fragments:
                found.append(name)
                pending += SPREAD.findall(self.fragments[name].text())
        return found

    def values(self, random: Random) -> dict[str, Any]:
        """Values for the variables, some left out."""
        made = {name: variable.make(random) for name, variable in self.variables.items()}
        return {name: value for name, value in made.items() if value is not ABSENT}

    def smaller(self) -> Iterator[Callable[[], Callable[[], None]]]:
        """Cuts, each of which gives its own undoing."""
        for tree in (self.root, *self.fragments.values()):
            yield from _cuts(tree)


def _cuts(selection: Selection) -> Iterator[Callable[[], Callable[[], None]]]:
    parts = selection.parts or []
    for part in [*parts]:
        if len(parts) > 1 and any(part is each for each in parts):
            yield lambda part=part: _without(selection, part)  # type: ignore[misc]
        yield from _cuts(part)


def _without(selection: Selection, part: Selection) -> Callable[[], None]:
    before = selection.parts
    selection.parts = [each for each in before or [] if each is not part]

    def undo() -> None:
        selection.parts = before

    return undo
