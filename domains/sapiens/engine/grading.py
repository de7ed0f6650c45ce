"""What answers are worth, by the key that nobody sees.

A question has an `id`, a `type` and `points` (1 unless it says), and the key has the right answer
under its id. These types are marked, each answer by its own rule; a question of any other needs a
person:

- `multiple_choice`: a text, the right one but for case and spaces around it.
- `true_false`: true or false, or such a text.
- `several_choice`: a list of texts, which are all the right ones and no others.
- `numeric`: a number, or a text in plain notation, exactly the right one.
- `short_answer`: a text; the key lists keywords, and the share of them that it has is what counts.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

CENTS = 100
EXCELLENT = 90
NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
WORD = re.compile(r"\w+")


class NotMarkable(ValueError):
    """A question cannot be marked without a person, or its key is not one of its type."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What answers have earned of an assessment's points, rounded down to two decimals."""

    points: Decimal
    percent: Decimal


def feedback(marks: Marks, pass_mark: Decimal) -> str:
    """What a student is told about their answers."""
    if marks.percent < pass_mark:
        return "Not passed yet. Look again at what you were not sure of."
    return "Passed, excellently." if marks.percent >= EXCELLENT else "Passed."


def marks(
    questions: Sequence[Mapping[str, Any]],
    key: Mapping[str, Any],
    answers: Mapping[str, Any],
    max_score: Decimal,
) -> Marks:
    """What the answers are worth, where all questions together are worth the greatest score.

    A question that was not answered earns nothing.
    """
    earned, whole = Fraction(0), Fraction(0)
    for question in questions:
        worth = _worth(question)
        whole += worth
        earned += worth * _share(question, key, answers)
    if not whole:
        raise NotMarkable("there are no points")
    points = _floored(earned / whole * Fraction(max_score))
    return Marks(points, _floored(Fraction(points) * 100 / Fraction(max_score)))


def _share(
    question: Mapping[str, Any], key: Mapping[str, Any], answers: Mapping[str, Any]
) -> Fraction:
    """How much of a question's points its answer earns, from 0 to 1."""
    type = question.get("type")
    mark = MARKERS.get(type) if isinstance(type, str) else None
    id = question.get("id")
    if mark is None or not isinstance(id, str) or key.get(id) is None:
        raise NotMarkable("a question has no rule, no id or no right answer")
    return Fraction(mark(key[id], answers.get(id)))


def _worth(question: Mapping[str, Any]) -> Fraction:
    points = _number(question.get("points", 1))
    if points is None or points < 0:
        raise NotMarkable("points are no number")
    return Fraction(points)


def _floored(value: Fraction) -> Decimal:
    return Decimal(floor(value * CENTS)) / CENTS


def _text(value: Any) -> str | None:
    """A text without its case, its outer spaces and ways to write the same letters."""
    if not isinstance(value, str):
        return None
    return unicodedata.normalize("NFKC", value).casefold().strip()


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(_text(value) or "")


def _texts(value: Any) -> frozenset[str] | None:
    """A set of texts, of a list of nothing else."""
    if not isinstance(value, list):
        return None
    found = [_text(each) for each in value]
    return frozenset(each for each in found if each) if all(found) else None


def _words(value: Any) -> str:
    """A text as words with a space on either side of each."""
    return f" {' '.join(WORD.findall(_text(value) or ''))} "


def _exactly(form: Callable[[Any], Any]) -> Callable[[Any, Any], bool]:
    """A rule by which an answer is right if it is the key's, both in a common form."""

    def mark(right: Any, answer: Any) -> bool:
        wanted = form(right)
        if wanted in {None, "", frozenset()}:
            raise NotMarkable("a key has no right answer of its type")
        return bool(form(answer) == wanted)

    return mark


def _by_keywords(right: Any, answer: Any) -> Fraction:
    listed = right if isinstance(right, list) else [right]
    keywords = {_words(each) for each in listed}
    if not keywords or not all(keyword.strip() for keyword in keywords):
        raise NotMarkable("a key has no keywords")
    said = _words(answer)
    return Fraction(sum(keyword in said for keyword in keywords), len(keywords))


MARKERS: Mapping[str, Callable[[Any, Any], bool | Fraction]] = {
    "multiple_choice": _exactly(_text),
    "true_false": _exactly(_truth),
    "several_choice": _exactly(_texts),
    "numeric": _exactly(_number),
    "short_answer": _by_keywords,
}
