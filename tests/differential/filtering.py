"""`where` inputs as sets: Postgres says which rows satisfy each condition, Python combines them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from graphql import GraphQLID, GraphQLInputObjectType, get_named_type

from domains.kernel.node import decode_id, key_of

from .declared import Declared
from .visible import Model, Visible

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
        known = with_keys(self.declared, value, kind, metadata["id_of"])
        predicate = partial(_given, metadata["predicate"], known)
        return await self.visible.satisfying(self.model, (input_name, name, repr(known)), predicate)

    async def _each(self, input_name: str, value: Sequence[Any]) -> list[Ids]:
        return [await self.matching(input_name, each) for each in value]


def _given(predicate: Any, value: Any, columns: Any) -> Any:
    return predicate(columns, value)


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
