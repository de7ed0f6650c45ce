"""Arguments that a root field refuses: its own, and those of all fields selected below it.

The executor of the specification would meet a bad argument once for every row that has the field,
and not at all where there is no row. Reads that are compiled refuse it once, at the root field.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_argument_values,
    get_named_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields

from domains.kernel.node import decode_id
from domains.kernel.read.groups import Stats
from domains.kernel.read.meanings import (
    MOST,
    AnyOf,
    Many,
    NodeById,
    NodesByIds,
    Pages,
    Rows,
    Single,
)
from domains.kernel.refusal import BadInput

from .declared import Declared
from .filtering import demand_near, with_keys
from .grouping import groupings, number_of_groups
from .pages import Window, amount
from .visible import table_of

TOGETHER = (("first", "last"), ("after", "orderBy"), ("before", "orderBy"))
"""Arguments of a page that are judged together."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Finds what would be refused in one operation."""

    declared: Declared
    info: GraphQLResolveInfo[Any]

    def of_root(self) -> Iterator[GraphQLError]:
        details = [FieldDetails(node, None) for node in self.info.field_nodes]
        return self.of(self.info.parent_type, details)

    def of(self, parent: GraphQLObjectType, details: list[FieldDetails]) -> Iterator[GraphQLError]:
        name = details[0].node.name.value
        if name.startswith("__"):
            return
        field = parent.fields[name]
        try:
            given = get_argument_values(field, details[0].node, self.info.variable_values)
        except GraphQLError as error:
            yield error
            return
        if given:
            judged = map(_refused, self._judgements(parent.name, name, given))
            yield from filter(None, judged)
        for runtime_type in self._runtime_types(parent.name, name, given):
            yield from self._below(runtime_type, details)

    def _below(
        self, type_: GraphQLObjectType, details: list[FieldDetails]
    ) -> Iterator[GraphQLError]:
        info = self.info
        fragments = {name: FragmentDetails(node) for name, node in info.fragments.items()}
        try:
            selected = collect_subfields(
                info.schema, fragments, info.variable_values, info.operation, type_, details
            )
        except GraphQLError as error:
            yield error
            return
        for each in selected.grouped_field_set.values():
            yield from self.of(type_, each)

    def _runtime_types(
        self, parent: str, name: str, given: Mapping[str, Any]
    ) -> list[GraphQLObjectType]:
        type_map = self.info.schema.type_map
        named = get_named_type(type_map[parent].fields[name].type)  # type: ignore[attr-defined]
        if is_object_type(named):
            return [named]
        match self.declared.meaning(parent, name) if parent == "Query" else None:
            case AnyOf(members):
                names = {member.type_name for member in members}
            case NodeById() | NodesByIds():
                claimed = {_type_name(each) for each in _listed(given)}
                names = claimed & {*self.declared.models()}
            case _:
                return []
        return [type_map[each] for each in sorted(names)]  # type: ignore[misc]

    def _judgements(
        self, parent: str, name: str, given: Mapping[str, Any]
    ) -> Iterator[Callable[[], Any]]:
        meaning = self.declared.meaning(parent, name)
        shown = self.declared.shown(parent, name)
        if isinstance(meaning, NodeById | NodesByIds):
            yield partial(_bounded, _listed(given))
            yield from (partial(decode_id, each) for each in _listed(given))
            return
        if isinstance(meaning, Pages):
            table = table_of(self.declared.models()[shown])
            for names in TOGETHER:
                some = {each: given.get(each) for each in names}
                yield partial(Window.asked, meaning.orders, some, table)
        if isinstance(meaning, Many | Rows | AnyOf):
            yield partial(amount, given.get("first"), "first", meaning.size)
        if isinstance(meaning, Stats):
            yield partial(groupings, meaning, given["by"])
            yield partial(number_of_groups, given.get("first"))
        kinds = self.info.schema.type_map[parent].fields[name].args  # type: ignore[attr-defined]
        id_of = shown if isinstance(meaning, Single) else None
        for each, value in given.items():
            yield partial(with_keys, self.declared, value, kinds[each].type, id_of)
            yield partial(demand_near, self.declared, value, kinds[each].type)


def _refused(judge: Callable[[], Any]) -> GraphQLError | None:
    try:
        judge()
    except BadInput as refusal:
        return refusal
    return None


def _listed(given: Mapping[str, Any]) -> list[str]:
    found = given.get("ids", given.get("id"))
    return found if isinstance(found, list) else [found]


def _type_name(id: str) -> str:
    try:
        return decode_id(id)[0]
    except BadInput:
        return ""


def _bounded(ids: list[str]) -> None:
    if len(ids) > MOST:
        raise BadInput(f"`ids` must be from 0 to {MOST}, not {len(ids)}.")
