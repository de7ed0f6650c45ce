"""Random values for arguments: written into a document, or given as variables."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from .documents import ABSENT, Variable

LIKELY = {"first": 0.45, "last": 0.15, "after": 0.2, "before": 0.1}
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is wanted."""

    type_name: str
    field_name: str
    argument: str
    order: str | None = None
    """The order of the list, as far as the document itself decides it."""

    input_field: tuple[str, str] | None = None


class Supply(Protocol):
    """Where values of scalars come from."""

    def scalar(self, random: Random, name: str, place: Place) -> Any: ...

    def usual_size(self, type_name: str, field_name: str) -> int: ...

    def leads_on(self, input_name: str, field_name: str) -> bool: ...


class EnumName(str):
    """A member's name, written without quotes in a document."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Values:
    """Makes values as clients give them."""

    supply: Supply
    random: Random

    def of(self, kind: Any, place: Place, depth: int = 0) -> Any:
        if not is_non_null_type(kind) and self.random.random() < 0.06:
            return None
        kind = get_nullable_type(kind)
        if is_list_type(kind):
            return self._list(kind.of_type, place, depth)
        if isinstance(kind, GraphQLEnumType):
            return EnumName(self.random.choice([*kind.values]))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, place, depth)
        return self.supply.scalar(self.random, kind.name, place)

    def _list(self, kind: Any, place: Place, depth: int) -> Any:
        items = [self.of(kind, place, depth) for _ in range(self.random.choice((0, 1, 1, 2, 3)))]
        # A single item may stand for a list of it.
        return items[0] if len(items) == 1 and self.random.random() < 0.3 else items

    def _object(self, kind: GraphQLInputObjectType, place: Place, depth: int) -> dict[str, Any]:
        required = {name for name, each in kind.fields.items() if is_required_input_field(each)}
        open_names = [
            name
            for name, each in kind.fields.items()
            if self.supply.leads_on(kind.name, name)
            if depth < DEEPEST or not _nests(get_named_type(each.type))
        ]
        some = self.random.sample(
            open_names, min(self.random.choice((0, 1, 1, 2)), len(open_names))
        )
        return {
            name: self.of(each.type, replace(place, input_field=(kind.name, name)), depth + 1)
            for name, each in kind.fields.items()
            if name in required or name in some
        }


def _nests(kind: Any) -> bool:
    """Whether an input of this type may hold another."""
    return isinstance(kind, GraphQLInputObjectType) and any(
        isinstance(get_named_type(each.type), GraphQLInputObjectType)
        for each in kind.fields.values()
    )


@dataclass(slots=True)
class Arguments:
    """Writes the arguments of fields, and keeps the variables that they use."""

    supply: Supply
    random: Random
    variables: dict[str, Variable] = field(default_factory=dict)

    @property
    def values(self) -> Values:
        return Values(self.supply, self.random)

    def text(self, type_name: str, field_name: str, of: GraphQLField, most: int) -> str:
        """The arguments of a field; a list has no more than `most` items."""
        chosen = dict(self._chosen(of))
        place = Place(type_name, field_name, "")
        written = {}
        if "orderBy" in chosen:
            written["orderBy"] = self._written(
                chosen["orderBy"], replace(place, argument="orderBy")
            )
            order = written["orderBy"]
            place = replace(place, order=None if order.startswith("$") else order)
        for name, argument in chosen.items():
            if name not in written:
                written[name] = self._written(argument, replace(place, argument=name))
        if "first" in of.args and self.supply.usual_size(type_name, field_name) > most:
            written.pop("last", None)
            written["first"] = str(self.random.randint(0, most))
        names = self.random.sample([*written], len(written))
        return f"({', '.join(f'{name}: {written[name]}' for name in names)})" if written else ""

    def _chosen(self, of: GraphQLField) -> Iterator[tuple[str, GraphQLArgument]]:
        paged = False
        for name, argument in of.args.items():
            # Both ends of a list at once are refused.
            likely = 0.02 if paged and name == "last" else LIKELY.get(name, 0.35)
            if is_required_argument(argument) or self.random.random() < likely:
                paged = paged or name == "first"
                yield name, argument

    def _written(self, argument: GraphQLArgument, place: Place) -> str:
        has_default = not is_required_argument(argument) and is_non_null_type(argument.type)
        if self.random.random() < 0.35:
            return self._variable(argument.type, place, has_default=has_default)
        return self._literal(self.values.of(argument.type, place), argument.type, place)

    def _variable(self, kind: Any, place: Place, *, has_default: bool = False) -> str:
        if not is_non_null_type(kind) and self.random.random() < 0.2:
            return self.variable(f"{kind}!", kind, place)
        if has_default and self.random.random() < 0.3:
            return self.variable(str(kind.of_type), kind.of_type, place)
        if self.random.random() < 0.3:
            literal = constant(self.values.of(kind, place), kind)
            return self.variable(f"{kind} = {literal}", kind, place)
        return self.variable(str(kind), kind, place)

    def variable(self, definition: str, kind: Any, place: Place) -> str:
        """A new variable of this definition."""
        may_be_absent = "=" in definition or not definition.endswith("!")
        may_be_null = not definition.split(" =", maxsplit=1)[0].endswith("!")

        def make(random: Random) -> Any:
            roll = random.random()
            if may_be_absent and roll < 0.12:
                return ABSENT
            if may_be_null and roll > 0.92:
                return None
            return _present(Values(self.supply, random), kind, place, null=may_be_null)

        name = f"v{len(self.variables)}"
        self.variables[name] = Variable(definition, make)
        return f"${name}"

    def _literal(self, value: Any, kind: Any, place: Place) -> str:
        """A value as a document writes it, some parts of objects as variables."""
        named = get_named_type(kind)
        if not isinstance(value, Mapping) or not isinstance(named, GraphQLInputObjectType):
            return constant(value, kind)
        parts = []
        for name, item in value.items():
            inner, there = named.fields[name].type, replace(place, input_field=(named.name, name))
            is_variable = self.random.random() < 0.2
            text = (
                self._variable(inner, there) if is_variable else self._literal(item, inner, there)
            )
            parts.append(f"{name}: {text}")
        return f"{{{', '.join(parts)}}}"


def _present(values: Values, kind: Any, place: Place, *, null: bool) -> Any:
    made = values.of(kind, place)
    while made is None and not null:
        made = values.of(kind, place)
    return made


def constant(value: Any, kind: Any) -> str:
    """A value without variables as a document writes it."""
    if isinstance(value, EnumName):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(constant(item, kind) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {constant(item, kind)}' for name, item in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
