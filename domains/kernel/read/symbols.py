"""Arguments as symbols: values become parameters, structure stays and shapes the SQL.

A plan is kept for every *shape* of its variables: which are present, which keys an input object
has, which enum members and booleans, and the types of which ids were given. All else may differ
from one request to the next, and is read from the request when the plan runs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_named_type,
)
from graphql.execution.values import VariableValues

from domains.kernel.clock import now
from domains.kernel.refusal import BadInput
from domains.kernel.viewer import Viewer

from .dialect import DIALECT, REQUESTED, cast_of, marked
from .ids import decode_id, key_of, type_of_id

BACKREF = "strawberry-definition"
INTEGER = sa.Integer()


@dataclass(slots=True)
class Inputs:
    """What a plan reads when it runs."""

    variables: VariableValues
    viewer: Viewer
    keys: Sequence[UUID] = ()
    """The keys to hydrate, for plans by key."""

    known: dict[int, dict[str, Any]] = field(default_factory=dict, compare=False)
    """Arguments that were put together of variables already, by their nodes."""


Reader = Callable[[Inputs], Any]
"""Takes a parameter's value out of a request."""

USER = f"{REQUESTED}user"
SESSION = f"{REQUESTED}session"
MOMENT = f"{REQUESTED}moment"

OF_VIEWERS: dict[str, Reader] = {
    USER: lambda inputs: inputs.viewer.user_id,
    SESSION: lambda inputs: inputs.viewer.session_id,
    MOMENT: lambda _: now(),
}
"""Parameters that are the same in every statement: who asks, and when."""


def shape_of(value: Any) -> Any:
    """What of a variable's value the SQL text depends on."""
    kind = type(value)
    if kind is str or kind is int:
        return ...
    if kind is dict:
        return tuple([(key, shape_of(item)) for key, item in value.items()])
    if value is None or kind is bool or isinstance(value, Enum):
        return value
    if kind is list and value and isinstance(value[0], dict | Enum):
        return tuple([shape_of(item) for item in value])
    return ...


def shape_of_ids(value: Any) -> Any:
    """The types that ids claim to be of: `node` reads another table for each."""
    if isinstance(value, list | tuple):
        return frozenset(type_of_id(item) for item in value)
    return type_of_id(value)


@dataclass(frozen=True, slots=True)
class Given:
    """A value of a request, wherever expressions are made of values."""

    name: str
    """Its parameter's."""


