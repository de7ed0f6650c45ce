"""The questions of the curves: each is asked in several sizes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

PAGES: Final = (1, 2, 5, 10, 20, 50, 100)
LEVELS: Final = (1, 2, 3, 4, 5, 6)
ROOTS: Final = (1, 2, 3, 4, 6, 8)
CLIENTS: Final = (1, 2, 8, 32, 100, 250, 500)
STUDENTS: Final = (1_000, 10_000, 100_000)

FLAT_PAGE: Final = """
query Page($first: Int!) {
  transactions(first: $first) {
    nodes { id type reason createdAt amount { amount currency } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

NESTED_PAGE: Final = """
query Nested($first: Int!) {
  students(first: $first) {
    nodes {
      id firstName lastName
      enrollments(first: 2) { nodes { id status progress course { id title } } }
    }
  }
}
"""

CHAIN: Final = (
    "students(first: $first) { nodes { id firstName lastName %s } }",
    "enrollments(first: $first) { nodes { id status progress %s } }",
    "course { id title category %s }",
    "modules(first: $first) { id title position %s }",
    "course { id title level %s }",
    "enrollments(first: $first) { nodes { id status enrolledAt %s } }",
)
"""From each level's rows to those of the next; half of the levels hold several for one above."""

ROW: Final = "{ id title description durationHours level category publishedAt }"
LIST: Final = "{ nodes { id title category modules(first: 5) { id title position } } }"


@dataclass(frozen=True, slots=True)
class Question:
    """One document with its variables."""

    query: str
    variables: Mapping[str, Any]


def chained(levels: int, items: int) -> Question:
    """So many levels of rows inside each other."""
    inner = ""
    for level in reversed(CHAIN[:levels]):
        inner = level % inner
    return Question(f"query Chain($first: Int!) {{ {inner} }}", {"first": items})


def rooted(fields: Sequence[str], selection: str) -> Question:
    """So many root fields beside each other."""
    parts = (f"r{number}: {field} {selection}" for number, field in enumerate(fields, 1))
    return Question(f"query Roots {{ {' '.join(parts)} }}", {})


def single_rows(ids: Sequence[str], number: int) -> Question:
    return rooted([f'course(id: "{id}")' for id in ids[:number]], ROW)


def pages(number: int) -> Question:
    return rooted(["courses(first: 10)"] * number, LIST)
