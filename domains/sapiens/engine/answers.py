"""What can be taken for answers at all."""

import json
from typing import Any

MOST_BYTES = 32_768
LONGEST_TEXT = 2000
MOST_CHOICES = 50


def are_answers(value: Any) -> bool:
    """Whether it is an object of short answers: texts, numbers, truth values, lists of texts."""
    if not isinstance(value, dict) or not all(map(_is_answer, value.values())):
        return False
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return len(text.encode()) <= MOST_BYTES
    except ValueError:
        return False


def _is_answer(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_CHOICES and all(map(_is_short, value))
    return value is None or isinstance(value, bool | int | float) or _is_short(value)


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT
