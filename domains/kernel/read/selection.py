"""What a client selected: the specification's CollectFields over a parsed document."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

Selected = dict[str, list[FieldNode]]
"""Field nodes by response key, in the order in which the response lists them."""


class HasSelection(Protocol):
    """A field or an operation."""

    @property
    def selection_set(self) -> SelectionSetNode | None: ...


class Selections:
    """The selections of one document under one set of variables."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: VariableValues
    ) -> None:
        self.schema = schema
        self.variables = variables
        self.fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def of(self, runtime_type: GraphQLObjectType, nodes: Sequence[HasSelection]) -> Selected:
        """What `nodes` together select of an object of this type."""
        selected: Selected = {}
        seen: set[str] = set()
        for node in nodes:
            for field in self._fields(runtime_type, node.selection_set, seen):
                key = field.alias.value if field.alias else field.name.value
                selected.setdefault(key, []).append(field)
        return selected

    def _fields(
        self, runtime_type: GraphQLObjectType, chosen: SelectionSetNode | None, seen: set[str]
    ) -> Iterator[FieldNode]:
        for node in chosen.selections if chosen else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif (fragment := self._fragment(node, seen)) and self._applies(fragment, runtime_type):
                yield from self._fields(runtime_type, fragment.selection_set, seen)

    def _fragment(
        self, node: SelectionNode, seen: set[str]
    ) -> InlineFragmentNode | FragmentDefinitionNode | None:
        if isinstance(node, InlineFragmentNode):
            return node
        if not isinstance(node, FragmentSpreadNode) or node.name.value in seen:
            return None
        seen.add(node.name.value)
        return self.fragments[node.name.value]

    def _applies(
        self,
        fragment: InlineFragmentNode | FragmentDefinitionNode,
        runtime_type: GraphQLObjectType,
    ) -> bool:
        if fragment.type_condition is None:
            return True
        named = self.schema.type_map[fragment.type_condition.name.value]
        if is_abstract_type(named):
            return self.schema.is_sub_type(named, runtime_type)
        return named is runtime_type

    def _included(self, node: SelectionNode) -> bool:
        """In graphql-core's order: `@skip` is judged first, wherever it stands."""
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        if skip is not None and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return include is None or bool(include["if"])
