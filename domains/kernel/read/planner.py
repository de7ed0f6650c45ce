"""From a query to one statement: the roots, and what they have in common."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from graphql import DocumentNode, FieldNode, GraphQLField, GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

from . import json_text as j
from .builder import KEYS, Builder, limited
from .graph import Graph, Unplannable, named
from .groups import Stats
from .ids import decode_id, type_of_id
from .known import write_policies
from .meanings import MOST, AnyOf, NodeById, NodesByIds, Pages, Rows, Single
from .pages import ConnectionBuilder
from .plan import EACH, Path, Plan
from .rows import Audience, Value, namespace_of, node_type, select, union
from .stats import StatsBuilder
from .symbols import Inputs, Reader, within

DATA = "data"
"""Where a response has what was asked for."""

KEY = sa.Uuid()
NAMES = ARRAY(sa.Text())


class Planner:
    """Plans for one schema. `elsewhere` are the namespaces that have a cluster of their own."""

    def __init__(self, schema: GraphQLSchema, elsewhere: frozenset[str] = frozenset()) -> None:
        self.graph = Graph(schema)
        self.graph.check()
        write_policies(SQLModel.metadata.tables)
        self.elsewhere = elsewhere

    def operation(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        audience: Audience,
    ) -> Plan:
        """A whole query as one statement; Unplannable if a field of it needs Python.

        Its answer is a finished response.
        """
        query = self.graph.schema.query_type
        if query is None:
            raise Unplannable("the schema has no queries")
        roots = RootBuilder(self._builder(document, variables, audience))
        pairs: list[tuple[str, j.Part]] = []
        for key, nodes in roots.builder.selections.of(query, [operation]).items():
            name = nodes[0].name.value
            if name == "__typename":
                pairs.append((key, j.Constant(f'"{query.name}"')))
            elif name.startswith("__"):
                raise Unplannable(name)
            elif roots.namespace(query.fields[name]) is not None:
                raise Unplannable(f"{name} is read from another cluster")
            else:
                path = (DATA, key)
                pairs.append((key, roots.build(query.fields[name], nodes, path)))
        return roots.builder.finish(j.obj([(DATA, j.members(pairs))]))

    def root(
        self,
        document: DocumentNode,
        field: GraphQLField,
        nodes: list[FieldNode],
        variables: VariableValues,
        audience: Audience,
    ) -> Plan:
        """One root field of an operation that the ordinary executor runs."""
        roots = RootBuilder(self._builder(document, variables, audience))
        value = roots.build(field, nodes, (ROOT,))
        # The value stands in a list of one, so that steps have something to put it into.
        listed = j.concat([j.Constant("["), value, j.Constant("]")])
        return roots.builder.finish(listed, roots.namespace(field))

    def by_key(
        self,
        document: DocumentNode,
        type_name: str,
        nodes: list[FieldNode],
        variables: VariableValues,
        audience: Audience,
    ) -> Plan:
        """The client's selection of rows that Python knows by key."""
        builder = self._builder(document, variables, audience)
        return builder.rows_by_key(self.graph.object_type(type_name), nodes)

    def _builder(
        self, document: DocumentNode, variables: VariableValues, audience: Audience
    ) -> Builder:
        return Builder(self.graph, document, variables, audience, self.elsewhere)


ROOT = EACH
"""The path of a root field's value when it is planned alone."""


