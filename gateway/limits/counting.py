"""Counting what the definitions of a document hold.

Every definition is read once and its fragments are added from a memo, so the work is linear in
the text however often fragments spread each other. Cycles and unknown names count as nothing:
validation refuses them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

MOST_COUNTED = 1_000_000
"""Where counting ends, since fragments within fragments double with every line."""

Definition = OperationDefinitionNode | FragmentDefinitionNode

INTROSPECTION = ("__schema", "__type")


@dataclass(slots=True)
class Place:
    """Where a selection set stands in its definition."""

    level: int = 0
    nesting: int = 1
    introspective: bool = False
    kind: str = ""
    names: set[tuple[str, str]] = field(default_factory=set)
    """What the answer will hold here, by the type condition and the name."""

    def below(self, node: FieldNode) -> "Place":
        introspective = self.introspective or node.name.value in INTROSPECTION
        return Place(self.level + (not introspective), self.nesting + 1, introspective)

    def within(self, node: InlineFragmentNode) -> "Place":
        kind = node.type_condition.name.value if node.type_condition else self.kind
        return Place(self.level, self.nesting + 1, self.introspective, kind, self.names)

    def repeats(self, node: FieldNode) -> bool:
        name = (self.kind, (node.alias or node.name).value)
        known = name in self.names
        self.names.add(name)
        return known


@dataclass(slots=True)
class Counts:
    """What a definition holds, first in itself, then with its fragments."""

    depth: int = 0
    nesting: int = 0
    fields: int = 0
    aliases: int = 0
    repeats: int = 0
    directives: int = 0
    directives_on_one_node: int = 0
    root_fields: int = 0
    secret_fields: int = 0
    spreads: list[tuple[str, Place]] = field(default_factory=list)

    def add_directives(self, node: Node) -> None:
        found = len(getattr(node, "directives", None) or ())
        self.directives += found
        self.directives_on_one_node = max(self.directives_on_one_node, found)

    def add_fragment(self, fragment: "Counts", place: Place) -> None:
        self.fields = min(self.fields + fragment.fields, MOST_COUNTED)
        self.aliases = min(self.aliases + fragment.aliases, MOST_COUNTED)
        self.repeats = min(self.repeats + fragment.repeats, MOST_COUNTED)
        self.directives = min(self.directives + fragment.directives, MOST_COUNTED)
        self.directives_on_one_node = max(
            self.directives_on_one_node, fragment.directives_on_one_node
        )
        self.nesting = max(self.nesting, place.nesting + fragment.nesting)
        if place.introspective:
            return
        self.depth = max(self.depth, place.level + fragment.depth)
        if place.level == 0:
            self.root_fields = min(self.root_fields + fragment.root_fields, MOST_COUNTED)
            self.secret_fields = min(self.secret_fields + fragment.secret_fields, MOST_COUNTED)


class Counter:
    """Counts definitions; each fragment once."""

    def __init__(
        self, fragments: dict[str, FragmentDefinitionNode], secret_mutations: frozenset[str]
    ) -> None:
        self.fragments = fragments
        self.secret_mutations = secret_mutations
        self.counted: dict[str, Counts] = {}

    def expanded(self, definition: Definition) -> Counts:
        """The counts of a definition with all that it spreads."""
        counts = self.alone(definition)
        for name, place in counts.spreads:
            counts.add_fragment(self.fragment(name), place)
        return counts

    def fragment(self, name: str) -> Counts:
        if name not in self.counted:
            # Stands until the fragment is counted, and so ends a cycle.
            self.counted[name] = Counts()
            if name in self.fragments:
                self.counted[name] = self.expanded(self.fragments[name])
        return self.counted[name]

    def alone(self, definition: Definition) -> Counts:
        """The counts of the definition's own text, without recursion, however deep it is."""
        counts = Counts()
        for node in chain((definition,), definition.variable_definitions or ()):
            counts.add_directives(node)
        pending = [(definition.selection_set, Place())]
        while pending:
            selection_set, place = pending.pop()
            counts.nesting = max(counts.nesting, place.nesting)
            for selection in selection_set.selections:
                counts.add_directives(selection)
                pending.extend(self.count(selection, place, counts))
        return counts

    def count(
        self, selection: SelectionNode, place: Place, counts: Counts
    ) -> Iterator[tuple[SelectionSetNode, Place]]:
        """Count one selection, and give what it holds."""
        if isinstance(selection, FragmentSpreadNode):
            counts.spreads.append((selection.name.value, place))
        elif isinstance(selection, InlineFragmentNode):
            yield selection.selection_set, place.within(selection)
        elif isinstance(selection, FieldNode):
            below = place.below(selection)
            self.count_field(selection, place, counts)
            counts.depth = max(counts.depth, below.level)
            if selection.selection_set is not None:
                yield selection.selection_set, below

    def count_field(self, node: FieldNode, place: Place, counts: Counts) -> None:
        counts.fields += 1
        counts.aliases += node.alias is not None
        counts.repeats += place.repeats(node)
        if place.level == 0 and not place.introspective:
            counts.root_fields += 1
            counts.secret_fields += node.name.value in self.secret_mutations