class Symbols:
    """The parameters of one statement, and how each is read from a request."""

    def __init__(self, variables: VariableValues) -> None:
        self.variables = variables
        self.readers: dict[str, Reader] = {}
        self.kinds: dict[str, Any] = {}

    def bind(self, read: Reader, kind: Any) -> str:
        """A parameter in the statement's text."""
        name = self._named(read)
        self.kinds[name] = kind
        return marked(name) + cast_of(kind)

    def _given(self, read: Reader) -> Given:
        """A parameter in an expression, which gives it its type."""
        return Given(self._named(read))

    def _named(self, read: Reader) -> str:
        name = f"{REQUESTED}{len(self.readers)}"
        self.readers[name] = read
        return name

    def argument(self, name: str) -> Reader:
        """How a parameter is read, and made into what the driver takes."""
        if name in OF_VIEWERS:
            return OF_VIEWERS[name]
        read = self.readers[name]
        process = self.kinds[name].dialect_impl(DIALECT).bind_processor(DIALECT)
        return read if process is None else lambda inputs: process(read(inputs))

    def values(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The arguments' values under the variables at hand."""
        return get_argument_values(field, node, self.variables)

    def reader(self, field: GraphQLField, node: FieldNode, name: str) -> Reader:
        """How an argument's value is read from any request of the same shape."""
        given = _written(node, name)
        if isinstance(given, VariableNode) and given.name.value in self.variables.coerced:
            variable = given.name.value
            return lambda inputs: inputs.variables.coerced[variable]
        if not _holds_variables(given):
            value = self.values(field, node).get(name)
            return lambda _inputs: value
        return lambda inputs: _arguments(field, node, inputs).get(name)

    def size(self, field: GraphQLField, node: FieldNode, name: str, sizes: tuple[int, int]) -> str:
        """How many items were asked for: usually, and at most, as many as `sizes` says.

        A parameter even where the document itself says it: of few rows Postgres would sort all that
        a key has, by the mean of all keys, and some keys have many more.
        """
        known = self.settled_size(field, node, name, sizes)
        if known is not None:
            return self.bind(lambda _inputs: known, INTEGER)
        read = self.reader(field, node, name)
        return self.bind(lambda inputs: _sized(read(inputs), name, sizes), INTEGER)

    def settled_size(
        self, field: GraphQLField, node: FieldNode, name: str, sizes: tuple[int, int]
    ) -> int | None:
        """The same where every request of the document asks for as many."""
        if _holds_variables(_written(node, name)):
            return None
        return _sized(self.values(field, node).get(name), name, sizes)

    def arguments(self, field: GraphQLField, node: FieldNode, id_of: str | None) -> dict[str, Any]:
        """The arguments as symbols; those that were not given and have no default are absent.

        `id_of` is the type whose ids the field takes.
        """
        return {
            name: self._symbol(
                value,
                self.reader(field, node, name),
                field.args[name].type,
                replace(_demands(field.args[name]), id_of=id_of),
            )
            for name, value in self.values(field, node).items()
        }

    def _symbol(self, value: Any, read: Reader, kind: GraphQLInputType, demands: "Demands") -> Any:
        named = get_named_type(kind)
        if value is None or isinstance(value, bool | Enum):
            return value
        if isinstance(value, Mapping) and isinstance(named, GraphQLInputObjectType):
            return self._object(value, read, named)
        if isinstance(value, list) and isinstance(named, GraphQLInputObjectType | GraphQLEnumType):
            return [
                self._symbol(item, _item(read, index), kind, demands)
                for index, item in enumerate(value)
            ]
        if named is GraphQLID:
            return self._given(lambda inputs: _keys(read(inputs), demands.id_of))
        return self._given(_short(read, demands.longest) if demands.longest else read)

    def _object(
        self, value: Mapping[str, Any], read: Reader, kind: GraphQLInputObjectType
    ) -> dict[str, Any]:
        symbols = {}
        for key, item in value.items():
            field = kind.fields[key]
            symbols[key] = self._symbol(item, _item(read, key), field.type, _demands(field))
        return symbols


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a value beyond its type."""

    id_of: str | None = None
    longest: int | None = None


def _demands(declared: GraphQLArgument | GraphQLInputField) -> Demands:
    metadata = getattr(declared.extensions.get(BACKREF), "metadata", {})
    return Demands(metadata.get("id_of"), metadata.get("longest"))


def _arguments(declared: GraphQLField, node: FieldNode, inputs: Inputs) -> dict[str, Any]:
    """A field's arguments, put together once for a request, whoever reads of them."""
    if id(node) not in inputs.known:
        inputs.known[id(node)] = get_argument_values(declared, node, inputs.variables)
    return inputs.known[id(node)]


def _short(read: Reader, longest: int) -> Reader:
    def checked(inputs: Inputs) -> str:
        text: str = read(inputs)
        if len(text) > longest:
            raise BadInput(f"A text of at most {longest} characters is looked for.")
        return text

    return checked


def _item(read: Reader, key: Any) -> Reader:
    return lambda inputs: read(inputs)[key]


def _keys(value: Any, id_of: str | None) -> Any:
    if isinstance(value, list):
        return [_keys(item, id_of) for item in value]
    return key_of(id_of, value) if id_of else decode_id(value)[1]


def _written(node: FieldNode, name: str) -> ValueNode | None:
    """An argument as the document has it."""
    return next((each.value for each in node.arguments or () if each.name.value == name), None)


def _holds_variables(node: ValueNode | None) -> bool:
    if isinstance(node, VariableNode):
        return True
    children = getattr(node, "values", None) or getattr(node, "fields", None) or ()
    return any(_holds_variables(getattr(child, "value", child)) for child in children)


def _sized(number: int | None, name: str, sizes: tuple[int, int]) -> int:
    usual, most = sizes
    return within(usual if number is None else number, name, most)


def within(number: int, name: str, most: int) -> int:
    """A number of items that a client may ask for."""
    if not 0 <= number <= most:
        raise BadInput(f"`{name}` must be from 0 to {most}, not {number}.")
    return number