class RootBuilder:
    """Builds fields of `Query`."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.graph = builder.graph

    def namespace(self, field: GraphQLField) -> str | None:
        """Where the field's rows live, if not on the common cluster."""
        meaning = self.graph.meaning_of(field)
        if isinstance(meaning, NodeById | NodesByIds):
            return None
        if isinstance(meaning, AnyOf):
            # The members of a mixed list are one domain's: they are read in one statement.
            return self.builder.home(self.graph.object_type(meaning.members[0].type_name))
        return self.builder.home(node_type(field))

    def build(self, field: GraphQLField, nodes: list[FieldNode], path: Path) -> j.Expression:
        """The value of a root field."""
        match self.graph.meaning_of(field):
            case Single() as meaning:
                return self._single(field, nodes, path, meaning)
            case Rows() as meaning:
                return self._rows(field, nodes, path, meaning)
            case Pages() as meaning:
                return ConnectionBuilder(self.builder, field, nodes, meaning, path, None).build()
            case Stats() as meaning:
                return StatsBuilder(self.builder, field, nodes, meaning, path, None).build()
            case AnyOf() as meaning:
                return self._any_of(field, nodes, path, meaning)
            case NodeById() | NodesByIds() as meaning:
                name = "id" if isinstance(meaning, NodeById) else "ids"
                return self._nodes(field, nodes, path, name)
            case unknown:
                raise Unplannable(repr(unknown))

    def _single(
        self, field: GraphQLField, nodes: list[FieldNode], path: Path, meaning: Single
    ) -> j.Expression:
        builder, type_ = self.builder, named(field)
        model = self.graph.model_of(type_)
        row = builder.rows_of(model)
        arguments = builder.symbols.arguments(field, nodes[0], type_.name)
        wanted = builder.asked(meaning.where, row, arguments)
        row = row.knowing(wanted)
        item = builder.object(type_, nodes, row, path)
        found = builder.select_rows(item, model, row, wanted)
        return j.or_null(f"({found} LIMIT 1)")

    def _rows(
        self, field: GraphQLField, nodes: list[FieldNode], path: Path, meaning: Rows
    ) -> j.Expression:
        builder, type_ = self.builder, named(field)
        model = self.graph.model_of(type_)
        row = builder.rows_of(model)
        item = builder.object(type_, nodes, row, (*path, EACH))
        wanted = builder.filtered(field, nodes[0], model, row)
        found = builder.select_rows(item, model, row, wanted)
        size = builder.first(field, nodes[0], meaning.size)
        return builder.list_of(limited(found, row, meaning.order, size))

    def _any_of(
        self, field: GraphQLField, nodes: list[FieldNode], path: Path, meaning: AnyOf
    ) -> j.Expression:
        """The members' rows together: greater ranks first, then newer rows."""
        builder = self.builder
        arguments = builder.symbols.arguments(field, nodes[0], None)
        parts = []
        for member in meaning.members:
            type_ = self.graph.object_type(member.type_name)
            model = self.graph.model_of(type_)
            row = builder.rows_of(model)
            item = builder.object(type_, nodes, row, (*path, EACH))
            wanted = builder.asked(member.where, row, arguments, of_viewer=False)
            rank = builder.asked(member.rank, row, arguments, of_viewer=False)
            what = f"{item} AS item, {rank} AS rank, {row.column('id')} AS id"
            parts.append(select(what, row.source, wanted, builder.visible(model, row)))
        found = builder.name("u")
        size = builder.first(field, nodes[0], meaning.size)
        best = f"{select(f'{found}.item', union(parts, found))} ORDER BY {found}.rank DESC"
        return builder.list_of(f"{best}, {found}.id DESC LIMIT {size}")

    def _nodes(
        self, field: GraphQLField, nodes: list[FieldNode], path: Path, name: str
    ) -> j.Expression:
        """Things by global id, each looked up in the table of its type.

        The types are part of the plan's key, so only their tables are in the statement.
        """
        builder = self.builder
        given = builder.symbols.values(field, nodes[0])[name]
        many = isinstance(given, list)
        keys, source = self._typed_keys(_ids(builder.symbols.reader(field, nodes[0], name)))
        names = {type_of_id(each) for each in (given if many else [given])}
        cases = [
            f" WHEN {keys}.name = {j.constant(type_name)}"
            f" THEN {self._by_id(type_name, nodes, keys, path, many=many)}"
            for type_name in sorted(filter(None, names))
            if self.graph.shows_rows(type_name)
        ]
        found = f"CASE{''.join(cases)} END" if cases else "CAST(NULL AS text)"
        item = select(f"{j.or_null(found)} AS item", source)
        return builder.list_of(f"{item} ORDER BY {keys}.position") if many else f"({item})"

    def _by_id(
        self, type_name: str, nodes: list[FieldNode], keys: str, path: Path, *, many: bool
    ) -> j.Expression:
        builder = self.builder
        type_ = self.graph.object_type(type_name)
        model = self.graph.model_of(type_)
        place = (*path, EACH) if many else path
        if namespace_of(model) in builder.elsewhere:
            plan = builder.fresh().rows_by_key(type_, nodes)
            return builder.fetch(plan, Value(f"{keys}.key", KEY).leaf(), place)
        row = builder.rows_of(model)
        item = builder.object(type_, nodes, row, place)
        found = builder.select_rows(item, model, row, f"{row.column('id')} = {keys}.key")
        return f"({found})"

    def _typed_keys(self, read: Reader) -> tuple[str, str]:
        """The ids of a request, taken apart: their rows' name, and where they come from."""
        symbols, keys = self.builder.symbols, self.builder.name("k")
        ids = symbols.bind(lambda inputs: [key for _, key in read(inputs)], KEYS)
        names = symbols.bind(lambda inputs: [name for name, _ in read(inputs)], NAMES)
        return keys, f"unnest({ids}, {names}) WITH ORDINALITY AS {keys}(key, name, position)"


def _ids(read: Reader) -> Reader:
    """The ids of a request as (type's name, key)."""

    def taken_apart(inputs: Inputs) -> list[Any]:
        ids = _listed(read(inputs))
        within(len(ids), "ids", MOST)
        return [decode_id(each) for each in ids]

    return taken_apart


def _listed(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [value]
