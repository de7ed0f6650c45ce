"""What running an operation may cost, known before it runs.

A field costs one, and a list costs its fields as often as it may have items. The structure is
read once for a document; what depends on variables is left open and filled in by each request.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from domains.kernel.read.meanings import MOST


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many items a list was declared to have."""

    usual: int
    most: int


BoundsOf = Callable[[str, str], Bounds | None]
"""The declared bounds of a list, by the names of its type and of its field."""

PAGE_ARGUMENTS = ("first", "last")
PAGE_FIELDS = ("edges", "nodes")
KEYS_ARGUMENT = "ids"

UNDECLARED_SIZE = 10

INTROSPECTED_SIZES = {"types": 50}
"""Items of lists in introspection: its one long list is priced so that it fits in only once."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many items a list may have."""

    usual: int
    """When the operation does not say."""

    asked: int = 0
    """The largest number that the document itself asks for."""

    variables: tuple[str, ...] = ()
    """The variables that ask for a number, or for a list of keys."""

    most: int = 0

    def given(self, values: Mapping[str, Any]) -> int:
        asked = max((self.asked, *(_number(values.get(name)) for name in self.variables)))
        return min(asked, self.most) if asked > 0 else self.usual


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A list whose size is known only with the variables."""

    times: int
    size: Size
    each: "Price"

    def cost(self, values: Mapping[str, Any]) -> int:
        return self.times * self.size.given(values) * self.each.cost(values)


@dataclass(frozen=True, slots=True)
class Price:
    """The cost of an operation, summed up as far as the document alone decides it."""

    fixed: int = 0
    open_parts: tuple[OpenPart, ...] = ()

    def cost(self, variables: Mapping[str, Any]) -> int:
        """The cost with these coerced variables."""
        if not self.open_parts:
            return self.fixed
        return self.fixed + sum(part.cost(variables) for part in self.open_parts)

    def repeated(self, size: Size) -> "Price":
        if size.variables:
            return Price(0, (OpenPart(1, size, self),))
        times = size.given({})
        open_parts = (replace(part, times=part.times * times) for part in self.open_parts)
        return Price(self.fixed * times, tuple(open_parts))


def price(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    bounds_of: BoundsOf | None = None,
    max_page: int = MOST,
) -> Price:
    """The price of one operation of a document that kept the limits and is valid.

    Fields behind `@skip` and `@include` are counted, whatever their condition.
    """
    root = schema.get_root_type(operation.operation)
    if root is None:
        return Price()
    return Pricer(schema, document, bounds_of, max_page).selections(root, operation.selection_set)


class Pricer:
    """Adds up selections; each fragment once for each kind of list that it stands in."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        bounds_of: BoundsOf | None,
        max_page: int,
    ) -> None:
        self.schema = schema
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self.max_page = max_page
        self.bounds_of = bounds_of or _nothing_declared
        self.priced: dict[tuple[str, Size | None], Price] = {}

    def selections(
        self, parent: GraphQLCompositeType, node: SelectionSetNode, page: Size | None = None
    ) -> Price:
        """The price of a selection set; `page` is the size of the connection it is made on."""
        return _sum(self.selection(parent, selection, page) for selection in node.selections)

    def selection(
        self, parent: GraphQLCompositeType, node: SelectionNode, page: Size | None
    ) -> Price:
        if isinstance(node, FieldNode):
            return self.field(parent, node, page)
        if isinstance(node, FragmentSpreadNode):
            return self.spread(node.name.value, page)
        if isinstance(node, InlineFragmentNode):
            return self.inline(parent, node, page)
        raise TypeError(f"no selection: {node.kind}")

    def spread(self, name: str, page: Size | None) -> Price:
        key = (name, page)
        if key not in self.priced:
            fragment = self.fragments[name]
            parent = self.composite(fragment.type_condition.name.value)
            self.priced[key] = self.selections(parent, fragment.selection_set, page)
        return self.priced[key]

    def inline(
        self, parent: GraphQLCompositeType, node: InlineFragmentNode, page: Size | None
    ) -> Price:
        if node.type_condition is not None:
            parent = self.composite(node.type_condition.name.value)
        return self.selections(parent, node.selection_set, page)

    def field(self, parent: GraphQLCompositeType, node: FieldNode, page: Size | None) -> Price:
        definition = self.schema.get_field(parent, node.name.value)
        if definition is None or node.selection_set is None:
            return Price(1)
        size = self.size(parent, node, definition)
        is_list = is_list_type(get_nullable_type(definition.type))
        is_page = not is_list and any(name in definition.args for name in PAGE_ARGUMENTS)
        kind = self.composite(get_named_type(definition.type).name)
        inner = self.selections(kind, node.selection_set, size if is_page else None)
        if is_list:
            in_page = page is not None and node.name.value in PAGE_FIELDS
            inner = inner.repeated(page if in_page and page is not None else size)
        return _sum((Price(1), inner))

    def size(self, parent: GraphQLCompositeType, node: FieldNode, definition: GraphQLField) -> Size:
        asked = [
            argument.value
            for argument in node.arguments or ()
            if argument.name.value in (*PAGE_ARGUMENTS, KEYS_ARGUMENT)
        ]
        bounds = self.bounds(parent, node.name.value, definition)
        return Size(
            bounds.usual,
            max(map(_literal_number, asked), default=0),
            tuple(value.name.value for value in asked if isinstance(value, VariableNode)),
            bounds.most,
        )

    def bounds(self, parent: GraphQLCompositeType, name: str, definition: GraphQLField) -> Bounds:
        if parent.name.startswith("__"):
            return Bounds(INTROSPECTED_SIZES.get(name, 1), self.max_page)
        declared = self.bounds_of(parent.name, name)
        arguments = (definition.args.get(argument) for argument in PAGE_ARGUMENTS)
        defaults = [_default(argument) for argument in arguments if argument is not None]
        most = declared.most if declared else self.max_page
        page = min(max(defaults, default=0), most)
        return Bounds(page or (declared.usual if declared else UNDECLARED_SIZE), most)

    def composite(self, name: str) -> GraphQLCompositeType:
        found = self.schema.get_type(name)
        if not is_composite_type(found):
            raise TypeError(f"{name} has no fields")
        return found


def _sum(prices: Iterable[Price]) -> Price:
    fixed = 0
    open_parts: list[OpenPart] = []
    for each in prices:
        fixed += each.fixed
        open_parts.extend(each.open_parts)
    return Price(fixed, tuple(open_parts))


def _number(value: Any) -> int:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else 0


def _literal_number(node: ValueNode) -> int:
    if isinstance(node, ListValueNode):
        return len(node.values)
    # The validation has bounded it to 32 bits.
    return int(node.value) if isinstance(node, IntValueNode) else 0


def _default(argument: GraphQLArgument) -> int:
    external = argument.default
    if external is None:
        return _number(argument.default_value)
    return _literal_number(external.literal) if external.literal else _number(external.value)


def _nothing_declared(_parent: str, _field: str) -> Bounds | None:
    return None
