"""Variables as the schema's types take them, by coercers that are made once for every type.

A coercer knows values that are plainly right. Whatever is not goes to graphql-core, which takes it
in its own way or says what is wrong with it; so nothing here decides what is right.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
    is_required_input_field,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.utilities.coerce_input_value import coerce_default_value

Coerce = Callable[[Any, int], Any]
"""Makes a value of what was given, which lies so deep in lists and objects; may raise anything."""

DEEPEST = 100
"""Further in graphql-core takes over, which has a bound of its own."""

INT4 = 2**31


class NotPlain(Exception):
    """The value is not plainly right."""


class Coercers:
    """The coercers of one schema's types."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._objects: dict[str, ObjectCoercer] = {}

    def of(self, type_: Any) -> Coerce:
        """The coercer of a type, which takes null where the type does."""
        if isinstance(type_, GraphQLNonNull):
            return self._of_value(type_.of_type)
        return _or_none(self._of_value(type_))

    def _of_value(self, type_: Any) -> Coerce:
        if isinstance(type_, GraphQLList):
            return _list(self.of(type_.of_type))
        if isinstance(type_, GraphQLInputObjectType):
            if type_.name not in self._objects:
                self._objects[type_.name] = ObjectCoercer(self, type_)
            return self._objects[type_.name]
        if isinstance(type_, GraphQLEnumType):
            return _enum(type_)
        return LEAVES.get(type_.name) or _leaf(type_)


class VariablesCoercer:
    """Coerces the variables of one operation, exactly as graphql-core does."""

    def __init__(self, coercers: Coercers, definitions: Sequence[VariableDefinitionNode]) -> None:
        self._schema = coercers.schema
        self._definitions = definitions
        self._slots = [
            (found.name, found, coercers.of(found.type))
            for found in (get_variable_signature(self._schema, each) for each in definitions)
            # What is no input type the validation has refused.
            if isinstance(found, GraphQLVariableSignature)
        ]

    def __call__(
        self, given: Mapping[str, Any], *, suggestions: bool
    ) -> VariableValues | list[GraphQLError]:
        try:
            return self._plain(given)
        except Exception:  # noqa: BLE001 (a scalar's parser raises what it likes)
            return get_variable_values(
                self._schema, self._definitions, dict(given), hide_suggestions=not suggestions
            )

    def _plain(self, given: Mapping[str, Any]) -> VariableValues:
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, coerce in self._slots:
            if name in given:
                value = given[name]
                sources[name] = VariableValueSource(signature, value)
                coerced[name] = coerce(value, 0)
                continue
            sources[name] = VariableValueSource(signature)
            if signature.default is not None:
                coerced[name] = coerce_default_value(signature)
            elif isinstance(signature.type, GraphQLNonNull):
                raise NotPlain
        return VariableValues(sources, coerced)


class Slot(NamedTuple):
    """A field of an input object."""

    place: int
    out_name: str
    coerce: Coerce


class ObjectCoercer:
    """Coerces an input object."""

    def __init__(self, coercers: Coercers, type_: GraphQLInputObjectType) -> None:
        self._coercers = coercers
        self._type = type_
        self._is_simple = not type_.is_one_of and type_.out_type is GraphQLInputObjectType.out_type

    @cached_property
    def _slots(self) -> dict[str, Slot]:
        """Made when they are first needed, because a type may name itself."""
        return {
            name: Slot(place, field.out_name or name, self._coercers.of(field.type))
            for place, (name, field) in enumerate(self._type.fields.items())
        }

    @cached_property
    def _missed(self) -> list[tuple[str, GraphQLInputField]]:
        """The fields that matter where they are left out."""
        return [
            (name, field)
            for name, field in self._type.fields.items()
            if is_required_input_field(field) or coerce_default_value(field) is not Undefined
        ]

    def __call__(self, value: Any, depth: int) -> dict[str, Any]:
        if type(value) is not dict or not self._is_simple or depth > DEEPEST:
            raise NotPlain
        slots, coerced = self._slots, {}
        whole = self._completed(value) if self._missed else value
        names = whole if len(whole) == 1 else sorted(whole, key=lambda name: slots[name].place)
        for name in names:
            _, out_name, coerce = slots[name]
            given = name in value
            coerced[out_name] = coerce(value[name], depth + 1) if given else whole[name]
        return coerced

    def _completed(self, value: dict[str, Any]) -> dict[str, Any]:
        """With the defaults of what was left out."""
        left_out = [(name, field) for name, field in self._missed if name not in value]
        if any(is_required_input_field(field) for _, field in left_out):
            raise NotPlain
        return value | {name: coerce_default_value(field) for name, field in left_out}


def _or_none(coerce: Coerce) -> Coerce:
    return lambda value, depth: None if value is None else coerce(value, depth)


def _list(coerce: Coerce) -> Coerce:
    def items(value: Any, depth: int) -> list[Any]:
        if type(value) is not list or depth > DEEPEST:
            raise NotPlain
        return [coerce(each, depth + 1) for each in value]

    return items


def _enum(type_: GraphQLEnumType) -> Coerce:
    members = {name: type_.coerce_input_value(name) for name in type_.values}
    return lambda value, _depth: members[value]


def _leaf(type_: Any) -> Coerce:
    parse = type_.coerce_input_value

    def leaf(value: Any, _depth: int) -> Any:
        # Where null is allowed it has been taken already.
        if value is None or (parsed := parse(value)) is Undefined:
            raise NotPlain
        return parsed

    return leaf


def _text(value: Any, _depth: int) -> str:
    if type(value) is not str:
        raise NotPlain
    return value


def _int(value: Any, _depth: int) -> int:
    if type(value) is not int or not -INT4 <= value < INT4:
        raise NotPlain
    return value


def _bool(value: Any, _depth: int) -> bool:
    if type(value) is not bool:
        raise NotPlain
    return value


LEAVES: dict[str, Coerce] = {
    GraphQLString.name: _text,
    GraphQLID.name: _text,
    GraphQLInt.name: _int,
    GraphQLBoolean.name: _bool,
}
"""Scalars of the specification, by their names, which no other scalar can bear."""
