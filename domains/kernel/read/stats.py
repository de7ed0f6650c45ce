"""Stats: groups of rows and their figures, in one statement with all else that was selected.

select '{"category":' || json_scalar(t.category) || ',"count":' || count(*) … as item
from courses t where <visible and asked for>
group by t.category, t.currency order by t.category, t.currency limit n
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

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
from .meanings import Join, One
from .meanings import Value as Expression
from .plan import EACH, Path
from .rows import TRUE, Parent, Value, select

if TYPE_CHECKING:
    from .builder import Builder

DATE = sa.Date()
NUMERIC = sa.Numeric()

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
        self.row = builder.rows_of(self.model, parent)
        self.values = builder.symbols.values(field, nodes[0])
        self.groupings = {each.field: each for each in self._asked()}
        self.keys = {name: self._key(name) for name in self._grouped()}

    def build(self) -> j.Expression:
        """The list's JSON."""
        item = j.obj(self.builder.members(self.type, self.nodes, self._value))
        keys = ", ".join(key.text for key in self.keys.values())
        # Without groups Postgres counts also what is not there.
        grouped = f" GROUP BY {keys}" if keys else " HAVING count(*) > 0"
        order = ", ".join(self._order())
        found = self._matching(f"{item} AS item") + grouped
        return self.builder.list_of(
            f"{found}{f' ORDER BY {order}' if order else ''} LIMIT {self._size()}"
        )

    def _size(self) -> str:
        """How many groups, written out where the document says it.

        Of an unknown number Postgres expects a tenth of all groups, and to be done soonest it would
        go through the rows in the groups' order, one after another.
        """
        field, (node, *_), sizes = self.field, self.nodes, (GROUPS, MOST_GROUPS)
        known = self.builder.symbols.settled_size(field, node, "first", sizes)
        return self.builder.first(field, node, *sizes) if known is None else str(known)

    def _matching(self, what: str) -> str:
        """All rows that count."""
        asked = self.builder.filtered(self.field, self.nodes[0], self.model, self.row)
        theirs = TRUE if self.parent is None else self.parent.joins(self.row)
        visible = self.builder.visible(self.model, self.row)
        return select(what, self.row.source, asked, theirs, visible)

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

    def _key(self, name: str) -> Value:
        key = self._source(dict(self._group_keys())[name].source)
        period = self._period(name)
        return key if period is None else first_day(period, key)

    def _period(self, name: str) -> Period | None:
        return self.groupings[name].period if name in self.groupings else None

    def _order(self) -> Iterator[str]:
        if self.values["orderBy"] is StatsOrder.COUNT:
            yield "count(*) DESC"
        for name, key in self.keys.items():
            way = "" if self._period(name) is None else " DESC"
            yield f"{key.text}{way} NULLS LAST"

    def _source(self, source: str | Expression) -> Value:
        return self.builder.value_of(source, self.row)

    # What a group shows

    def _value(self, field: GraphQLField, nodes: list[FieldNode], key: str) -> j.Part:
        match self.builder.graph.meaning_of(field):
            case GroupKey(source):
                # What was given below is judged, whether or not there is such a key.
                shown = self._shown(field, nodes, source, (*self.path, EACH, key))
                return shown if self.builder.graph.column_name(field) in self.keys else j.NULL
            case RowCount():
                return j.text("count(*)")
            case Figures(source):
                return self._figures(field, nodes, self._source(source))
            case unknown:
                raise Unplannable(repr(unknown))

    def _shown(
        self, field: GraphQLField, nodes: list[FieldNode], source: str | Expression, path: Path
    ) -> j.Part:
        """A key as a scalar, or as the row that it names."""
        builder = self.builder
        if isinstance(source, str) and isinstance(named(field), GraphQLObjectType):
            join = Join(source, ("id",))
            return builder.relation(self.type, field, nodes, self.row, path, One(join), join)
        name = builder.graph.column_name(field)
        key = self.keys[name] if name in self.keys else self._source(source)
        return key.leaf(builder.graph.labels(named(field)))

    def _figures(self, field: GraphQLField, nodes: list[FieldNode], value: Value) -> j.Part:
        figures = figures_of(value)

        def part(each: GraphQLField, _nodes: list[FieldNode], _key: str) -> j.Part:
            return figures[self.builder.graph.column_name(each)].leaf()

        whole = j.members(self.builder.members(named(field), nodes, part))
        if is_non_null_type(field.type):
            return whole
        return j.or_null(f"CASE WHEN count({value.text}) > 0 THEN {j.concat([whole])} END")


def figures_of(value: Value) -> dict[str, Value]:
    """The figures of a group's values, by name. A group has at least one row."""
    counted = "count(*)" if value.never_null else f"count({value.text})"
    total = f"CAST(sum({value.text}) AS numeric)"
    mean = f"round({total}, {EXACT}) / {counted}"
    return {
        "sum": Value(total, NUMERIC, value.never_null),
        "average": Value(f"round({mean}, {SCALE})", NUMERIC, value.never_null),
        "min": Value(f"min({value.text})", value.kind, value.never_null),
        "max": Value(f"max({value.text})", value.kind, value.never_null),
    }


def first_day(period: Period, moment: Value) -> Value:
    """The day on which a moment's period begins, in UTC."""
    clock = f"timezone('UTC', {moment.text})"
    return Value(f"CAST(date_trunc({j.constant(period.value)}, {clock}) AS date)", DATE)


def refusal_of(one: str, other: str) -> BadInput:
    """Two groupings by one field."""
    if one == other:
        return BadInput(f"`by` names {one} twice.")
    return BadInput(f"Group by {one} or by {other}, not by both.")
