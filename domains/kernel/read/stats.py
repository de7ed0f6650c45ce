"""Stats: groups of rows and their figures, in one statement with all else that was selected.

select '{"category":' || to_json(t.category) || ',"count":' || count(*) … as item
from courses t where <visible and asked for>
group by t.category, t.currency order by t.category, t.currency limit n
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLField, GraphQLObjectType, is_non_null_type

from domains.kernel.refusal import BadInput
from domains.kernel.scalars import SCALE

from . import json_text as j
from .graph import Unplannable, named
from .groups import (
    GROUPS,
    MOST_GROUPS,
    By,
    Figures,
    GroupKey,
    Period,
    RowCount,
    Stats,
    StatsOrder,
)
from .meanings import Join, One, Value
from .plan import EACH, Path
from .rows import Parent

if TYPE_CHECKING:
    from .builder import Builder

EXACT = 24
"""Decimals with which an average is divided, so that it is not already rounded up to the half
that decides how it is rounded to its last place."""


class StatsBuilder:
    """Builds one list of groups."""

    def __init__(
        self,
        builder: "Builder",
        field: GraphQLField,
        nodes: list[FieldNode],
        meaning: Stats,
        path: Path,
        parent: Parent | None,
    ) -> None:
        self.builder = builder
        self.field = field
        self.nodes = nodes
        self.meaning = meaning
        self.path = path
        self.parent = parent
        self.type: GraphQLObjectType = named(field)
        self.model = builder.graph.model_of(self.type)
        self.row = builder.rows_of(self.model)
        self.values = builder.symbols.values(field, nodes[0])
        self.groupings = {each.field: each for each in self._asked()}
        self.keys = {name: self._key(name) for name in self._grouped()}

    def build(self) -> j.Expression:
        """The list's JSON."""
        item = j.obj(self.builder.members(self.type, self.nodes, self._value))
        size = self.builder.first(self.field, self.nodes[0], GROUPS, MOST_GROUPS)
        found = self._matching(item).group_by(*self.keys.values())
        if not self.keys:
            # Without groups Postgres counts also what is not there.
            found = found.having(sa.func.count() > 0)
        return self.builder.list_of(found.order_by(*self._order()).limit(size))

    def _matching(self, item: j.Expression) -> sa.Select[Any]:
        """All rows that count."""
        asked = self.builder.filtered(self.field, self.nodes[0], self.model, self.row)
        found = self.builder.select_rows(item, self.model, self.row, *asked)
        if self.parent is None or self.meaning.join is None:
            return found
        theirs = self.parent.joins(self.row.c, self.meaning.join)
        return found.where(theirs).correlate(self.parent.source)

    # Groups

    def _asked(self) -> Iterator[By]:
        """How rows are to be grouped, by each field at most once."""
        chosen: dict[str, str] = {}
        for member in self.values["by"]:
            grouping = self.meaning.groupings[member.name]
            if grouping.field in chosen:
                raise refusal_of(chosen[grouping.field], member.name)
            chosen[grouping.field] = member.name
            yield grouping

    def _grouped(self) -> list[str]:
        """The fields that show keys: those that were asked for, then those that always do."""
        kept = [name for name, meaning in self._group_keys() if meaning.always]
        return list(dict.fromkeys([*self.groupings, *kept]))

    def _group_keys(self) -> Iterator[tuple[str, GroupKey]]:
        for field in self.type.fields.values():
            meaning = self.builder.graph.meaning_of(field)
            if isinstance(meaning, GroupKey):
                yield self.builder.graph.column_name(field), meaning

    def _key(self, name: str) -> j.Expression:
        key = self._source(dict(self._group_keys())[name].source)
        period = self._period(name)
        return key if period is None else first_day(period, key)

    def _period(self, name: str) -> Period | None:
        return self.groupings[name].period if name in self.groupings else None

    def _order(self) -> Iterator[j.Expression]:
        if self.values["orderBy"] is StatsOrder.COUNT:
            yield sa.func.count().desc()
        for name, key in self.keys.items():
            yield (key.asc() if self._period(name) is None else key.desc()).nulls_last()

    def _source(self, source: str | Value) -> j.Expression:
        row = self.row.c
        return row[source] if isinstance(source, str) else source(row, self.builder.terms)

    # What a group shows

    def _value(self, field: GraphQLField, nodes: list[FieldNode], key: str) -> j.Part:
        match self.builder.graph.meaning_of(field):
            case GroupKey(source):
                # What was given below is judged, whether or not there is such a key.
                shown = self._shown(field, nodes, source, (*self.path, EACH, key))
                return shown if self.builder.graph.column_name(field) in self.keys else "null"
            case RowCount():
                return sa.cast(sa.func.count(), j.TEXT)
            case Figures(source):
                return self._figures(field, nodes, self._source(source))
            case unknown:
                raise Unplannable(repr(unknown))

    def _shown(
        self, field: GraphQLField, nodes: list[FieldNode], source: str | Value, path: Path
    ) -> j.Part:
        """A key as a scalar, or as the row that it names."""
        builder = self.builder
        if isinstance(source, str) and isinstance(named(field), GraphQLObjectType):
            join = Join(source, ("id",))
            return builder.relation(self.type, field, nodes, self.row, path, One(join), join)
        name = builder.graph.column_name(field)
        key = self.keys[name] if name in self.keys else self._source(source)
        return j.leaf(key, builder.graph.labels(named(field)))

    def _figures(self, field: GraphQLField, nodes: list[FieldNode], value: j.Expression) -> j.Part:
        figures = figures_of(value)

        def part(each: GraphQLField, _nodes: list[FieldNode], _key: str) -> j.Part:
            return j.leaf(figures[self.builder.graph.column_name(each)])

        whole = j.members(self.builder.members(named(field), nodes, part))
        if is_non_null_type(field.type):
            return whole
        return j.or_null(sa.case((sa.func.count(value) > 0, j.concat([whole]))))


def figures_of(value: j.Expression) -> dict[str, j.Expression]:
    """The figures of a group's values, by name."""
    total = sa.cast(sa.func.sum(value), sa.Numeric())
    mean = sa.func.round(total, EXACT, type_=sa.Numeric()) / sa.func.count(value)
    return {
        "sum": total,
        "average": sa.func.round(mean, SCALE, type_=sa.Numeric()),
        "min": sa.func.min(value),
        "max": sa.func.max(value),
    }


def first_day(period: Period, moment: j.Expression) -> j.Expression:
    """The day on which a moment's period begins, in UTC."""
    clock = sa.func.timezone(j.constant("UTC"), moment)
    return sa.cast(sa.func.date_trunc(j.constant(period.value), clock), sa.Date())


def refusal_of(one: str, other: str) -> BadInput:
    """Two groupings by one field."""
    if one == other:
        return BadInput(f"`by` names {one} twice.")
    return BadInput(f"Group by {one} or by {other}, not by both.")
