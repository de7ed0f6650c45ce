"""Documents that nobody has sent before: random, valid, and of a wanted number of fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

from gateway.schema import schema as strawberry_schema

ITEMS = 2
"""Of each list, so that what a document costs is its fields and not its answer."""

MOST_LEVELS = 6
FIELDS_OF_A_ROOT = 60
"""So many fields bring one more root field with them."""

# Other fields of these ask for more than the bench's database answers quickly, or at all.
LEFT_OUT = frozenset({"pageInfo", "totalCount", "edges", "search"})


@dataclass(slots=True)
class Selection:
    """A selection set that may still grow."""

    kind: GraphQLObjectType
    level: int
    chosen: list[tuple[str, "Selection | None"]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "{ " + " ".join(map(self._text, self.chosen)) + " }"

    def _text(self, part: tuple[str, "Selection | None"]) -> str:
        name, inner = part
        sized = f"(first: {ITEMS})" if "first" in self.kind.fields[name].args else ""
        return f"{name}{sized} {inner}" if inner else f"{name}{sized}"


class Unseen:
    """Makes documents; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 (nothing is secret)
        self._schema: GraphQLSchema = strawberry_schema._schema  # noqa: SLF001 (no public name)
        self._made = 0
        self._seed = seed

    def documents(self, fields: int, number: int) -> list[str]:
        """So many documents of so many fields each."""
        return [self.document(fields) for _ in range(number)]

    def document(self, fields: int) -> str:
        """A query that differs from all others in its text, its statement and its answer."""
        self._made += 1
        name = f"D{self._seed}_{self._made}"
        while (query := self._grown(fields)) is None:
            pass
        text = str(query)
        # The alias makes the statement another one too, which Postgres has to plan.
        return f"query {name} " + text.replace(" id ", f" {name.lower()}: id ", 1)

    def _grown(self, fields: int) -> Selection | None:
        """None if the last field did not fit in anywhere."""
        assert self._schema.query_type is not None
        query = Selection(self._schema.query_type, 0)
        roots = [*self._usable(query.kind, level=0)]
        count = 0
        for name in self._random.sample(roots, 1 + fields // FIELDS_OF_A_ROOT):
            count += self._add(query, name)
        while count < fields and (growing := self._growing(query)):
            place = self._random.choice(growing)
            name = place.left.pop(self._random.randrange(len(place.left)))
            count += self._add(place, name, most=fields - count)
        return query if count == fields else None

    def _add(self, place: Selection, name: str, most: int = 9) -> int:
        """Choose a field with the least that it needs below; says how many fields those are."""
        inner = self._inner(place.kind.fields[name], place.level + 1)
        if inner is None:
            place.chosen.append((name, None))
            return 1
        depth = 1
        last = inner
        while last.chosen and last.chosen[-1][1] is not None:
            last = last.chosen[-1][1]
            depth += 1
        if depth + 1 > most:
            return 0
        place.chosen.append((name, inner))
        return depth + 1

    def _inner(self, declared: GraphQLField, level: int) -> Selection | None:
        kind = get_named_type(declared.type)
        if not is_object_type(kind):
            return None
        if "nodes" in kind.fields:
            nodes = self._inner(kind.fields["nodes"], level)
            return Selection(kind, level, [("nodes", nodes)])
        left = [*self._usable(kind, level)]
        first = "id" if "id" in left else next(n for n in left if _is_leaf(kind.fields[n]))
        left.remove(first)
        return Selection(kind, level, [(first, None)], left)

    def _usable(self, kind: GraphQLObjectType, level: int) -> Iterator[str]:
        for name, declared in kind.fields.items():
            if name in LEFT_OUT or any(map(is_required_argument, declared.args.values())):
                continue
            if (_is_leaf(declared) and level > 0) or (
                _is_followed(declared) and level < MOST_LEVELS
            ):
                yield name

    def _growing(self, query: Selection) -> list[Selection]:
        found: list[Selection] = []
        pending: list[Any] = [query]
        while pending:
            place = pending.pop()
            if place.left:
                found.append(place)
            pending.extend(inner for _, inner in place.chosen if inner)
        return found


def _is_leaf(declared: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(declared.type))


def _is_followed(declared: GraphQLField) -> bool:
    kind = get_named_type(declared.type)
    return is_object_type(kind) and ("nodes" in kind.fields or "id" in kind.fields)
