"""What a document may hold, checked in one pass before anything else looks at it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    OperationType,
)

from gateway.faults import Code, Fault

from .bounds import Limits
from .counting import Counter, Counts, Definition

T = TypeVar("T", bound=Node)


def check(
    document: DocumentNode, limits: Limits, secret_mutations: frozenset[str]
) -> GraphQLError | None:
    """The first limit that the document breaks, if it breaks one."""
    operations = [*_definitions(document, OperationDefinitionNode)]
    fragments = [*_definitions(document, FragmentDefinitionNode)]
    too_many = _first_exceeded(
        Measure("operations", len(operations), limits.max_operations),
        Measure("fragments", len(fragments), limits.max_fragments),
    )
    if too_many is not None:
        return too_many
    # Few fragments also mean that the counter's recursion through them ends soon.
    counter = Counter({node.name.value: node for node in fragments}, secret_mutations)
    counted = [(node, counter.expanded(node)) for node in operations]
    # Fragments that nobody spreads are counted too: validation will compare their fields.
    spreadable = [(node, counter.fragment(node.name.value)) for node in fragments]
    return (
        _check_each((*counted, *spreadable), limits)
        or _check_mutations(counted, limits)
        or _check_secrets(counted, limits)
    )


class Measure(NamedTuple):
    """One limit: what it is called, what was found and what is allowed."""

    name: str
    found: int
    allowed: int


def _check_each(
    counted: Sequence[tuple[Definition, Counts]], limits: Limits
) -> GraphQLError | None:
    for node, counts in counted:
        exceeded = _first_exceeded(*_measures(counts, limits), node=node)
        if exceeded is not None:
            return exceeded
    return None


def _check_mutations(
    counted: Sequence[tuple[OperationDefinitionNode, Counts]], limits: Limits
) -> GraphQLError | None:
    found = [
        counts.root_fields for node, counts in counted if node.operation is OperationType.MUTATION
    ]
    most = max(found, default=0)
    return _first_exceeded(Measure("mutations in one operation", most, limits.max_root_mutations))


def _check_secrets(
    counted: Sequence[tuple[OperationDefinitionNode, Counts]], limits: Limits
) -> GraphQLError | None:
    found = sum(counts.secret_fields for _, counts in counted)
    allowed = limits.secret_mutations_per_document
    return _first_exceeded(Measure("mutations that check a secret", found, allowed))


def _measures(counts: Counts, limits: Limits) -> Iterator[Measure]:
    yield Measure("levels of fields", counts.depth, limits.max_depth)
    yield Measure("selections inside each other", counts.nesting, limits.max_nesting)
    yield Measure("aliases", counts.aliases, limits.max_aliases)
    yield Measure("fields", counts.fields, limits.max_fields)
    yield Measure("repeated fields", counts.repeats, limits.max_repeats)
    in_one_place = counts.directives_on_one_node
    yield Measure("directives in one place", in_one_place, limits.max_directives_per_node)
    yield Measure("directives", counts.directives, limits.max_directives)


def _first_exceeded(*measures: Measure, node: Node | None = None) -> GraphQLError | None:
    for name, found, allowed in measures:
        if found > allowed:
            message = f"The document has {found:,} {name}; at most {allowed:,} are allowed."
            return Fault(Code.QUERY_TOO_COMPLEX, message, node)
    return None


def _definitions(document: DocumentNode, kind: type[T]) -> Iterator[T]:
    return (node for node in document.definitions if isinstance(node, kind))
