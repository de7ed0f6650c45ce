"""Docstrings become the schema's descriptions, so that each thing is explained once.

A class's docstring describes its type; the string under a field describes the field; under an
enum's member, the value.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from enum import Enum
from itertools import pairwise
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry.types.base import get_object_definition

T = TypeVar("T")
E = TypeVar("E", bound=type[Enum])


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def output(cls: type[T]) -> type[T]:
    """A GraphQL object type."""
    return _describe(strawberry.type(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def input(cls: type[T]) -> type[T]:
    """A GraphQL input object."""
    return _describe(strawberry.input(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def interface(cls: type[T]) -> type[T]:
    """A GraphQL interface."""
    return _describe(strawberry.interface(cls))


def enum(cls: E, *, name: str | None = None) -> E:
    """A GraphQL enum, under another name where its own is not unique in the graph."""
    # A type that mentions it may have been described before, and has made it one in passing.
    if "__strawberry_definition__" not in vars(cls):
        strawberry.enum(cls)
    definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
    definition.name = name or cls.__name__
    definition.description = inspect.getdoc(cls)
    notes = docstrings_of(cls)
    for value in definition.values:
        value.description = notes.get(value.name)
    return cls


def extends(target: type[Any]) -> Callable[[type[T]], type[T]]:
    """Add fields to another domain's type, as SDL's `extend type` does."""

    def graft(cls: type[T]) -> type[T]:
        described = output(cls)
        fields = get_object_definition(described, strict=True).fields
        get_object_definition(target, strict=True).fields.extend(fields)
        return described

    return graft


def docstrings_of(cls: type[Any]) -> dict[str, str]:
    """The strings that stand under a class's attributes, by the attribute's name."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body  # type: ignore[attr-defined]
    return {
        name: inspect.cleandoc(note.value.value)
        for field, note in pairwise(body)
        if (name := _assigned_name(field))
        and isinstance(note, ast.Expr)
        and isinstance(note.value, ast.Constant)
        and isinstance(note.value.value, str)
    }


def _assigned_name(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None


def _describe(cls: type[T]) -> type[T]:
    definition = get_object_definition(cls, strict=True)
    definition.description = inspect.getdoc(cls)
    notes = {
        field.python_name: field.description
        for interface in definition.interfaces
        for field in interface.fields
    }
    for base in reversed(cls.__mro__):
        notes |= docstrings_of(base) if get_object_definition(base) else {}
    for field in definition.fields:
        resolver = field.base_resolver and inspect.getdoc(field.base_resolver.wrapped_func)
        field.description = field.description or resolver or notes.get(field.python_name)
    return cls
