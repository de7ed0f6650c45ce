"""What the planner knows of the schema: which table a type shows, and what a field means."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_non_null_type,
)
from sqlmodel import SQLModel

from .declarations import Meaning, PlannedField
from .groups import Figures, GroupKey, Stats
from .meanings import Embedded, One, Related, Value
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
        """The table whose rows a type shows or counts."""
        model = self._table(type_)
        if model is None:
            raise Unplannable(type_.name)
        return model

    def shows_rows(self, name: str) -> bool:
        """Whether this names a type with a table behind it."""
        type_ = self.schema.type_map.get(name)
        return type_ is not None and self._model(type_) is not None

    def _model(self, type_: GraphQLNamedType) -> type[SQLModel] | None:
        return getattr(_origin(type_), "__model__", None)

    def _table(self, type_: GraphQLNamedType) -> type[SQLModel] | None:
        return self._model(type_) or getattr(_origin(type_), "__counted__", None)

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

    def related_model(self, field: GraphQLInputField, related: Related) -> type[SQLModel]:
        """The table of the rows that a `where` input's field is a condition of."""
        name = related.of or get_named_type(field.type).name.removesuffix("Filter")
        return self.model_of(self.schema.type_map[name])

    def labels(self, type_: GraphQLNamedType) -> Mapping[str, str] | None:
        """An enum's names by the labels that the database stores; None for other types."""
        if not isinstance(type_, GraphQLEnumType):
            return None
        return {_label(value.value): name for name, value in type_.values.items()}

    def check(self) -> None:
        """Refuse a schema that promises what its tables do not keep.

        A column that may be null needs a nullable field, and so does a link, because the row on
        its other side may be invisible to the viewer. A condition of related rows needs such rows.
        """
        for owner, name, field in self._fields_over_rows():
            if is_non_null_type(field.type) and self._may_be_null(owner, field):
                raise TypeError(f"{owner.name}.{name} may be null, but its type says otherwise")
        for place, condition, related in self._related_fields():
            if not self._leads_somewhere(condition, related):
                raise TypeError(f"{place} leads nowhere")
        for type_ in self.schema.type_map.values():
            for field in type_.fields.values() if isinstance(type_, GraphQLObjectType) else ():
                declared = field.extensions.get(BACKREF)
                if isinstance(declared, PlannedField) and isinstance(declared.meaning, Stats):
                    self._check_groupings(named(field), declared.meaning)

    def _check_groupings(self, type_: GraphQLObjectType, stats: Stats) -> None:
        """Refuse to group by what no field shows."""
        shown = {
            self.column_name(field)
            for field in type_.fields.values()
            if isinstance(self.meaning_of(field), GroupKey)
        }
        for name, by in stats.groupings.items():
            if by.field not in shown:
                raise TypeError(f"{type_.name} shows nothing of what {name} groups by")

    def _related_fields(self) -> Iterator[tuple[str, GraphQLInputField, Related]]:
        for type_ in self.schema.type_map.values():
            for name, field in getattr(type_, "fields", {}).items():
                related = getattr(field.extensions.get(BACKREF), "metadata", {}).get("related")
                if related is not None:
                    yield f"{type_.name}.{name}", field, related

    def _leads_somewhere(self, field: GraphQLInputField, related: Related) -> bool:
        """Whether there is such a type, and its table has the columns of the join."""
        try:
            columns = self.related_model(field, related).__table__.c  # type: ignore[attr-defined]
        except (KeyError, Unplannable):
            return False
        return set(related.join.there) <= set(columns.keys())

    def _fields_over_rows(self) -> Iterator[tuple[GraphQLObjectType, str, GraphQLField]]:
        for type_ in self.schema.type_map.values():
            if isinstance(type_, GraphQLObjectType) and self._table(type_) is not None:
                for name, field in type_.fields.items():
                    yield type_, name, field

    def _may_be_null(self, owner: GraphQLObjectType, field: GraphQLField) -> bool:
        match self.meaning_of(field):
            case None:
                return self._is_nullable(owner, self.column_name(field))
            case GroupKey(source, always):
                is_link = isinstance(named(field), GraphQLObjectType)
                return not always or is_link or self._is_nullable(owner, source)
            case Figures(source):
                return self._is_nullable(owner, source)
            case Embedded(parts):
                columns = [part for part in parts.values() if isinstance(part, str)]
                return any(self._is_nullable(owner, column) for column in columns)
            case meaning:
                return isinstance(meaning, One)

    def _is_nullable(self, owner: GraphQLObjectType, source: str | Value) -> bool:
        """Whether a column may be null; of an expression nobody knows."""
        columns = self.model_of(owner).__table__.c  # type: ignore[attr-defined]
        return not isinstance(source, str) or bool(columns[source].nullable)


def _origin(type_: GraphQLNamedType) -> Any:
    """The class behind a type."""
    return getattr(type_.extensions.get(BACKREF), "origin", None)


def _label(value: Any) -> str:
    label = value.value if isinstance(value, Enum) else value
    return str(label)


def named(field: GraphQLField) -> Any:
    """The field's type without lists and non-nulls."""
    return get_named_type(field.type)
