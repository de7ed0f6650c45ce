"""Mutations that are alone in their operation, as nearly all are, run without the interpreter.

What such a mutation has to show is known from its document: the keys and plain values of a payload
without errors. Whatever else comes of it goes to graphql-core, with what the resolver answered, so
nothing here says what is wrong.
"""

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_argument_values,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path
from strawberry.types.field import StrawberryField

from domains.kernel.mutation import Payload, Refusals
from domains.kernel.node import Key
from domains.kernel.read.declarations import PlannedField
from domains.kernel.read.symbols import BACKREF

from .documents import Operation
from .executor import ReadExecutor

USER_ERRORS = "user_errors"


class NotPlain(Exception):
    """The payload holds more than keys and plain values."""


class Part(NamedTuple):
    """A field of a payload."""

    key: str
    """Its name in the answer."""

    attribute: str
    nodes: list[FieldNode]
    type: Any
    is_required: bool


class LoneMutations:
    """Those mutations of a schema's documents that are alone in their operation."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: WeakKeyDictionary[Operation, LoneMutation | None] = WeakKeyDictionary()

    def of(self, operation: Operation) -> "LoneMutation | None":
        """The one mutation of an operation, if it is one and there is nothing else."""
        try:
            return self._known[operation]
        except KeyError:
            return self._known.setdefault(operation, self._lone(operation))

    def _lone(self, operation: Operation) -> "LoneMutation | None":
        kind = self._schema.mutation_type
        if kind is None or operation.kind != "mutation":
            return None
        (node, *others) = operation.definition.selection_set.selections
        if others or not isinstance(node, FieldNode) or node.directives:
            return None
        field = kind.fields.get(node.name.value)
        declared = field.extensions.get(BACKREF) if field else None
        extensions = getattr(declared, "extensions", ())
        rules = [each for each in extensions if isinstance(each, Refusals)]
        if field is None or not rules or not is_object_type(field.type):
            return None
        return LoneMutation(kind, field, node, proves=rules[0].proves)


class LoneMutation:
    """A field of `Mutation`, as a document asks for it."""

    def __init__(
        self, kind: GraphQLObjectType, field: GraphQLField, node: FieldNode, *, proves: bool
    ) -> None:
        """`proves` says that it makes sure of the viewer before all else."""
        self._kind = kind
        self._field = field
        self._resolve: Any = field.resolve
        self._nodes = [node]
        self._details = [FieldDetails(node, None)]
        self._key = _key(node)
        payload: Any = field.type
        self._payload = payload.extensions[BACKREF].origin
        self._parts = _parts(payload, node)
        self.proves = proves

    async def run(self, executor: ReadExecutor) -> Any:
        """What graphql-core would answer."""
        path = Path(None, self._key, self._kind.name)
        try:
            completed = await self._completed(executor, path)
        except Exception as error:  # noqa: BLE001 (whatever it is belongs to the field)
            executor.handle_field_error(error, self._field.type, self._details, path)
            completed = None
        return executor.build_response({self._key: completed})

    async def _completed(self, executor: ReadExecutor, path: Path) -> Any:
        field = self._field
        info = executor.build_resolve_info(field, self._nodes, self._kind, path)
        arguments = get_argument_values(
            field, self._nodes[0], executor.variable_values, None, executor.hide_suggestions
        )
        payload = await self._resolve(None, info, **arguments)
        if type(payload) is self._payload and not payload.user_errors:
            try:
                return await self._plain(executor, payload)
            except Exception:  # noqa: BLE001, S110 (graphql-core does it again, and says where)
                pass
        result = executor.complete_value(field.type, self._details, info, path, payload, None)
        return await result if executor.is_awaitable(result) else result

    async def _plain(self, executor: ReadExecutor, payload: Payload) -> dict[str, Any]:
        """A payload of keys and plain values; raises anything if it holds more."""
        if self._parts is None:
            raise NotPlain
        completed: dict[str, Any] = {}
        keys = []
        for part in self._parts:
            value = getattr(payload, part.attribute)
            completed[part.key] = value
            if isinstance(value, Key):
                keys.append((part, value))
            elif part.attribute != USER_ERRORS:
                completed[part.key] = _leaf(executor, part, value)
        if len(keys) > 1:
            # Read together, which the interpreter sees to.
            raise NotPlain
        for part, key in keys:
            value = await executor.context_value.reads.alone(key, part.nodes)
            if value is None and part.is_required:
                raise NotPlain
            completed[part.key] = value
        return completed


def _leaf(executor: ReadExecutor, part: Part, value: Any) -> Any:
    if value is None and not part.is_required:
        return None
    if value is None or not is_leaf_type(part.type):
        raise NotPlain
    return executor.complete_leaf_value(part.type, value)


def _parts(kind: GraphQLObjectType, node: FieldNode) -> list[Part] | None:
    """The fields of a payload that are asked for; None if they are more than keys and values."""
    selections = node.selection_set.selections if node.selection_set else ()
    parts = [_part(kind, each) for each in selections]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or len({part.key for part in known}) < len(known):
        return None
    return known


def _part(kind: GraphQLObjectType, node: Any) -> Part | None:
    field = kind.fields.get(node.name.value) if isinstance(node, FieldNode) else None
    if field is None or node.directives or node.arguments:
        return None
    declared: StrawberryField = field.extensions[BACKREF]
    type_ = get_nullable_type(field.type)
    is_known = is_leaf_type(type_) or is_object_type(type_) or declared.python_name == USER_ERRORS
    if isinstance(declared, PlannedField) or not declared.is_basic_field or not is_known:
        return None
    return Part(_key(node), declared.python_name, [node], type_, is_non_null_type(field.type))


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value
