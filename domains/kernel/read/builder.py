"""From a selection to an expression that gives its JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from graphql import DocumentNode, FieldNode, GraphQLField, GraphQLObjectType, is_non_null_type
from graphql.execution.values import VariableValues
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

from domains.kernel.clock import now
from domains.kernel.policy import database_function, policy_of
from domains.kernel.viewer import Role

from . import json_text as j
from .filters import Conditions, demand_modesty
from .graph import Graph, Unplannable, named
from .groups import Stats
from .ids import id_text
from .meanings import MOST, Computed, Embedded, GlobalId, Join, Many, One, Order, Pages, Sql, Value
from .pages import ConnectionBuilder
from .plan import EACH, MARK, Compute, Fetch, Path, Plan, Step
from .rows import (
    Audience,
    Parent,
    PlannerTerms,
    named_input,
    namespace_of,
    node_type,
    sort_keys,
    union,
)
from .selection import HasSelection, Selections
from .stats import StatsBuilder
from .symbols import Reader, Symbols, bounded

SETTINGS: dict[str, Reader] = {
    "azora.user_id": lambda inputs: inputs.viewer.settings[0],
    "azora.role": lambda inputs: inputs.viewer.settings[1],
}
"""What row-level security reads of the viewer."""


class Builder:
    """Builds one statement. Every table it reads is under its policy."""

    def __init__(
        self,
        graph: Graph,
        document: DocumentNode,
        variables: VariableValues,
        audience: Audience,
        elsewhere: frozenset[str] = frozenset(),
    ) -> None:
        self.graph = graph
        self.document = document
        self.audience = audience
        self.elsewhere = elsewhere
        self.selections = Selections(graph.schema, document, variables)
        self.symbols = Symbols(variables)
        self.terms = PlannerTerms(self.symbols, audience.role)
        self.steps: list[Step] = []
        self._numbers = count()

    # Rows

    def rows_of(self, model: type[SQLModel]) -> sa.Alias:
        """The table under a fresh name."""
        return model.__table__.alias(self.name("t"))  # type: ignore[attr-defined, no-any-return]

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers)}"

    def visible(self, model: type[SQLModel], row: sa.FromClause) -> sa.ColumnElement[bool]:
        """The policy's predicate for this viewer."""
        if self.audience.role is Role.SYSTEM:
            return sa.true()
        return policy_of(model).visible(row.c, self.terms)

    # Objects

    def object(
        self,
        type_: GraphQLObjectType,
        nodes: Sequence[HasSelection],
        row: sa.FromClause,
        path: Path,
    ) -> j.Expression:
        """The selected fields of one row."""

        def value(field: GraphQLField, fields: list[FieldNode], key: str) -> j.Part:
            return self.value(type_, field, fields, row, (*path, key))

        return j.obj(self.members(type_, nodes, value))

    def members(
        self,
        type_: GraphQLObjectType,
        nodes: Sequence[HasSelection],
        value: Callable[[GraphQLField, list[FieldNode], str], j.Part],
    ) -> Iterator[tuple[str, j.Part]]:
        """What is selected of an object, by response key."""
        for key, fields in self.selections.of(type_, nodes).items():
            name = fields[0].name.value
            if name == "__typename":
                yield key, f'"{type_.name}"'
            else:
                yield key, value(type_.fields[name], fields, key)

    def value(
        self,
        owner: GraphQLObjectType,
        field: GraphQLField,
        nodes: list[FieldNode],
        row: sa.FromClause,
        path: Path,
    ) -> j.Part:
        """One field of a row."""
        match self.graph.meaning_of(field):
            case None:
                column = row.c[self.graph.column_name(field)]
                return j.leaf(column, self.graph.labels(named(field)))
            case GlobalId():
                return j.quoted(id_text(owner.name, row.c.id))
            case Sql(expression):
                return j.leaf(expression(row.c, self.terms), self.graph.labels(named(field)))
            case Embedded(parts):
                return self._embedded(field, nodes, row, parts)
            case Computed(needs, function):
                needed: list[tuple[str, j.Part]] = [(name, j.leaf(row.c[name])) for name in needs]
                return self._placeholder(Compute(len(self.steps), path, function), needed)
            case (
                One(join) | Many(join) | Pages(Join() as join) | Stats(Join() as join)
            ) as relation:
                return self.relation(owner, field, nodes, row, path, relation, join)
            case unknown:
                raise Unplannable(repr(unknown))

    def _embedded(
        self,
        field: GraphQLField,
        nodes: list[FieldNode],
        row: sa.FromClause,
        parts: Mapping[str, str | Value],
    ) -> j.Part:
        values = {
            name: row.c[part] if isinstance(part, str) else part(row.c, self.terms)
            for name, part in parts.items()
        }

        def value(part: GraphQLField, _fields: list[FieldNode], _key: str) -> j.Part:
            return j.leaf(values[self.graph.column_name(part)], self.graph.labels(named(part)))

        whole = j.members(self.members(named(field), nodes, value))
        if is_non_null_type(field.type):
            return whole
        known = sa.and_(*(each.is_not(None) for each in values.values()))
        return j.or_null(sa.case((known, j.concat([whole]))))

    # Relations

    def relation(
        self,
        owner: GraphQLObjectType,
        field: GraphQLField,
        nodes: list[FieldNode],
        row: sa.FromClause,
        path: Path,
        relation: One | Many | Pages | Stats,
        join: Join,
    ) -> j.Expression:
        parent = Parent(row.c[join.here], row)
        namespace = self._elsewhere(owner, field)
        if namespace is None:
            return self.related(field, nodes, relation, parent, path)
        plan = self.fresh().by_key(field, nodes, relation, namespace)
        return self.fetch(plan, parent.key, path)

    def fetch(self, plan: Plan, key: j.Expression, path: Path) -> j.Expression:
        """A value that another statement brings by its key."""
        return self._placeholder(Fetch(len(self.steps), path, plan), [("key", j.leaf(key))])

    def _placeholder(self, step: Step, values: list[tuple[str, j.Part]]) -> j.Expression:
        """What a step finds in the statement's answer, and replaces."""
        self.steps.append(step)
        return j.obj([(MARK, str(step.number)), *values])

    def _elsewhere(self, owner: GraphQLObjectType, field: GraphQLField) -> str | None:
        """The namespace of a link's target, if it lives on another cluster than its owner."""
        model = self.graph.model_of(node_type(field))
        apart = self.are_apart(self.graph.model_of(owner), model)
        return namespace_of(model) if apart else None

    def are_apart(self, one: type[SQLModel], other: type[SQLModel]) -> bool:
        """Whether two tables live on different clusters."""
        here, there = namespace_of(one), namespace_of(other)
        return here != there and bool({here, there} & self.elsewhere)

    def home(self, type_: GraphQLObjectType) -> str | None:
        """The namespace of a type's rows, if it has a cluster of its own."""
        namespace = namespace_of(self.graph.model_of(type_))
        return namespace if namespace in self.elsewhere else None

    def fresh(self) -> "Builder":
        """A builder of a statement that follows this one, which has made sure of the viewer."""
        variables, audience = self.symbols.variables, Audience(self.audience.role)
        return Builder(self.graph, self.document, variables, audience, self.elsewhere)

    def rows_by_key(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Plan:
        """A whole statement: the selection of rows by their ids."""
        by_id = One(Join("key", ("id",)))
        return self.by_key(GraphQLField(type_), nodes, by_id, self.home(type_))

    def by_key(
        self, field: GraphQLField, nodes: list[FieldNode], relation: Any, namespace: str | None
    ) -> Plan:
        """A whole statement: a relation's values for a list of keys, in the keys' order."""
        keys = self.keys()
        parent = Parent(keys.c.key, keys)
        value = self.related(field, nodes, relation, parent, (EACH,))
        return self.finish(self.ordered(value, keys), namespace)

    def keys(self) -> sa.FromClause:
        """The keys that the plan is asked for, numbered."""
        bound = self.symbols.bind(lambda inputs: list(inputs.keys), ARRAY(sa.Uuid))
        keys = sa.func.unnest(bound).table_valued(
            sa.column("key", sa.Uuid), with_ordinality="position", name=self.name("k")
        )
        return keys.render_derived()

    def ordered(self, value: j.Expression, keys: sa.FromClause) -> j.Expression:
        """The values, one for each key, as an array in the keys' order."""
        each = sa.select(value.label("item")).select_from(keys).order_by(keys.c.position)
        return self.list_of(each)

    def related(
        self,
        field: GraphQLField,
        nodes: list[FieldNode],
        relation: One | Many | Pages | Stats,
        parent: Parent,
        path: Path,
    ) -> j.Expression:
        """The rows on the other side of a join, as the relation shows them."""
        if isinstance(relation, Pages):
            return ConnectionBuilder(self, field, nodes, relation, path, parent).build()
        if isinstance(relation, Stats):
            return StatsBuilder(self, field, nodes, relation, path, parent).build()
        if isinstance(relation, Many):
            return self._many(field, nodes, relation, parent, path)
        type_ = node_type(field)
        model = self.graph.model_of(type_)
        row = self.rows_of(model)
        there = parent.joins(row.c, relation.join)
        found = self.select_rows(self.object(type_, nodes, row, path), model, row, there)
        if len(relation.join.there) > 1:
            found = found.order_by(row.c.id).limit(1)
        return j.or_null(found.correlate(parent.source).scalar_subquery())

    def _many(
        self, field: GraphQLField, nodes: list[FieldNode], many: Many, parent: Parent, path: Path
    ) -> j.Expression:
        type_ = node_type(field)
        model = self.graph.model_of(type_)
        row = self.rows_of(model)
        shares = parent.shares(row.c, many.join)
        if len(shares) == 1:
            item = self.object(type_, nodes, row, (*path, EACH))
            found = parent.of(self.select_rows(item, model, row), shares[0])
            return self.list_of(self.limited(found, row, many.order, field, nodes[0], many.size))
        rows = sa.select(row).where(self.visible(model, row))
        parts = [
            self.limited(parent.of(rows, share), row, many.order, field, nodes[0], many.size)
            for share in shares
        ]
        every = union(parts, self.name("u"))
        items = sa.select(self.object(type_, nodes, every, (*path, EACH)).label("item"))
        return self.list_of(self.limited(items, every, many.order, field, nodes[0], many.size))

    def select_rows(
        self,
        value: j.Expression,
        model: type[SQLModel],
        row: sa.FromClause,
        *where: sa.ColumnElement[bool],
    ) -> sa.Select[Any]:
        conditions = (*where, self.visible(model, row))
        return sa.select(value.label("item")).select_from(row).where(*conditions)

    def limited(
        self,
        found: sa.Select[Any],
        row: sa.FromClause,
        order: Order,
        field: GraphQLField,
        node: FieldNode,
        size: int,
    ) -> sa.Select[Any]:
        """In order, and no more than `first`."""
        return found.order_by(*sort_keys(row, order)).limit(self.first(field, node, size))

    def first(
        self, field: GraphQLField, node: FieldNode, size: int, most: int = MOST
    ) -> sa.ColumnElement[int]:
        read = self.symbols.reader(field, node, "first")
        number = bounded(lambda inputs: size if (n := read(inputs)) is None else n, "first", most)
        return self.symbols.bind(number, sa.Integer)

    def list_of(self, items: sa.Select[Any]) -> j.Expression:
        """An array of the rows' single values, in the order in which the rows come."""
        rows = items.subquery(self.name("q"))
        return sa.select(j.array(rows.c.item)).select_from(rows).scalar_subquery()

    # Statements

    def filtered(
        self, field: GraphQLField, node: FieldNode, model: type[SQLModel], row: sa.FromClause
    ) -> Iterator[sa.ColumnElement[bool]]:
        """The predicates of a `where` argument."""
        if not (given := self.symbols.values(field, node).get("where")):
            return
        kind = named_input(field, "where")
        demand_modesty(kind, given)
        where = self.symbols.arguments(field, node, None)["where"]
        yield Conditions(self, model, row).all_of(kind, where)

    def finish(self, value: j.Expression, namespace: str | None = None) -> Plan:
        """The whole statement, for one viewer in one round trip.

        The settings that row-level security reads are made by the statement itself: a CASE
        evaluates its condition before its result, and Postgres evaluates the sub-selects of the
        result, where all tables are read, only when they are needed.
        """
        settled = self._proven() if self.audience.proven_by else self._settled()
        encoded = sa.func.convert_to(value, j.constant("UTF8"), type_=sa.LargeBinary)
        whole = sa.select(sa.case((settled, encoded)))
        return Plan(whole, self.symbols.readers, self.steps, namespace)

    def _settled(self) -> sa.ColumnElement[bool]:
        """Makes the settings."""
        made = (
            sa.func.set_config(j.constant(name), self.symbols.bind(read, sa.Text()), sa.true())
            for name, read in SETTINGS.items()
        )
        return sa.and_(*(setting.is_not(None) for setting in made))

    def _proven(self) -> sa.ColumnElement[bool]:
        """Makes the settings if the viewer still is who they are remembered to be."""
        function = database_function(str(self.audience.proven_by))
        proof = self.symbols.bind(lambda inputs: inputs.viewer.proof, sa.LargeBinary())
        settings = [self.symbols.bind(read, sa.Text()) for read in SETTINGS.values()]
        moment = self.symbols.bind(lambda _: now(), sa.DateTime(timezone=True))
        return function(proof, *settings, moment, type_=sa.Boolean())  # type: ignore[no-any-return]
