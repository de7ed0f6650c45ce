"""The models of a domain, and its share of the graph."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from graphql import GraphQLField, GraphQLNamedType
from sqlalchemy import Table
from sqlmodel import SQLModel

from gateway.schema import schema
from migrations.namespaces import metadata
from migrations.objects import models

BACKREF = "strawberry-definition"
GRAPH = schema._schema  # noqa: SLF001 (Strawberry shows graphql-core's schema nowhere else)


def tables_of(domain: str) -> list[Table]:
    """The tables of a namespace, those that others point at first."""
    return [table for table in metadata().sorted_tables if table.schema == domain]


def model_of(table: Table) -> type[SQLModel]:
    return models()[table.fullname]


def type_of(model: type[SQLModel]) -> str:
    """The name of the type that shows a model; empty where none does."""
    found = (name for name, type_ in GRAPH.type_map.items() if _model(type_) is model)
    return next(found, "")


def shown_as(model: type[SQLModel]) -> dict[str, str]:
    """What the graph says of a model's columns, by the column's name."""
    type_: Any = GRAPH.type_map.get(type_of(model))
    fields = type_.fields.values() if type_ else ()
    return {
        field.extensions[BACKREF].python_name: field.description or ""
        for field in fields
        if BACKREF in field.extensions
    }


def _model(type_: GraphQLNamedType) -> Any:
    definition = type_.extensions.get(BACKREF)
    return getattr(getattr(definition, "origin", None), "__model__", None)


def module_of(domain: str, name: str) -> ModuleType | None:
    """A room of a domain, if it has it."""
    full = f"domains.{domain}.{name}"
    return import_module(full) if find_spec(full) else None


def roots(domain: str, kind: str) -> Iterator[tuple[str, GraphQLField]]:
    """A domain's fields of `Query`, `Mutation` or `Subscription`, by name."""
    root: Any = GRAPH.type_map.get(kind)
    for name, field in root.fields.items() if root else ():
        if _belongs(field, domain):
            yield name, field


def links(domain: str) -> Iterator[tuple[str, str, GraphQLField]]:
    """The fields that a domain adds to types of others: type, name, field."""
    for type_ in GRAPH.type_map.values():
        model = _model(type_)
        if model is None or _namespace(model) == domain:
            continue
        for name, field in type_.fields.items():  # type: ignore[attr-defined]
            if _belongs(field, domain):
                yield type_.name, name, field


def _namespace(model: type[SQLModel]) -> str:
    return str(model.__table__.schema)  # type: ignore[attr-defined]


def _belongs(field: GraphQLField, domain: str) -> bool:
    origin = getattr(field.extensions.get(BACKREF), "origin", None)
    return getattr(origin, "__module__", "").startswith(f"domains.{domain}.")
