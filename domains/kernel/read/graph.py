"""What the planner knows of the schema: which table a type shows, and what a field means."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_non_null_type,
)
from sqlmodel import SQLModel

from .declarations import Meaning, One, PlannedField
from .symbols import BACKREF


class Unplannable(Exception):
    """The operation needs the ordinary executor; says which part."""


class Graph:
    """A schema whose types show tables."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema

    def object_type(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        if not isinstance(found, GraphQLObjectType):
            raise Unplannable(name)
        return found

    def model_of(self, type_: GraphQLNamedType) -> type[SQLModel]:
        """The table whose rows a type shows."""
        model = self._model(type_)
        if model is None:
            raise Unplannable(type_.name)
        return model

    def shows_rows(self, name: str) -> bool:
        """Whether this names a type with a table behind it."""
        type_ = self.schema.type_map.get(name)
        return type_ is not None and self._model(type_) is not None

    def _model(self, type_: GraphQLNamedType) -> type[SQLModel] | None:
        definition = type_.extensions.get(BACKREF)
        return getattr(getattr(definition, "origin", None), "__model__", None)

    def meaning_of(self, field: GraphQLField) -> Meaning | None:
        """What a field means; None for one that is the column of its name."""
        declared = field.extensions.get(BACKREF)
        if isinstance(declared, PlannedField):
            return declared.meaning
        if declared is None or declared.base_resolver is not None:
            raise Unplannable(str(field.type))
        return None

    def column_name(self, field: GraphQLField) -> str:
        return str(field.extensions[BACKREF].python_name)

    def labels(self, type_: GraphQLNamedType) -> Mapping[str, str] | None:
        """An enum's names by the labels that the database stores; None for other types."""
        if not isinstance(type_, GraphQLEnumType):
            return None
        return {_label(value.value): name for name, value in type_.values.items()}

    def check(self) -> None:
        """Refuse a schema that promises what its tables do not keep.

        A column that may be null needs a nullable field, and so does a link, because the row on
        its other side may be invisible to the viewer.
        """
        for owner, name, field in self._fields_of_rows():
            if is_non_null_type(field.type) and self._may_be_null(owner, field):
                raise TypeError(f"{owner.name}.{name} may be null, but its type says otherwise")

    def _fields_of_rows(self) -> Iterator[tuple[GraphQLObjectType, str, GraphQLField]]:
        for type_ in self.schema.type_map.values():
            if isinstance(type_, GraphQLObjectType) and self._model(type_) is not None:
                for name, field in type_.fields.items():
                    yield type_, name, field

    def _may_be_null(self, owner: GraphQLObjectType, field: GraphQLField) -> bool:
        meaning = self.meaning_of(field)
        if meaning is None:
            columns = self.model_of(owner).__table__.c  # type: ignore[attr-defined]
            return bool(columns[self.column_name(field)].nullable)
        return isinstance(meaning, One)


def _label(value: Any) -> str:
    label = value.value if isinstance(value, Enum) else value
    return str(label)


def named(field: GraphQLField) -> Any:
    """The field's type without lists and non-nulls."""
    return get_named_type(field.type)
