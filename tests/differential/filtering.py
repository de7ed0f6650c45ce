"""`where` inputs as sets: Postgres says which rows satisfy each condition, Python combines them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from graphql import GraphQLID, GraphQLInputObjectType, get_named_type

from domains.kernel.node import decode_id, key_of
from domains.kernel.read.filters import FURTHEST, MOST_RELATIONS
from domains.kernel.read.meanings import Related
from domains.kernel.refusal import BadInput

from .declared import Declared
from .visible import Model, PlainTerms, Visible

Ids = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Filtering:
    """Finds the rows of a model that a `where` argument asks for."""

    declared: Declared
    visible: Visible
    model: Model

    async def matching(self, input_name: str, where: Mapping[str, Any]) -> Ids:
        """What is null asks nothing."""
        found = self._every()
        for name, value in where.items():
            if value is not None:
                found &= await self._condition(input_name, name, value)
        return found

    def _every(self) -> Ids:
        return frozenset(row["id"] for row in self.visible.rows[self.model])

    async def _condition(self, input_name: str, name: str, value: Any) -> Ids:
        metadata = self.declared.condition(input_name, name)
        match metadata.get("combine"):
            case "and":
                return self._every().intersection(*await self._each(input_name, value))
            case "or":
                return frozenset().union(*await self._each(input_name, value))
            case "not":
                return self._every() - await self.matching(input_name, value)
        kind = self.declared.type(input_name).fields[name].type
        if related := metadata.get("related"):
            return await self._related(related, get_named_type(kind).name, value)
        known = with_keys(self.declared, value, kind, metadata["id_of"])
        predicate = partial(_given, metadata["predicate"], known, self.visible.terms)
        return await self.visible.satisfying(self.model, (input_name, name, repr(known)), predicate)

    async def _related(self, related: Related, input_name: str, where: Mapping[str, Any]) -> Ids:
        """The rows with a key that one of those has which match on the other side."""
        model = self.declared.related_model(related, input_name)
        matching = await Filtering(self.declared, self.visible, model).matching(input_name, where)
        keys = {
            row[name]
            for row in self.visible.rows[model]
            if row["id"] in matching
            for name in related.join.there
        }
        here = related.join.here
        return frozenset(
            row["id"]
            for row in self.visible.rows[self.model]
            if row[here] is not None and row[here] in keys
        )

    async def _each(self, input_name: str, value: Sequence[Any]) -> list[Ids]:
        return [await self.matching(input_name, each) for each in value]


def _given(predicate: Any, value: Any, terms: PlainTerms, columns: Any) -> Any:
    return predicate(columns, value, terms)


def demand_near(declared: Declared, value: Any, kind: Any) -> None:
    """Refuse a `where` that goes too far from its list, or too often."""
    number, depth = relations(declared, value, get_named_type(kind))
    if depth > FURTHEST:
        raise BadInput(f"A `where` asks for at most {FURTHEST} relations inside each other.")
    if number > MOST_RELATIONS:
        raise BadInput(f"A `where` asks for at most {MOST_RELATIONS} relations.")


def relations(declared: Declared, value: Any, kind: Any) -> tuple[int, int]:
    """How many relations a value of an input type asks for, and how many inside each other."""
    if isinstance(value, list):
        found = [relations(declared, each, kind) for each in value]
    elif isinstance(value, Mapping) and isinstance(kind, GraphQLInputObjectType):
        found = [
            _and_itself(relations(declared, item, get_named_type(kind.fields[name].type)))
            if "related" in declared.condition(kind.name, name)
            else relations(declared, item, get_named_type(kind.fields[name].type))
            for name, item in value.items()
            if item is not None
        ]
    else:
        found = []
    return sum(number for number, _ in found), max((depth for _, depth in found), default=0)


def _and_itself(below: tuple[int, int]) -> tuple[int, int]:
    number, depth = below
    return number + 1, depth + 1


def with_keys(declared: Declared, value: Any, kind: Any, id_of: str | None) -> Any:
    """An argument's value with keys in the place of ids; refuses ids of another type."""
    named = get_named_type(kind)
    if isinstance(value, list):
        return [with_keys(declared, each, kind, id_of) for each in value]
    if isinstance(value, Mapping) and isinstance(named, GraphQLInputObjectType):
        return {
            name: with_keys(
                declared,
                item,
                named.fields[name].type,
                declared.condition(named.name, name).get("id_of"),
            )
            for name, item in value.items()
        }
    if value is None or named.name != GraphQLID.name:
        return value
    return key_of(id_of, value) if id_of else decode_id(value)[1]
