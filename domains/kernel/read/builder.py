"""From a selection to an expression that gives its JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import sqlalchemy as sa
from graphql import DocumentNode, FieldNode, GraphQLField, GraphQLObjectType, is_non_null_type
from graphql.execution.values import VariableValues
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

from domains.kernel.viewer import Role

from . import json_text as j
from .dialect import cast_of, marked
from .filters import Conditions, demand_modesty
from .graph import Graph, Unplannable, named
from .groups import Stats
from .ids import id_text
from .known import beyond, clauses, parent, seen
from .meanings import MOST, Computed, Embedded, GlobalId, Join, Many, One, Order, Pages, Sql
from .meanings import Value as Expression
from .pages import ConnectionBuilder
from .plan import EACH, MARK, Compute, Fetch, Path, Plan, Step
from .rows import (
    TRUE,
    Audience,
    Parent,
    Row,
    Value,
    common,
    every,
    in_order,
    named_input,
    namespace_of,
    node_type,
    select,
    table_of,
    union,
)
from .selection import HasSelection, Selections
from .stats import StatsBuilder
from .symbols import MOMENT, Inputs, Symbols
from .templates import Condition, asked, template

KEYS = ARRAY(sa.Uuid())
MOMENTS = sa.DateTime(timezone=True)
PROOF = sa.LargeBinary()
TEXT = sa.Text()


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
        self.steps: list[Step] = []
        self.conditions = 0
        self._numbers = count()

    # Rows

    def rows_of(
        self, model: type[SQLModel], parent: Parent | None = None, only: Expression | None = None
    ) -> Row:
        """The table under a fresh name; of its rows is known how they are chosen."""
        table = table_of(model)
        joined = () if parent is None else parent.known(table)
        chosen = () if only is None else clauses(only, table, self.audience.role)
        return Row(self.name("t"), table, (*joined, *chosen))

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers)}"

    def visible(self, model: type[SQLModel], row: Row) -> str:
        """What the policy asks for this viewer, beyond what is asked of these rows anyway."""
        return row.named(beyond(seen(model, self.audience.role), row.known))

    def declared(self, expression: Expression, row: Row) -> str:
        """What is declared of a row and of who asks."""
        return row.named(template(expression, row.table, self.audience.role).text)

    def value_of(self, source: str | Expression, row: Row) -> Value:
        """A column, or what is declared of a row."""
        if isinstance(source, str):
            return row.value(source)
        made = template(source, row.table, self.audience.role)
        return Value(f"({row.named(made.text)})", made.kind, made.never_null)

    def asked(self, condition: Condition, row: Row, values: Any, *, of_viewer: bool = True) -> str:
        """What is asked of a row, and if it says so of who asks, with these values."""
        return asked(
            self.symbols, condition, row, values, self.audience.role if of_viewer else None
        )

    # Objects

    def object(
        self,
        type_: GraphQLObjectType,
        nodes: Sequence[HasSelection],
        row: Row,
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
                yield key, j.Constant(f'"{type_.name}"')
            else:
                yield key, value(type_.fields[name], fields, key)

    def value(
        self,
        owner: GraphQLObjectType,
        field: GraphQLField,
        nodes: list[FieldNode],
        row: Row,
        path: Path,
    ) -> j.Part:
        """One field of a row."""
        match self.graph.meaning_of(field):
            case None:
                return self._leaf(field, self.graph.column_name(field), row)
            case GlobalId():
                return j.quoted(id_text(owner.name, row.column("id")))
            case Sql(expression):
                return self._leaf(field, expression, row)
            case Embedded(parts):
                return self._embedded(field, nodes, row, parts)
            case Computed(needs, function):
                needed = [(name, row.leaf(name)) for name in needs]
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
        row: Row,
        parts: Mapping[str, str | Expression],
    ) -> j.Part:
        def value(part: GraphQLField, _fields: list[FieldNode], _key: str) -> j.Part:
            return self._leaf(part, parts[self.graph.column_name(part)], row)

        whole = j.members(self.members(named(field), nodes, value))
        if is_non_null_type(field.type):
            return whole
        known = every(*(f"{self.value_of(part, row).text} IS NOT NULL" for part in parts.values()))
        return j.or_null(f"CASE WHEN {known} THEN {j.concat([whole])} END")

    def _leaf(self, field: GraphQLField, source: str | Expression, row: Row) -> j.Part:
        return self.value_of(source, row).leaf(self.graph.labels(named(field)))

    # Relations

    def relation(
        self,
        owner: GraphQLObjectType,
        field: GraphQLField,
        nodes: list[FieldNode],
        row: Row,
        path: Path,
        relation: One | Many | Pages | Stats,
        join: Join,
    ) -> j.Expression:
        namespace = self._elsewhere(owner, field)
        if namespace is None:
            parent = self.parent(self.graph.model_of(owner), row, join)
            return self.related(field, nodes, relation, parent, path)
        plan = self.fresh().by_key(field, nodes, relation, namespace)
        return self.fetch(plan, row.leaf(join.here), path)

    def parent(self, model: type[SQLModel], row: Row, join: Join) -> Parent:
        """A row as the one that a relation hangs on."""
        return parent(model, row, join, self.audience.role)

    def fetch(self, plan: Plan, key: j.Part, path: Path) -> j.Expression:
        """A value that another statement brings by its key."""
        return self._placeholder(Fetch(len(self.steps), path, plan), [("key", key)])

    def _placeholder(self, step: Step, values: list[tuple[str, j.Part]]) -> j.Expression:
        """What a step finds in the statement's answer, and replaces."""
        self.steps.append(step)
        return j.obj([(MARK, j.Constant(str(step.number))), *values])

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
        keys = self.name("k")
        value = self.related(field, nodes, relation, Parent(f"{keys}.key", relation.join), (EACH,))
        bound = self.symbols.bind(lambda inputs: list(inputs.keys), KEYS)
        source = f"unnest({bound}) WITH ORDINALITY AS {keys}(key, position)"
        each = f"{select(f'{value} AS item', source)} ORDER BY {keys}.position"
        return self.finish(self.list_of(each), namespace)

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
        row = self.rows_of(model, parent)
        there = parent.joins(row)
        found = self.select_rows(self.object(type_, nodes, row, path), model, row, there)
        if len(relation.join.there) > 1:
            found = f"{found} ORDER BY {row.column('id')} LIMIT 1"
        return j.or_null(f"({found})")

    def _many(
        self, field: GraphQLField, nodes: list[FieldNode], many: Many, parent: Parent, path: Path
    ) -> j.Expression:
        type_ = node_type(field)
        model = self.graph.model_of(type_)
        row = self.rows_of(model, parent)
        shares = parent.shares(row)
        size = self.first(field, nodes[0], many.size)
        if len(shares) == 1:
            item = self.object(type_, nodes, row, (*path, EACH))
            found = self.select_rows(item, model, row, shares[0])
            return self.list_of(limited(found, row, many.order, size))
        rows = replace(row, name=self.name("u"))
        item = self.object(type_, nodes, rows, (*path, EACH))
        what = rows.read_in(item + in_order(rows, many.order), row)
        visible = self.visible(model, row)
        parts = [
            limited(select(what, row.source, share, visible), row, many.order, size)
            for share in shares
        ]
        found = select(f"{item} AS item", union(parts, rows.name))
        return self.list_of(limited(found, rows, many.order, size))

    def select_rows(self, value: j.Expression, model: type[SQLModel], row: Row, *where: str) -> str:
        """A value of each of the table's rows that the viewer may see."""
        return select(f"{value} AS item", row.source, *where, self.visible(model, row))

    def first(self, field: GraphQLField, node: FieldNode, size: int, most: int = MOST) -> str:
        """How many items were asked for."""
        return self.symbols.size(field, node, "first", (size, most))

    def list_of(self, items: str) -> j.Expression:
        """An array of the rows' single values, in the order in which the rows come."""
        rows = self.name("q")
        whole = j.concat([j.array(j.joined(f"{rows}.item"))])
        return f"({select(whole, f'({items}) AS {rows}')})"

    # Statements

    def filtered(
        self, field: GraphQLField, node: FieldNode, model: type[SQLModel], row: Row
    ) -> str:
        """The predicate of a `where` argument."""
        if not (given := self.symbols.values(field, node).get("where")):
            return TRUE
        kind = named_input(field, "where")
        self.conditions = demand_modesty(kind, given, self.conditions)
        where = self.symbols.arguments(field, node, None)["where"]
        return Conditions(self, model, row).all_of(kind, where)

    def finish(self, value: j.Expression, namespace: str | None = None) -> Plan:
        """The whole statement, for one viewer in one round trip.

        The settings that row-level security reads are made by the statement itself: a CASE
        evaluates its condition before its result, and Postgres evaluates the sub-selects of the
        result, where all tables are read, only when they are needed.
        """
        settled = self._proven() if self.audience.proven_by else self._settled()
        whole = f"{common(value)}SELECT CASE WHEN {settled} THEN convert_to({value}, 'UTF8') END"
        return Plan(whole, self.symbols, self.steps, namespace)

    def _settings(self) -> tuple[str, str]:
        """What row-level security reads of the viewer, whose role this statement is made for."""
        role = self.audience.role
        nobody = role is Role.ANONYMOUS
        user_id = j.constant("") if nobody else self.symbols.bind(_user_id, TEXT)
        return user_id, j.constant(role.value)

    def _settled(self) -> str:
        """Makes the settings."""
        user_id, role = self._settings()
        return every(
            f"set_config('azora.user_id', {user_id}, true) IS NOT NULL",
            f"set_config('azora.role', {role}, true) IS NOT NULL",
        )

    def _proven(self) -> str:
        """Makes the settings if the viewer still is who they are remembered to be."""
        proof = self.symbols.bind(lambda inputs: inputs.viewer.proof, PROOF)
        moment = marked(MOMENT) + cast_of(MOMENTS)
        return f"{self.audience.proven_by}({', '.join((proof, *self._settings(), moment))})"


def _user_id(inputs: Inputs) -> str:
    user_id = inputs.viewer.user_id
    return str(user_id) if user_id else ""


def limited(found: str, row: Row, order: Order, size: str) -> str:
    """In order, and no more than so many."""
    return f"{found}{in_order(row, order)} LIMIT {size}"
