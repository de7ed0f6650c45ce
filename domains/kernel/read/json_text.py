"""JSON made by Postgres as text: finished bytes of the response, with no JSON value in between.

Text costs Postgres about a quarter less than `json_build_object` and has no limit of a hundred
arguments. Only constants that were checked here become SQL text; values are columns or binds.

A null anywhere in a `||` chain makes the whole chain null, and `string_agg` drops nulls silently,
so every value is coalesced, except those of columns that the database itself keeps from being null.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

Expression = ColumnElement[Any]


class Pieces(tuple["Part", ...]):
    """Parts that become one with those around them, so that constants meet."""

    __slots__ = ()


Part = str | Expression | Pieces
"""A constant, an expression of type text, or several of these."""

NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*\Z")
TEXT = sa.Text()

PLAIN = (sa.Uuid, sa.BigInteger, sa.Date)
"""Types whose text holds no character that JSON escapes; shown as strings."""


def constant(value: str) -> Expression:
    """A text that the program, not the client, chose."""
    return sa.literal_column("'" + value.replace("'", "''") + "'", TEXT)


def concat(parts: Iterable[Part]) -> Expression:
    """The parts one after another; neighbouring constants become one."""
    merged: list[str | Expression] = []
    for part in _flat(parts):
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    terms = [constant(part) if isinstance(part, str) else part for part in merged]
    return reduce(lambda left, right: left.concat(right), terms)


def _flat(parts: Iterable[Part]) -> Iterator[str | Expression]:
    for part in parts:
        if isinstance(part, Pieces):
            yield from _flat(part)
        else:
            yield part


def quoted(value: Expression) -> Pieces:
    """A string whose text needs no escapes."""
    return Pieces(('"', sa.cast(value, TEXT), '"'))


def or_null(value: Part) -> Expression:
    return sa.func.coalesce(concat([value]), constant("null"), type_=TEXT)


def array(items: Expression) -> Expression:
    """An aggregate: the rows' texts as an array, in the order in which the rows come."""
    joined = sa.func.string_agg(items, constant(","), type_=TEXT)
    return concat(["[", sa.func.coalesce(joined, constant(""), type_=TEXT), "]"])


def obj(pairs: Iterable[tuple[str, Part]]) -> Expression:
    """An object as one expression."""
    return concat(members(pairs))


def members(pairs: Iterable[tuple[str, Part]]) -> Pieces:
    """An object; its names must be GraphQL names, which need no escapes."""
    parts: list[Part] = []
    for name, value in pairs:
        if not NAME.match(name):
            raise ValueError(f"not a name: {name!r}")
        parts += ["," if parts else "{", f'"{name}":', value]
    return Pieces([*parts, "}"] if parts else ["{}"])


def boolean(condition: Expression) -> Expression:
    """`true` or `false`."""
    return sa.cast(condition, TEXT)


def leaf(column: Expression, names: Mapping[str, str] | None = None) -> Part:
    """A scalar exactly as the graph's scalars write it in Python; `names` maps enum labels."""
    value = _leaf(column, plain_type(column), names)
    return value if is_never_null(column) else or_null(value)


def is_never_null(column: Expression) -> bool:
    """Whether it is a table's column that the database declares NOT NULL."""
    return isinstance(column, sa.Column) and not column.nullable


def plain_type(column: Expression) -> Any:
    """The column's type without SQLAlchemy's decorations."""
    kind = column.type
    return kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind


def _leaf(column: Expression, kind: Any, names: Mapping[str, str] | None) -> Part:
    if isinstance(kind, sa.Enum):
        return quoted(_enum_name(column, names or {}))
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        return quoted(sa.func.trim_scale(column))
    if isinstance(kind, PLAIN):
        return quoted(column)
    if isinstance(kind, sa.Boolean | sa.Integer | sa.JSON):
        return sa.cast(column, TEXT)
    # Times, texts, arrays: to_json escapes and writes RFC 3339.
    return sa.cast(sa.func.to_json(column), TEXT)


def _enum_name(column: Expression, names: Mapping[str, str]) -> Expression:
    text = sa.cast(column, TEXT)
    if all(label == name for label, name in names.items()):
        return text
    if all(label.upper() == name for label, name in names.items()):
        return sa.func.upper(text, type_=TEXT)
    return sa.case(dict(names), value=text)
