"""Random operations over any schema, the same for the same seed."""

from dataclasses import dataclass, field, replace
from hashlib import blake2s
from random import Random
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from .arguments import Arguments, Place, Supply
from .documents import Operation, Selection

MOST_OBJECTS = 200
INTROSPECTION = (
    "__schema { queryType { name } }",
    '__type(name: "Course") { kind name fields { name } }',
)
MISTAKES = (
    "nothing",
    "__typename { x }",
    "__typename(a: 2)",
    "...Missing",
    "... on Missing { id }",
    "x: __typename @skip",
    "__typename @nothing",
    "__typename @skip(if: $missing)",
    "__typename @include(if: 3)",
    "... on String { x }",
)
"""Parts of documents that validation refuses wherever they stand."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much more fits into a selection."""

    depth: int
    times: int = 1
    """How many objects it may be made of."""

    mixed: bool = False
    """Whether objects of several types share its response keys."""

    def below(self, size: int) -> "Room":
        return replace(self, depth=self.depth - 1, times=self.times * max(size, 1))


@dataclass(slots=True)
class Generator:
    """Makes one operation."""

    schema: GraphQLSchema
    supply: Supply
    random: Random
    arguments: Arguments = field(init=False)
    fragments: dict[str, Selection] = field(default_factory=dict)
    fields_left: int = 0
    aliases: int = 0

    def __post_init__(self) -> None:
        self.arguments = Arguments(self.supply, self.random)
        self.fields_left = self.random.choice((2, 4, 6, 9, 14, 24))

    def operation(self) -> Operation:
        query = self.schema.query_type
        if query is None:
            raise TypeError("the schema has no queries")
        root = Selection("", self._parts(query, Room(self.random.choice((1, 2, 3, 4, 5, 6, 7)))))
        if self._happens(0.02):
            root.parts = [*(root.parts or ()), Selection(self.random.choice(INTROSPECTION))]
        operation = Operation(root, self.fragments, self.arguments.variables)
        if self._happens(0.03):
            self._spoil(root)
        return operation

    def _happens(self, likely: float) -> bool:
        return self.random.random() < likely

    def _spoil(self, selection: Selection) -> None:
        """Put a mistake somewhere below."""
        inner = [part for part in selection.parts or () if part.parts]
        if inner and self._happens(0.7):
            return self._spoil(self.random.choice(inner))
        selection.parts = [*(selection.parts or ()), Selection(self.random.choice(MISTAKES))]
        return None

    # Selections

    def _parts(self, type_: Any, room: Room) -> list[Selection]:
        wanted = self.random.choice((1, 2, 2, 3, 3, 4, 6))
        parts: list[Selection] = []
        while len(parts) < wanted and (self.fields_left > 0 or not parts):
            parts.append(self._part(type_, room))
            if self._happens(0.06):
                parts.append(self._again(type_, parts[-1], room))
        return parts

    def _part(self, type_: Any, room: Room) -> Selection:
        self.fields_left -= 1
        roll = self.random.random()
        if is_abstract_type(type_) and roll < 0.6 and room.depth > 0:
            return self._on_a_kind_of(type_, room)
        if roll < 0.06:
            return Selection(self._named("__typename") + self._directives())
        if roll < 0.12:
            condition = self.random.choice(("", f" on {type_.name}"))
            return Selection(f"...{condition}{self._directives()}", self._parts(type_, room))
        if roll < 0.17:
            return self._spread(type_, room)
        return self._field(type_, room)

    def _on_a_kind_of(self, type_: Any, room: Room) -> Selection:
        """An inline fragment on one of the types behind an interface or a union."""
        kinds = [*self.schema.get_possible_types(type_)]
        chosen: Any = self.random.choice(kinds)
        if chosen.interfaces and self._happens(0.1):
            chosen = chosen.interfaces[0]
        mixed = replace(room, mixed=True)
        return Selection(f"... on {chosen.name}{self._directives()}", self._parts(chosen, mixed))

    def _spread(self, type_: Any, room: Room) -> Selection:
        """A named fragment, an earlier one if there is one of this type."""
        known = [name for name, each in self.fragments.items() if _condition(each) == type_.name]
        if known and self._happens(0.6):
            return Selection(f"...{self.random.choice(known)}{self._directives()}")
        parts = self._parts(type_, replace(room, mixed=True))
        name = f"F{len(self.fragments)}"
        self.fragments[name] = Selection(f"fragment {name} on {type_.name}", parts)
        return Selection(f"...{name}{self._directives()}")

    def _again(self, type_: Any, part: Selection, room: Room) -> Selection:
        """The same field once more, whose selections are merged with the first's."""
        if part.parts is None:
            return Selection(part.head)
        name = part.head.split("(")[0].split(" @")[0].rpartition(": ")[2].strip()
        fields = getattr(type_, "fields", {})
        if name not in fields:
            return self._part(type_, room)
        inner = replace(room.below(1), times=MOST_OBJECTS)
        return Selection(part.head, self._parts(get_named_type(fields[name].type), inner))

    # Fields

    def _field(self, type_: Any, room: Room) -> Selection:
        fields = getattr(type_, "fields", {})
        leaves = [name for name, each in fields.items() if is_leaf_type(_named(each))]
        others = (
            [name for name in fields if name not in leaves] if self._leads_on(type_, room) else []
        )
        if not leaves and not others:
            return Selection(self._named("__typename"))
        name = self.random.choice(others if others and self._happens(0.6) else leaves or others)
        most = max(1, MOST_OBJECTS // room.times)
        given = self.arguments.text(type_.name, name, fields[name], most)
        head = self._key(type_, name, given, room) + given + self._directives()
        named = _named(fields[name])
        if is_leaf_type(named):
            return Selection(head)
        size = min(self.supply.usual_size(type_.name, name), most)
        below = (
            room.below(size) if self._is_a_thing(type_) else replace(room, times=room.times * size)
        )
        return Selection(head, self._parts(named, below))

    def _is_a_thing(self, type_: Any) -> bool:
        """Whether a type has relations, unlike pages, which only lead to what they hold."""
        return type_ is self.schema.query_type or bool(getattr(type_, "interfaces", ()))

    def _leads_on(self, type_: Any, room: Room) -> bool:
        return room.depth > 0 or not self._is_a_thing(type_)

    def _key(self, type_: Any, name: str, given: str, room: Room) -> str:
        """The field's name, behind an alias where two fields could be taken for each other."""
        if room.mixed and name in self._ambiguous():
            return f"{name}_{type_.name}: {name}"
        if given and (room.mixed or self._happens(0.5)):
            digest = blake2s(f"{type_.name} {given}".encode(), digest_size=3).hexdigest()
            return f"{name}_{digest}: {name}"
        if room.mixed and name == _first_text(type_) and self._happens(0.5):
            return f"s: {name}"
        return self._named(name)

    def _named(self, name: str) -> str:
        if not self._happens(0.1):
            return name
        self.aliases += 1
        return f"a{self.aliases}: {name}"

    def _ambiguous(self) -> set[str]:
        """Names of fields whose types differ from one object type to the next."""
        types: dict[str, set[str]] = {}
        for type_ in self.schema.type_map.values():
            if isinstance(type_, GraphQLObjectType):
                for name, each in type_.fields.items():
                    types.setdefault(name, set()).add(str(each.type))
        return {name for name, found in types.items() if len(found) > 1}

    def _directives(self) -> str:
        texts = []
        for name, passes in (("skip", "false"), ("include", "true")):
            if self._happens(0.035):
                condition = passes if self._happens(0.6) else self.random.choice(("true", "false"))
                if self._happens(0.5):
                    condition = self._condition_variable()
                texts.append(f" @{name}(if: {condition})")
        return "".join(self.random.sample(texts, len(texts)))

    def _condition_variable(self) -> str:
        definition = self.random.choice(("Boolean!", "Boolean! = true", "Boolean = false"))
        return self.arguments.variable(definition, GraphQLBoolean, Place("", "", "if"))


def _named(field: GraphQLField) -> Any:
    return get_named_type(field.type)


def _condition(fragment: Selection) -> str:
    return fragment.head.rpartition(" ")[2]


def _first_text(type_: Any) -> str | None:
    """The one field of a type that may go by the alias `s`."""
    texts = [name for name, each in type_.fields.items() if str(each.type) == "String!"]
    return texts[0] if texts else None
