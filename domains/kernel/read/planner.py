"""From a query to one statement: the roots, and what they have in common."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from graphql import DocumentNode, FieldNode, GraphQLField, GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues
from sqlalchemy.dialects.postgresql import ARRAY

from . import json_text as j
from .builder import Builder
from .graph import Graph, Unplannable, named
from .groups import Stats
from .ids import decode_id, type_of_id
from .meanings import MOST, AnyOf, NodeById, NodesByIds, Pages, Rows, Single
from .pages import ConnectionBuilder
from .plan import EACH, Path, Plan
from .rows import Audience, namespace_of, node_type
from .stats import StatsBuilder
from .symbols import Inputs, Reader, bounded


class Planner:
    """Plans for one schema. `elsewhere` are the namespaces that have a cluster of their own."""

    def __init__(self, schema: GraphQLSchema, elsewhere: frozenset[str] = frozenset()) -> None:
        self.graph = Graph(schema)
        self.graph.check()
        self.elsewhere = elsewhere

    def operation(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        audience: Audience,
    ) -> Plan:
        """A whole query as one statement; Unplannable if a field of it needs Python."""
        query = self.graph.schema.query_type
        if query is None:
            raise Unplannable("the schema has no queries")
        roots = RootBuilder(self._builder(document, variables, audience))
        pairs: list[tuple[str, j.Part]] = []
        for key, nodes in roots.builder.selections.of(query, [operation]).items():
            name = nodes[0].name.value
            if name == "__typename":
                pairs.append((key, f'"{query.name}"'))
            elif name.startswith("__"):
                raise Unplannable(name)
            elif roots.namespace(query.fields[name]) is not None:
                raise Unplannable(f"{name} is read from another cluster")
            else:
                pairs.append((key, roots.build(query.fields[name], nodes, (key,))))
        return roots.builder.finish(j.obj(pairs))

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
        return roots.builder.finish(j.concat(["[", value, "]"]), roots.namespace(field))

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
        wanted = meaning.where(row.c, arguments, builder.terms)
        item = builder.object(type_, nodes, row, path)
        found = builder.select_rows(item, model, row, wanted).limit(1)
        return j.or_null(found.scalar_subquery())

    def _rows(
        self, field: GraphQLField, nodes: list[FieldNode], path: Path, meaning: Rows
    ) -> j.Expression:
        builder, type_ = self.builder, named(field)
        model = self.graph.model_of(type_)
        row = builder.rows_of(model)
        item = builder.object(type_, nodes, row, (*path, EACH))
        wanted = builder.filtered(field, nodes[0], model, row)
        found = builder.select_rows(item, model, row, *wanted)
        return builder.list_of(
            builder.limited(found, row, meaning.order, field, nodes[0], meaning.size)
        )

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
            found = builder.select_rows(item, model, row, member.where(row.c, arguments))
            parts.append(
                found.add_columns(member.rank(row.c, arguments).label("rank"), row.c.id.label("id"))
            )
        every = sa.union_all(*parts).subquery(builder.name("u"))
        size = builder.first(field, nodes[0], meaning.size)
        best = sa.select(every.c.item).order_by(every.c.rank.desc(), every.c.id.desc()).limit(size)
        return builder.list_of(best)

    def _nodes(
        self, field: GraphQLField, nodes: list[FieldNode], path: Path, name: str
    ) -> j.Expression:
        """Things by global id, each looked up in the table of its type.

        The types are part of the plan's key, so only their tables are in the statement.
        """
        builder = self.builder
        given = builder.symbols.values(field, nodes[0])[name]
        many = isinstance(given, list)
        read = _ids(builder.symbols.reader(field, nodes[0], name))
        names = {type_of_id(each) for each in (given if many else [given])}
        keys = self._typed_keys(read)
        cases = [
            (keys.c.name == type_name, self._by_id(type_name, nodes, keys, path, many=many))
            for type_name in sorted(filter(None, names))
            if self.graph.shows_rows(type_name)
        ]
        found = sa.case(*cases) if cases else sa.null()
        item = sa.select(j.or_null(sa.cast(found, j.TEXT)).label("item")).select_from(keys)
        if not many:
            return item.scalar_subquery()
        return builder.list_of(item.order_by(keys.c.position))

    def _by_id(
        self, type_name: str, nodes: list[FieldNode], keys: sa.FromClause, path: Path, *, many: bool
    ) -> j.Expression:
        builder = self.builder
        type_ = self.graph.object_type(type_name)
        model = self.graph.model_of(type_)
        place = (*path, EACH) if many else path
        if namespace_of(model) in builder.elsewhere:
            plan = builder.fresh().rows_by_key(type_, nodes)
            return builder.fetch(plan, keys.c.key, place)
        row = builder.rows_of(model)
        item = builder.object(type_, nodes, row, place)
        found = builder.select_rows(item, model, row, row.c.id == keys.c.key)
        return found.correlate(keys).scalar_subquery()

    def _typed_keys(self, read: Reader) -> sa.FromClause:
        """The ids of a request, taken apart."""
        symbols = self.builder.symbols
        ids = symbols.bind(lambda inputs: [key for _, key in read(inputs)], ARRAY(sa.Uuid()))
        names = symbols.bind(lambda inputs: [name for name, _ in read(inputs)], ARRAY(sa.Text()))
        columns = (sa.column("key", sa.Uuid()), sa.column("name", sa.Text()))
        keys = sa.func.unnest(ids, names).table_valued(
            *columns, with_ordinality="position", name=self.builder.name("k")
        )
        return keys.render_derived()


def _ids(read: Reader) -> Reader:
    """The ids of a request as (type's name, key)."""
    number = bounded(lambda inputs: len(_listed(read(inputs))), "ids", MOST)

    def taken_apart(inputs: Inputs) -> list[Any]:
        number(inputs)
        return [decode_id(each) for each in _listed(read(inputs))]

    return taken_apart


def _listed(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [value]
