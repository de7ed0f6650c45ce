"""Finding texts: by their words in whatever form, or by a part of them."""

from typing import Any

from sqlalchemy import ColumnElement, Float, Text, func, literal_column, type_coerce
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

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


def has_words(column: ColumnElement[Any], text: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a text, or the words that are kept of it, has those of a search."""
    return _words_of(column).bool_op("@@")(words(text))


def rank(column: ColumnElement[Any], text: ColumnElement[str]) -> ColumnElement[float]:
    """How well it matches a search: more is better."""
    return func.ts_rank(_words_of(column), words(text), type_=Float)


def _words_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The words of a text, written as an index over `to_tsvector('english', …)` has them."""
    if isinstance(column.type, TSVECTOR):
        return column
    return func.to_tsvector(ENGLISH, column, type_=TSVECTOR)


def contains(column: ColumnElement[str], text: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a text holds another anywhere, in whatever case."""
    escaped = func.regexp_replace(text, r"([\\%_])", r"\\\1", "g")
    return column.ilike(func.concat("%", escaped, "%"))
