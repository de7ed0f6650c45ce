"""Documents, parsed, limited, validated and priced once and then kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    is_input_type,
    specified_rules,
)
from graphql.execution.values import VariableValues
from graphql.type import GraphQLID
from graphql.utilities import type_from_ast

from domains.kernel.read.declarations import PlannedField
from domains.kernel.read.groups import GROUPS, MOST_GROUPS, Stats
from domains.kernel.read.meanings import MOST, PAGE, AnyOf, Many, Pages, Rows
from domains.kernel.read.plan import Plan
from domains.kernel.read.symbols import BACKREF, shape_of, shape_of_ids
from gateway.faults import Code, Fault
from gateway.limits import Bounds, BoundsOf, Limits, check, parse_document, price

from .cache import Bound, Cache, Count
from .validation import Validator
from .variables import Coercers, VariablesCoercer

PLANS_OF_A_DOCUMENT = 4
"""On average at most: one for each role that asks, and a few shapes of variables."""


class RequestErrors(Exception):
    """Nothing was executed; says why."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__(*errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Rules:
    """What every document must keep to."""

    limits: Limits = field(default_factory=Limits)
    introspection: bool = True
    suggestions: bool = True
    secret_mutations: frozenset[str] = frozenset()


class Operation:
    """One operation of a document, with the plans made of it so far."""

    def __init__(
        self,
        coercers: Coercers,
        document: DocumentNode,
        definition: OperationDefinitionNode,
        plans: Cache[Any, Plan | None],
    ) -> None:
        schema = coercers.schema
        self.document = document
        self.definition = definition
        self.kind = definition.operation.value
        self.was_run = False
        self.plans = plans
        self.price = price(schema, document, definition, max_page=MOST, bounds_of=bounds_of(schema))
        declared = definition.variable_definitions or ()
        self._coerce = VariablesCoercer(coercers, declared)
        self._shapes = [
            (node.variable.name.value, shape_of_ids if _takes_ids(schema, node) else shape_of)
            for node in declared
        ]

    def variables(self, given: Mapping[str, Any] | None, *, suggestions: bool) -> VariableValues:
        """The variables as the schema's types take them."""
        values = self._coerce(given or {}, suggestions=suggestions)
        if isinstance(values, list):
            raise RequestErrors(*values)
        return values

    def least_cost(self) -> int:
        """The price when every list that the client can size has one item."""
        nodes = self.definition.variable_definitions or ()
        return self.price.cost({node.variable.name.value: 1 for node in nodes})

    def shape(self, variables: VariableValues) -> tuple[Any, ...]:
        """What of the variables a plan depends on."""
        given = variables.coerced
        return tuple([shape(given[name]) if name in given else "" for name, shape in self._shapes])


@dataclass(slots=True)
class Document:
    """A text that was accepted, or the errors for which it was not."""

    operations: dict[str, Operation] = field(default_factory=dict)
    errors: tuple[GraphQLError, ...] = ()

    def operation(self, name: str | None) -> Operation:
        """The operation of this name, or the only one."""
        if self.errors:
            raise RequestErrors(*self.errors)
        if name is not None and name in self.operations:
            return self.operations[name]
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None:
            raise RequestErrors(Fault(Code.BAD_USER_INPUT, f"No operation is named {name!r}."))
        if self.operations:
            message = "The document has several operations: say which by `operationName`."
            raise RequestErrors(Fault(Code.BAD_USER_INPUT, message))
        raise RequestErrors(Fault(Code.BAD_USER_INPUT, "The document has no operation."))


class Documents:
    """The documents of one schema under one set of rules."""

    def __init__(
        self, schema: GraphQLSchema, rules: Rules, kept: int, plans_per_document: int
    ) -> None:
        self.schema = schema
        self.rules = rules
        self._coercers = Coercers(schema)
        self.counts = {"documents": Count(), "plans": Count()}
        self._plans_per_document = plans_per_document
        self._plans = Bound(PLANS_OF_A_DOCUMENT * kept)
        self._documents: Cache[str, Document] = Cache(
            kept, self.counts["documents"], dropped=self._drop
        )
        closed = () if rules.introspection else (NoSchemaIntrospectionCustomRule,)
        self._validator = Validator(
            schema, (*specified_rules, *closed), suggestions=rules.suggestions
        )

    def get(self, text: str) -> Document:
        if len(text) > self.rules.limits.max_source_length:
            # Refused at a glance, and too long to be kept.
            return self._prepare(text)
        return self._documents.get(text, lambda: self._prepare(text))

    def _prepare(self, text: str) -> Document:
        try:
            parsed = parse_document(text, self.rules.limits)
        except GraphQLError as error:
            return _refused(error)
        if exceeded := check(parsed, self.rules.limits, self.rules.secret_mutations):
            return _refused(exceeded)
        if errors := self._validator.errors(parsed):
            return _refused(*errors)
        return Document(operations=self._operations(parsed))

    def _drop(self, document: Document) -> None:
        for operation in document.operations.values():
            self._plans.forget(operation.plans)

    def _operations(self, parsed: DocumentNode) -> dict[str, Operation]:
        plans: Cache[Any, Plan | None] = Cache(
            self._plans_per_document, self.counts["plans"], self._plans
        )
        return {
            definition.name.value if definition.name else "": Operation(
                self._coercers, parsed, definition, plans
            )
            for definition in parsed.definitions
            if isinstance(definition, OperationDefinitionNode)
        }


def _refused(*errors: GraphQLError) -> Document:
    """A document that is kept as its errors alone: neither its tree nor the parser's frames."""
    return Document(errors=tuple(map(_light, errors)))


def _light(error: GraphQLError) -> GraphQLError:
    return GraphQLError(
        error.message,
        source=error.source,
        positions=error.positions,
        extensions=error.extensions,
    )


def bounds_of(schema: GraphQLSchema) -> BoundsOf:
    """How many items a planned list has when the client does not say, and at most."""

    def bounds(type_name: str, field_name: str) -> Bounds | None:
        field = schema.type_map[type_name].fields.get(field_name)  # type: ignore[attr-defined]
        declared = field and field.extensions.get(BACKREF)
        match declared.meaning if isinstance(declared, PlannedField) else None:
            case Many(size=size) | Rows(size=size) | AnyOf(size=size):
                return Bounds(size, MOST)
            case Pages():
                return Bounds(PAGE, MOST)
            case Stats():
                return Bounds(GROUPS, MOST_GROUPS)
        return None

    return bounds


def _takes_ids(schema: GraphQLSchema, node: VariableDefinitionNode) -> bool:
    kind = type_from_ast(schema, node.type)
    return is_input_type(kind) and get_named_type(kind) is GraphQLID
