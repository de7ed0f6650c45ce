"""What people may write: text that can be shown, and that changes nothing around it."""

import unicodedata
from dataclasses import dataclass

DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the text around them, also that of others."""

UNSEEN = frozenset({"Cc", "Cs", "Cn"})
"""Categories of characters that are no text: controls, halves of pairs, and none at all."""

BREAKS = frozenset("\n\t")
"""Controls that a text of several lines may have."""


@dataclass(frozen=True, slots=True)
class Text:
    """A kind of text: how long it is, and whether it has lines."""

    shortest: int
    longest: int
    lines: bool = False

    def plain(self, text: str) -> str:
        """As it is kept: without what is around it, and a single line without runs of spaces."""
        return text.replace("\r\n", "\n").strip() if self.lines else " ".join(text.split())

    def takes(self, text: str) -> bool:
        """Whether such a plain text can be kept and shown."""
        return self.shortest <= len(text) <= self.longest and is_shown(text, lines=self.lines)


def is_shown(text: str, *, lines: bool = False) -> bool:
    """Whether all of a text can be seen, in one line or in several."""
    return all(_is_shown(char) or (lines and char in BREAKS) for char in text)


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in UNSEEN and char not in DIRECTIONS
