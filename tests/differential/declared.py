"""What the real schema declares, read from its Strawberry definitions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_specified_scalar_type,
    print_schema,
)

from domains.kernel.read.declarations import Meaning, PlannedField
from domains.kernel.read.groups import Figures, GroupKey
from domains.kernel.read.meanings import Embedded, Related, Sql, Value

from .visible import Model

BACKREF = "strawberry-definition"


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations behind a schema's types and fields."""

    schema: GraphQLSchema

    def models(self) -> dict[str, Model]:
        """The tables whose rows types show, by the type's name."""
        return dict(self._tables("__model__"))

    def tables(self) -> dict[str, Model]:
        """The tables whose rows types show or count."""
        return {**self.models(), **dict(self._tables("__counted__"))}

    def _tables(self, how: str) -> Iterator[tuple[str, Model]]:
        for name, type_ in self.schema.type_map.items():
            origin = getattr(type_.extensions.get(BACKREF), "origin", None)
            if hasattr(origin, how):
                yield name, getattr(origin, how)

    def type(self, name: str) -> Any:
        return self.schema.type_map[name]

    def meaning(self, type_name: str, field_name: str) -> Meaning | None:
        """None for a field that is the column of its name."""
        declared = self.type(type_name).fields[field_name].extensions[BACKREF]
        return declared.meaning if isinstance(declared, PlannedField) else None

    def python_name(self, type_name: str, field_name: str) -> str:
        return str(self.type(type_name).fields[field_name].extensions[BACKREF].python_name)

    def shown(self, type_name: str, field_name: str) -> str:
        """The type of the things that a field shows: behind a connection, that of its nodes."""
        named = get_named_type(self.type(type_name).fields[field_name].type)
        nodes = named.fields.get("nodes") if isinstance(named, GraphQLObjectType) else None
        return str((named if nodes is None else get_named_type(nodes.type)).name)

    def condition(self, input_name: str, field_name: str) -> dict[str, Any]:
        """What a field of a `where` input was declared to ask."""
        metadata: dict[str, Any] = (
            self.type(input_name).fields[field_name].extensions[BACKREF].metadata
        )
        return metadata

    def related_model(self, related: Related, input_name: str) -> Model:
        """The table that a relation of a `where` input leads to."""
        return self.models()[related.of or input_name[: -len("Filter")]]

    def copy(self) -> GraphQLSchema:
        """The same schema with the same scalars and enums, and not a single resolver.

        What is read has a meaning that can be compared; roots that Python answers have none.
        """
        copied = build_schema(print_schema(self.schema))
        for name in self._unplanned():
            del copied.type_map["Query"].fields[name]  # type: ignore[attr-defined]
        for name, type_ in copied.type_map.items():
            if name.startswith("__") or is_specified_scalar_type(type_):
                continue
            if isinstance(type_, GraphQLScalarType):
                _take_coercion(type_, self.type(name))
            elif isinstance(type_, GraphQLEnumType):
                _take_values(type_, self.type(name))
        return copied

    def _unplanned(self) -> list[str]:
        fields = self.type("Query").fields.items()
        return [
            name
            for name, field in fields
            if not isinstance(field.extensions[BACKREF], PlannedField)
        ]

    def expressions(self) -> Iterator[tuple[tuple[str, ...], Value]]:
        """What Postgres must say of rows, with the type, the field and the part that show it."""
        for name in self.tables():
            for field in self.type(name).fields:
                match self.meaning(name, field):
                    case Sql(source) | GroupKey(source) | Figures(source) if callable(source):
                        yield (name, field), source
                    case Embedded(parts):
                        for part, value in parts.items():
                            if not isinstance(value, str):
                                yield (name, field, part), value


def _take_coercion(type_: GraphQLScalarType, real: GraphQLScalarType) -> None:
    for name in ("coerce_output_value", "coerce_input_value", "serialize", "parse_value"):
        setattr(type_, name, getattr(real, name))


def _take_values(type_: GraphQLEnumType, real: GraphQLEnumType) -> None:
    members = real.extensions[BACKREF].wrapped_cls
    for name, value in type_.values.items():
        value.value = members(real.values[name].value)
