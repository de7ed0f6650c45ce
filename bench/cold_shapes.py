"""One document whose statement depends on which of its variables' parts are given."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any, Final

SHAPED: Final = """
query Shaped($where: CourseFilter!) {
  courses(first: 5, where: $where) { nodes { id title level modules(first: 3) { id title } } }
}
"""

CONDITIONS: Final[dict[str, Any]] = {
    "category": "Mathematics",
    "level": "BEGINNER",
    "levels": ["BEGINNER", "ADVANCED"],
    "price": {"min": "1", "max": "70"},
    "free": False,
    "currency": "AZR",
    "publishedAt": {"since": "2025-06-01T00:00:00Z"},
    "durationHours": {"min": 1},
    "search": "Python",
}


def shapes(seed: int, number: int) -> list[dict[str, Any]]:
    """So many variables, of which no two have the same shape."""
    return [{"where": each} for each in islice(_different(Random(seed)), number)]  # noqa: S311


def _different(random: Random) -> Iterator[dict[str, Any]]:
    known: set[str] = set()
    while True:
        where = _chosen(random) | {"and": [_chosen(random), _chosen(random)]}
        if str(where) not in known:
            known.add(str(where))
            yield where


def _chosen(random: Random) -> dict[str, Any]:
    names = [name for name in CONDITIONS if random.random() < 0.5]  # noqa: PLR2004 (a half)
    return {name: CONDITIONS[name] for name in names}
