"""Finding something to learn by its words."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement

from domains.kernel.policy import Columns
from domains.kernel.read.declarations import any_of, argument
from domains.kernel.read.meanings import Arguments, Member
from domains.kernel.read.words import LONGEST_SEARCH, has_words, rank

from .nodes import Course, Module

SearchResult = Annotated[
    Course | Module,
    strawberry.union("SearchResult", description="Something to learn that has the words."),
]


def _course_matches(course: Columns, arguments: Arguments) -> ColumnElement[bool]:
    return has_words(course.search, arguments["text"])


def _course_rank(course: Columns, arguments: Arguments) -> ColumnElement[float]:
    return rank(course.search, arguments["text"])


def _module_matches(module: Columns, arguments: Arguments) -> ColumnElement[bool]:
    return has_words(module.title, arguments["text"])


def _module_rank(module: Columns, arguments: Arguments) -> ColumnElement[float]:
    return rank(module.title, arguments["text"])


def found_by_words() -> Any:
    """Courses and modules together, the best match first."""
    return any_of(
        Member("Course", _course_matches, _course_rank),
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
