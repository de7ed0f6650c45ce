"""How courses are narrowed, sorted and found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, Float, Text, and_, func, literal_column, type_coerce
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from domains.education.models import CourseLevel
from domains.kernel import prose
from domains.kernel.policy import Columns
from domains.kernel.read.declarations import (
    NEWEST,
    Arguments,
    Member,
    any_of,
    argument,
    ascending,
    descending,
    matching,
)
from domains.kernel.read.filters import filters, one_of

from .nodes import Course, Module

ENGLISH: ColumnElement[Any] = literal_column("'english'")
MINUSES = r"(-\s*){2,}"
LONGEST_SEARCH = 200
"""Characters of a search."""


def words(text: ColumnElement[str]) -> ColumnElement[Any]:
    """A search as people write it: words, "phrases", `or`, and `-` before what is not wanted.

    Postgres keeps one level of its stack for each `-` in a row, so several become one.
    """
    once = func.regexp_replace(type_coerce(text, Text), MINUSES, "-", "g")
    return func.websearch_to_tsquery(ENGLISH, once, type_=TSQUERY)


def title_words(module: Columns) -> ColumnElement[Any]:
    """The words of a module's title, as its index has them."""
    return func.to_tsvector(ENGLISH, module.title, type_=TSVECTOR)


def course_matches(course: Columns, text: ColumnElement[str]) -> ColumnElement[bool]:
    return course.search.bool_op("@@")(words(text))  # type: ignore[no-any-return]


@prose.input
class PriceRange:
    """From one amount to another, both included; an end that is left out is open."""

    min: Decimal | None = strawberry.UNSET
    """At least so much."""

    max: Decimal | None = strawberry.UNSET
    """At most so much."""


def _costs(course: Columns, ends: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*_ends(course.price, ends))


def _ends(price: ColumnElement[Decimal], ends: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    yield price >= 0
    if ends.get("min") is not None:
        yield price >= ends["min"]
    if ends.get("max") is not None:
        yield price <= ends["max"]


@filters
class CourseFilter:
    """Which courses."""

    category: str | None = matching(lambda course, category: course.category == category)
    """Those of this field."""

    level: CourseLevel | None = matching(lambda course, level: course.level == level)
    """Those of this level."""

    levels: list[CourseLevel] | None = matching(lambda course, levels: one_of(course.level, levels))
    """Those of one of these levels."""

    price: PriceRange | None = matching(_costs)
    """Those that cost so much."""

    free: bool | None = matching(
        lambda course, free: course.price == 0 if free else course.price > 0
    )
    """Those that cost nothing; if false, those that do."""

    search: str | None = matching(course_matches, longest=LONGEST_SEARCH)
    """Those that have these words; also `"a phrase"`, `or`, and `-` before a word to leave out."""

    instructor_id: strawberry.ID | None = matching(
        lambda course, id: course.instructor_id == id, id_of="User"
    )
    """Those taught by this person."""


@prose.enum
class CourseOrder(Enum):
    """How courses are sorted."""

    NEWEST = NEWEST
    """The latest begun first."""

    TITLE = ascending("title")
    """By title, from A."""

    PRICE = ascending("price")
    """The cheapest first."""

    PRICE_DESC = descending("price")
    """The dearest first."""


SearchResult = Annotated[
    Course | Module,
    strawberry.union("SearchResult", description="Something to learn that has the words."),
]


def _course_rank(course: Columns, arguments: Arguments) -> ColumnElement[float]:
    return func.ts_rank(course.search, words(arguments["text"]), type_=Float)


def _module_matches(module: Columns, arguments: Arguments) -> ColumnElement[bool]:
    return title_words(module).bool_op("@@")(words(arguments["text"]))


def _module_rank(module: Columns, arguments: Arguments) -> ColumnElement[float]:
    return func.ts_rank(title_words(module), words(arguments["text"]), type_=Float)


def found_by_words() -> Any:
    """Courses and modules together, the best match first."""
    return any_of(
        Member("Course", lambda course, given: course_matches(course, given["text"]), _course_rank),
        Member("Module", _module_matches, _module_rank),
        arguments=[
            argument(
                "text",
                str,
                'Words; also `"a phrase"`, `or`, and `-word`.',
                longest=LONGEST_SEARCH,
            )
        ],
    )
