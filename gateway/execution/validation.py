"""Validation by graphql-core's own rules, by a shorter walk.

The errors are those of graphql-core's `validate`, in its order. What is left out finds none: no
rule looks at names by themselves, nor at other kinds of nodes than it has methods for, and a text
without a dollar needs not be searched for variables.
"""

from collections.abc import Iterable
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    visit,
)
from graphql.language.ast import QUERY_DOCUMENT_KEYS
from graphql.language.visitor import EnterLeaveVisitor
from graphql.validation.validate import ValidationAbortedError

MOST_ERRORS = 100
"""Where graphql-core gives up, too."""

UNASKED = frozenset({"name", "alias", "description"})

KEYS = {
    kind: tuple(key for key in keys if key not in UNASKED)
    for kind, keys in QUERY_DOCUMENT_KEYS.items()
}
"""Where nodes have children that some rule looks at."""

Rule = type[ASTValidationRule]


class Validator:
    """Finds what is wrong with documents that keep the limits of their size."""

    def __init__(self, schema: GraphQLSchema, rules: Iterable[Rule], *, suggestions: bool) -> None:
        self._schema = schema
        self._rules = [(rule, _unknown_to(rule)) for rule in rules]
        self._suggestions = suggestions

    def errors(self, document: DocumentNode) -> list[GraphQLError]:
        found = _Errors()
        type_info = TypeInfo(self._schema)
        context = _Context(
            self._schema,
            document,
            type_info,
            found.report,
            hide_suggestions=not self._suggestions,
        )
        together = ParallelVisitor(self._visitors(context))
        try:
            visit(document, TypeInfoVisitor(type_info, together), KEYS)
        except ValidationAbortedError as error:
            # Neither its frames nor those of what it interrupted are kept.
            error.__context__ = None
            found.append(error.with_traceback(None))
        except RecursionError:
            found.append(ValidationAbortedError("Validation aborted."))
        return found

    def _visitors(self, context: ValidationContext) -> list[ASTValidationRule]:
        visitors = []
        for rule, unknown in self._rules:
            visitor = rule(context)
            visitor.enter_leave_map.update(unknown)
            visitors.append(visitor)
        return visitors


class _Errors(list[GraphQLError]):
    def report(self, error: GraphQLError) -> None:
        if len(self) >= MOST_ERRORS:
            message = "Too many validation errors, error limit reached. Validation aborted."
            raise ValidationAbortedError(message)
        self.append(error)


class _Context(ValidationContext):
    def get_variable_usages(self, node: Any) -> list[Any]:
        source = self.document.loc
        if source is not None and "$" not in source.source.body:
            return []
        return super().get_variable_usages(node)


def _unknown_to(rule: Rule) -> dict[str, EnterLeaveVisitor]:
    """The kinds of nodes for which a rule has no methods, so that it is not asked again."""
    nothing = EnterLeaveVisitor(None, None)
    return {
        kind: nothing
        for kind in QUERY_DOCUMENT_KEYS
        if not any(
            hasattr(rule, name) for name in ("enter", "leave", f"enter_{kind}", f"leave_{kind}")
        )
    }
