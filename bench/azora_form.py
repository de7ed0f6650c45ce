"""Another server's data as Azora would write it, so that both can be compared as a whole.

What a value is follows from Azora's own schema and the workload's document. Only its spelling
changes: a key becomes a global id, a number loses its trailing zeros, a moment is written in UTC,
an enum's value in capitals, and two columns become one amount of money.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_object_type,
    parse,
)

from bench.dialects import row_after
from bench.workloads import cursor
from domains.kernel.node import encode_id
from domains.kernel.scalars import datetime_text, decimal_text

SCHEMA: Final = Path("schema.graphql")
ORDER: Final = "NEWEST"
"""Of the only list that is paged through."""

SPELLING: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Decimal": lambda value: decimal_text(Decimal(value)),
    "DateTime": lambda value: datetime_text(datetime.fromisoformat(value).astimezone(UTC)),
}


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(), assume_valid=True)


def as_azora(document: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data that answers one of Azora's documents."""
    operation = parse(document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    root = schema().get_root_type(operation.operation)
    assert root is not None
    return _object(root, operation.selection_set, data)


def _object(
    of: GraphQLObjectType, selected: SelectionSetNode | None, row: dict[str, Any]
) -> dict[str, Any]:
    fields = (
        [each for each in selected.selections if isinstance(each, FieldNode)] if selected else []
    )
    return {
        each.name.value: _value(of, of.fields[each.name.value].type, each, row) for each in fields
    }


def _value(
    of: GraphQLNamedType, type_: GraphQLOutputType, field: FieldNode, row: dict[str, Any]
) -> Any:
    value = row[field.name.value]
    if value is None:
        return None
    if isinstance(get_nullable_type(type_), GraphQLList):
        return [_one(of, type_, field, row, each) for each in value]
    return _one(of, type_, field, row, value)


def _one(
    of: GraphQLNamedType,
    type_: GraphQLOutputType,
    field: FieldNode,
    row: dict[str, Any],
    value: Any,
) -> Any:
    named = get_named_type(type_)
    if is_object_type(named):
        if named.name == "Money" and not isinstance(value, dict):
            value = {"amount": value, "currency": row["currency"]}
        return _object(named, field.selection_set, value)
    if field.name.value == "endCursor":
        return cursor(ORDER, _key_after(value))
    if isinstance(named, GraphQLEnumType):
        return value.upper()
    if named.name == "ID":
        return encode_id(of.name, UUID(value))
    return SPELLING.get(named.name, lambda same: same)(value)


def _key_after(value: str) -> UUID:
    """Of a cursor that is the key itself, or one that holds it."""
    try:
        return UUID(value)
    except ValueError:
        return row_after(value)
