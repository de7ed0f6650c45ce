"""Arguments as symbols: values become bind parameters, structure stays and shapes the SQL.

A plan is kept for every *shape* of its variables: which are present, which keys an input object
has, which enum members and booleans, and the types of which ids were given. All else may differ
from one request to the next, and is read from the request when the plan runs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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

from domains.kernel.refusal import BadInput
from domains.kernel.viewer import Viewer

from .ids import decode_id, key_of, type_of_id

BACKREF = "strawberry-definition"

REQUESTED = "requested_"
"""How the names of parameters begin whose values are a request's."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan reads when it runs."""

    variables: VariableValues
    viewer: Viewer
    keys: Sequence[UUID] = ()
    """The keys to hydrate, for plans by key."""


Reader = Callable[[Inputs], Any]
"""Takes a bind parameter's value out of a request."""


def shape_of(value: Any) -> Any:
    """What of a variable's value the SQL text depends on."""
    if value is None or isinstance(value, bool | Enum):
        return value
    if isinstance(value, Mapping):
        return tuple((key, shape_of(item)) for key, item in value.items())
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping | Enum):
        return tuple(shape_of(item) for item in value)
    return ...


def shape_of_ids(value: Any) -> Any:
    """The types that ids claim to be of: `node` reads another table for each."""
    if isinstance(value, list | tuple):
        return frozenset(type_of_id(item) for item in value)
    return type_of_id(value)


class Symbols:
    """The bind parameters of one statement, and how each is read from a request."""

    def __init__(self, variables: VariableValues) -> None:
        self.variables = variables
        self.readers: dict[str, Reader] = {}

    def bind(self, read: Reader, type_: Any = None) -> sa.BindParameter[Any]:
        name = f"{REQUESTED}{len(self.readers)}"
        self.readers[name] = read
        return sa.bindparam(name, None, type_=type_)

    def values(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The arguments' values under the variables at hand."""
        return get_argument_values(field, node, self.variables)

    def reader(self, field: GraphQLField, node: FieldNode, name: str) -> Reader:
        """How an argument's value is read from any request of the same shape."""
        given = next((a.value for a in node.arguments or () if a.name.value == name), None)
        if isinstance(given, VariableNode) and given.name.value in self.variables.coerced:
            variable = given.name.value
            return lambda inputs: inputs.variables.coerced[variable]
        if given is None or not _holds_variables(given):
            value = self.values(field, node).get(name)
            return lambda _inputs: value
        return lambda inputs: get_argument_values(field, node, inputs.variables).get(name)

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
            return self.bind(lambda inputs: _keys(read(inputs), demands.id_of))
        return self.bind(_short(read, demands.longest) if demands.longest else read)

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


def _holds_variables(node: ValueNode) -> bool:
    if isinstance(node, VariableNode):
        return True
    children = getattr(node, "values", None) or getattr(node, "fields", None) or ()
    return any(_holds_variables(getattr(child, "value", child)) for child in children)


def bounded(read: Reader, name: str, most: int) -> Reader:
    """A number of items that a client may ask for."""

    def checked(inputs: Inputs) -> int:
        number = read(inputs)
        if not 0 <= number <= most:
            raise BadInput(f"`{name}` must be from 0 to {most}, not {number}.")
        return int(number)

    return checked
