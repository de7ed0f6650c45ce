"""Each part of the schema at least once: every field, filter, order and grouping, for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from domains.kernel.node import encode_id

from .arguments import Place, Values
from .comparison import Comparison, Run

SEED = 5_020_171
SHOWN = 20
"""Rows of each type."""

TOGETHER = 12
"""Fields of one operation, so that it keeps the limits."""

RELATED = 3
"""Rows of each relation."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Operations that each look at one part of the schema."""

    comparison: Comparison

    @property
    def types(self) -> Any:
        return self.comparison.oracle.schema.type_map

    def roots(self) -> Iterator[tuple[str, GraphQLField]]:
        for name, field in self.types["Query"].fields.items():
            if "first" in field.args and not any(map(is_required_argument, field.args.values())):
                yield name, field

    # Fields

    def selections(self, type_name: str) -> Iterator[str]:
        """All fields of a type, a few at a time."""
        fields = [self._field(name, each) for name, each in self.types[type_name].fields.items()]
        for start in range(0, len(fields), TOGETHER):
            yield " ".join(fields[start : start + TOGETHER])

    def _field(self, name: str, field: GraphQLField) -> str:
        kind: Any = get_named_type(field.type)
        if is_leaf_type(kind):
            return name
        size = f"(first: {RELATED})" if "first" in field.args else ""
        return f"{name}{size} {{ {self._below(kind)} }}"

    def _below(self, kind: GraphQLObjectType) -> str:
        if "nodes" in kind.fields:
            return "totalCount nodes { id } pageInfo { hasNextPage endCursor }"
        if "id" in kind.fields:
            return "id"
        return " ".join(self._field(name, each) for name, each in kind.fields.items())

    def ids(self, type_name: str) -> list[str]:
        model = self.comparison.oracle.models[type_name]
        rows = [row for row in self.comparison.supply.rows if isinstance(row, model)]
        return [encode_id(type_name, row.id) for row in rows[:SHOWN]]  # type: ignore[attr-defined]

    # Arguments

    def items(self, field: GraphQLField) -> str:
        """What to select of a list, to see which rows are in it and in what order."""
        kind: Any = get_named_type(field.type)
        if "nodes" in kind.fields:
            return "totalCount nodes { id }"
        return "id" if "id" in kind.fields else self._below(kind)


@pytest.fixture
def parts(comparison: Comparison) -> Parts:
    return Parts(comparison)


async def compared(parts: Parts, text: str, *variables: dict[str, Any]) -> None:
    """Ask for everybody, and see that it was one statement with the expected answer."""
    comparison = parts.comparison
    comparison.counts.clear()
    for viewer in comparison.visible:
        for given in variables or ({},):
            await comparison.check(Run(text, given, viewer))
    counts = comparison.counts
    assert counts["executed"] == counts["run"] == counts["in one statement"], text


async def test_every_field_of_every_type_is_what_the_rows_say(parts: Parts) -> None:
    for type_name in parts.comparison.oracle.models:
        if "id" not in parts.types[type_name].fields:
            continue
        ids = parts.ids(type_name)
        assert ids, f"the world has no {type_name}"
        for fields in parts.selections(type_name):
            shown = f"... on {type_name} {{ {fields} }}"
            text = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {shown} }} }}"
            await compared(parts, text, {"ids": ids})


async def test_every_filter_finds_what_the_rows_say(parts: Parts) -> None:
    values = Values(parts.comparison.supply, Random(SEED))  # noqa: S311 (not for secrets)
    for root, field in parts.roots():
        if "where" not in field.args:
            continue
        kind: Any = get_named_type(field.args["where"].type)
        text = f"query ($where: {kind.name}) {{ {root}(where: $where) {{ {parts.items(field)} }} }}"
        for name, part in kind.fields.items():
            place = Place("Query", root, "where", input_field=(kind.name, name))
            for viewer in parts.comparison.visible:
                given = {"where": {name: values.of(part.type, place)}}
                await parts.comparison.check(Run(text, given, viewer))
    counts = parts.comparison.counts
    assert counts["beyond the limits"] == 0
    assert counts["in one statement"] == counts["planned"] >= 0.9 * counts["run"] >= 900


async def test_every_order_and_grouping_is_what_the_rows_say(parts: Parts) -> None:
    for root, field in parts.roots():
        for argument, listed in (("orderBy", False), ("by", True)):
            if argument not in field.args:
                continue
            kind: Any = get_named_type(field.args[argument].type)
            written = f"[{kind.name}!]!" if listed else f"{kind.name}!"
            text = f"query ($x: {written}) {{ {root}({argument}: $x) {{ {parts.items(field)} }} }}"
            chosen = [{"x": [name] if listed else name} for name in kind.values]
            await compared(parts, text, *chosen)
