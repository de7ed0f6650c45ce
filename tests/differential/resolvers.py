"""What each field means, as a plain function of rows in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from graphql import get_named_type, is_non_null_type

from domains.kernel.node import decode_id, encode_id
from domains.kernel.policy import Columns
from domains.kernel.read.declarations import Meaning
from domains.kernel.read.groups import Stats
from domains.kernel.read.meanings import (
    AnyOf,
    Computed,
    Embedded,
    GlobalId,
    Join,
    Many,
    Member,
    NodeById,
    NodesByIds,
    One,
    Order,
    Pages,
    Rows,
    Single,
    Sql,
    Value,
)

from .declared import Declared
from .filtering import Filtering, with_keys
from .grouping import Grouping
from .pages import Window, amount, in_order
from .visible import Row, Visible, table_of

Resolver = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """A row, shown as a type."""

    type_name: str
    row: Row


@dataclass(slots=True)
class Asked:
    """What resolvers know of the operation."""

    visible: Visible
    expressions: Mapping[tuple[str, ...], Mapping[UUID, Any]]
    """By type and field, and by the part of an embedded object: its values by the row's id."""

    refused: dict[str, set[str]] = field(default_factory=dict)
    """By root field: all messages with which it may be refused."""


class Resolvers:
    """The resolver of one field of a type that shows rows, or of the root."""

    def __init__(self, declared: Declared, type_name: str, field_name: str) -> None:
        self.declared = declared
        self.models = declared.models()
        self.place = (type_name, field_name)
        self.shown = declared.shown(type_name, field_name)
        self.model: Any = declared.tables().get(self.shown)

    def of(self) -> Resolver:
        meaning = self.declared.meaning(*self.place)
        return self._leaf(meaning) or self._relation(meaning) or self._root(meaning)

    def _leaf(self, meaning: Meaning | None) -> Resolver | None:
        match meaning:
            case None:
                return _column(self.declared.python_name(*self.place))
            case GlobalId():
                return lambda thing, _info: encode_id(thing.type_name, thing.row["id"])
            case Embedded(parts):
                return partial(self._embedded, parts)
            case Sql():
                return self._expression
            case Computed(needs, function):
                return lambda thing, _info: function(**{name: thing.row[name] for name in needs})
        return None

    def _relation(self, meaning: Meaning | None) -> Resolver | None:
        match meaning:
            case One(join):
                return partial(self._one, join)
            case Many(join, order, size):
                return partial(self._many, join, order, size)
            case Pages() as meaning:
                return partial(self._pages, meaning)
            case Stats() as meaning:
                return partial(self._stats, meaning)
        return None

    def _root(self, meaning: Meaning | None) -> Resolver:
        match meaning:
            case Single(where):
                return partial(self._single, where)
            case Rows() as meaning:
                return partial(self._rows, meaning)
            case AnyOf() as meaning:
                return partial(self._any_of, meaning)
            case NodeById():
                return lambda _root, info, id: self._node(info.context, id)
            case NodesByIds():
                return lambda _root, info, ids: [self._node(info.context, each) for each in ids]
        raise TypeError(repr(meaning))

    def _show(self, row: Row) -> Thing:
        return Thing(self.shown, row)

    # Fields of rows

    def _embedded(
        self, parts: Mapping[str, str | Value], thing: Thing, info: Any
    ) -> dict[str, Any] | None:
        found = {
            name: self._part(parts, self.declared.python_name(self.shown, name), thing, info)
            for name in self.declared.type(self.shown).fields
        }
        whole = is_non_null_type(self.declared.type(self.place[0]).fields[self.place[1]].type)
        return found if whole or None not in found.values() else None

    def _part(self, parts: Mapping[str, str | Value], name: str, thing: Thing, info: Any) -> Any:
        part = parts[name]
        if isinstance(part, str):
            return thing.row[part]
        return info.context.expressions[*self.place, name][thing.row["id"]]

    def _expression(self, thing: Thing, info: Any) -> Any:
        return info.context.expressions[self.place][thing.row["id"]]

    # Relations

    def _joined(self, join: Join, thing: Thing, info: Any) -> Sequence[Row]:
        visible: Visible = info.context.visible
        key = thing.row[join.here]
        found = {
            row["id"]: row for name in join.there for row in visible.having(self.model, name, key)
        }
        return [found[id] for id in sorted(found)]

    def _one(self, join: Join, thing: Thing, info: Any) -> Thing | None:
        found = self._joined(join, thing, info)
        return self._show(found[0]) if found else None

    def _many(
        self, join: Join, order: Order, size: int, thing: Thing, info: Any, first: int | None
    ) -> list[Thing]:
        rows = in_order(self._joined(join, thing, info), order)
        return [self._show(row) for row in rows[: amount(first, "first", size)]]

    async def _pages(self, meaning: Pages, source: Any, info: Any, **given: Any) -> Any:
        window = Window.asked(meaning.orders, given, table_of(self.model))
        visible: Visible = info.context.visible
        rows: Sequence[Row] = visible.rows[self.model]
        if meaning.join is not None:
            rows = self._joined(meaning.join, source, info)
        if meaning.only is not None:
            rows = await self._only(meaning.only, visible, rows)
        if not given.get("where"):
            return window.page(rows, self._show)
        return await self._page_of_matching(window, rows, visible, given["where"])

    async def _only(self, only: Value, visible: Visible, rows: Sequence[Row]) -> Sequence[Row]:
        found = await visible.satisfying(
            self.model, (self.place, "only"), lambda columns: only(columns, visible.terms)
        )
        return [row for row in rows if row["id"] in found]

    async def _page_of_matching(
        self, window: Window, rows: Sequence[Row], visible: Visible, where: Mapping[str, Any]
    ) -> dict[str, Any]:
        matching = await self._matching(visible, where)
        return window.page([row for row in rows if row["id"] in matching], self._show)

    async def _stats(
        self, meaning: Stats, source: Any, info: Any, **given: Any
    ) -> list[dict[str, Any]]:
        asked: Asked = info.context
        matching = await self._matching(asked.visible, given.get("where") or {})
        rows: Sequence[Row] = asked.visible.rows[self.model]
        if meaning.join is not None:
            rows = self._joined(meaning.join, source, info)
        grouping = Grouping(
            self.declared, self.shown, asked.expressions, partial(self._thing, asked.visible)
        )
        counted = [row for row in rows if row["id"] in matching]
        return grouping.groups(meaning, counted, given)

    async def _matching(self, visible: Visible, where: Mapping[str, Any]) -> frozenset[UUID]:
        if not where:
            return frozenset(row["id"] for row in visible.rows[self.model])
        argument = self.declared.type(self.place[0]).fields[self.place[1]].args["where"]
        filtering = Filtering(self.declared, visible, self.model)
        return await filtering.matching(get_named_type(argument.type).name, where)

    # Roots

    async def _single(self, where: Any, _root: Any, info: Any, **given: Any) -> Thing | None:
        visible: Visible = info.context.visible
        known = self._known(given, self.shown)

        def predicate(columns: Columns) -> Any:
            return where(columns, known, visible.terms)

        found = await visible.satisfying(self.model, (self.place, repr(known)), predicate)
        rows = [row for key in found for row in visible.having(self.model, "id", key)]
        return self._show(rows[0]) if rows else None

    def _known(self, given: Mapping[str, Any], id_of: str | None) -> dict[str, Any]:
        arguments = self.declared.type(self.place[0]).fields[self.place[1]].args
        return {
            name: with_keys(self.declared, value, arguments[name].type, id_of)
            for name, value in given.items()
        }

    async def _rows(self, meaning: Rows, _root: Any, info: Any, **given: Any) -> list[Thing]:
        visible: Visible = info.context.visible
        rows = visible.rows[self.model]
        if given.get("where"):
            matching = await self._matching(visible, given["where"])
            rows = [row for row in rows if row["id"] in matching]
        size = amount(given["first"], "first", meaning.size)
        return [self._show(row) for row in in_order(rows, meaning.order)[:size]]

    async def _any_of(self, meaning: AnyOf, _root: Any, info: Any, **given: Any) -> list[Thing]:
        known = self._known(given, None)
        ranked = [
            (rank, thing.row["id"], thing)
            for member in meaning.members
            for rank, thing in await self._ranked(member, info.context.visible, known)
        ]
        ranked.sort(key=lambda each: each[:2], reverse=True)
        size = amount(given["first"], "first", meaning.size)
        return [thing for *_, thing in ranked[:size]]

    async def _ranked(
        self, member: Member, visible: Visible, known: Mapping[str, Any]
    ) -> list[tuple[Any, Thing]]:
        model = self.models[member.type_name]
        place = (self.place, member.type_name, repr(known))
        matching = await visible.satisfying(
            model, (place, "where"), lambda columns: member.where(columns, known)
        )
        ranks = await visible.values(
            model, (place, "rank"), lambda columns: member.rank(columns, known)
        )
        rows = [row for row in visible.rows[model] if row["id"] in matching]
        return [(ranks[row["id"]], Thing(member.type_name, row)) for row in rows]

    def _node(self, asked: Asked, id: str) -> Thing | None:
        type_name, key = decode_id(id)
        return self._thing(asked.visible, type_name, key) if type_name in self.models else None

    def _thing(self, visible: Visible, type_name: str, key: UUID | None) -> Thing | None:
        found = visible.having(self.models[type_name], "id", key)
        return Thing(type_name, found[0]) if found else None


def _column(name: str) -> Resolver:
    return lambda thing, _info: thing.row[name]
