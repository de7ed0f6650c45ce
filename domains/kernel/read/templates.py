"""Declared expressions, written once and used again in every statement that needs them.

What a policy or a field says of a row is the same for all viewers of a role, and what a condition
says is the same for all values of one form. So each is compiled once, over rows and parameters
that stand for any, and a statement puts its own names into the text.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from itertools import count
from typing import Any

import sqlalchemy as sa

from domains.kernel.viewer import Role

from . import json_text as j
from .dialect import MARK, REQUESTED, Written, marked, written
from .meanings import Value as Expression
from .rows import SAMPLE, PlannerTerms, Row, Value
from .symbols import Given, Symbols

Condition = Callable[..., sa.ColumnElement[Any]]
"""An expression over a row's columns, the values given, and if it takes them the viewer's terms."""

GIVEN = Given("")
"""Any value in a form."""


@lru_cache(1000)
def sample_of(table: sa.Table) -> sa.FromClause:
    """The rows of a table as expressions are given them."""
    return table.alias(SAMPLE)


@lru_cache(5000)
def template(expression: Expression, table: sa.Table, role: Role) -> Value:
    """What is declared of a table's rows and of who asks, over the sample."""
    rows = sample_of(table)
    made = expression(rows.c, PlannerTerms(role))
    return Value(written(made, rows).text, made.type, j.is_never_null(made))


def asked(symbols: Symbols, condition: Condition, row: Row, values: Any, role: Role | None) -> str:
    """What is asked of these rows, with these values; `role` is whose terms it takes, if any."""
    names: list[str] = []
    found = _asked(condition, row.table, _form(values, names), role)
    places = {_place(place): name for place, name in enumerate(names)}
    for place, kind in found.kinds.items():
        if place in places:
            symbols.kinds[places[place]] = kind
    return row.named(MARK.sub(lambda mark: marked(places.get(mark[1], mark[1])), found.text))


@lru_cache(5000)
def _asked(condition: Condition, table: sa.Table, form: Hashable, role: Role | None) -> Written:
    rows = sample_of(table)
    terms = () if role is None else (PlannerTerms(role),)
    return written(condition(rows.c, _revived(form, count()), *terms), rows)


def _form(value: Any, names: list[str]) -> Hashable:
    """What an expression depends on; adds the names of the parameters that it leaves open."""
    if isinstance(value, Given):
        names.append(value.name)
        return GIVEN
    if isinstance(value, dict):
        return dict, tuple([(key, _form(item, names)) for key, item in value.items()])
    if isinstance(value, list):
        return list, tuple([_form(item, names) for item in value])
    return value  # type: ignore[no-any-return]


def _revived(form: Any, places: Iterator[int]) -> Any:
    """Values of this form."""
    if form is GIVEN:
        return sa.bindparam(_place(next(places)), None)
    match form:
        case (kind, items) if kind is dict:
            return {key: _revived(item, places) for key, item in items}
        case (kind, items) if kind is list:
            return [_revived(item, places) for item in items]
    return form


def _place(number: int) -> str:
    return f"{REQUESTED}given_{number}"
