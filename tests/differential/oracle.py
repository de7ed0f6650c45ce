"""The other implementation of the graph: graphql-core's executor over rows in memory.

It knows the declarations, and shares no code with the planner.
"""

import inspect
from typing import Any
from uuid import UUID

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    execute,
    is_abstract_type,
    parse,
    validate,
)

from gateway.faults import public_error

from .declared import Declared
from .refusals import Refusals
from .resolvers import Asked, Resolver, Resolvers
from .visible import Visible


class Oracle:
    """Answers operations for viewers whose rows are loaded."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.declared = Declared(schema)
        self.schema = self.declared.copy()
        self.models = self.declared.models()
        self._expressions: dict[int, dict[tuple[str, ...], dict[UUID, Any]]] = {}
        self._documents: dict[str, tuple[DocumentNode | None, list[GraphQLError]]] = {}
        for type_ in self.schema.type_map.values():
            if is_abstract_type(type_):
                type_.resolve_type = lambda thing, _info, _type: thing.type_name
            elif type_.name in self.models or type_ is self.schema.query_type:
                self._give_resolvers(type_)  # type: ignore[arg-type]

    def _give_resolvers(self, type_: GraphQLObjectType) -> None:
        is_root = type_ is self.schema.query_type
        for name, each in type_.fields.items():
            resolve = Resolvers(self.declared, type_.name, name).of()
            each.resolve = self._judging(resolve) if is_root else resolve

    def _judging(self, resolve: Resolver) -> Resolver:
        """A root field that refuses bad arguments wherever they stand below it."""

        def judged(source: Any, info: Any, **given: Any) -> Any:
            refusals = [*Refusals(self.declared, info).of_root()]
            if refusals:
                info.context.refused[info.path.key] = {each.message for each in refusals}
                raise refusals[0]
            return resolve(source, info, **given)

        return judged

    async def load(self, visible: Visible) -> None:
        """Read all that a viewer sees."""
        await visible.load(self.models.values())
        expressions = self._expressions[id(visible)] = {}
        tables = self.declared.tables()
        for place, value in self.declared.expressions():
            expressions[place] = await visible.values(
                tables[place[0]],
                place,
                lambda row, of=value: of(row, visible.terms),  # type: ignore[misc]
            )

    def refusals(self, text: str) -> list[GraphQLError]:
        """Why a document cannot be executed at all."""
        return self._document(text)[1]

    def _document(self, text: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
        if text not in self._documents:
            try:
                document = parse(text)
                self._documents[text] = document, validate(self.schema, document)
            except GraphQLError as error:
                self._documents[text] = None, [error]
        return self._documents[text]

    async def answer(
        self, text: str, variables: dict[str, Any], visible: Visible
    ) -> tuple[dict[str, Any], Asked]:
        """The response as the specification has it, and what was refused in it."""
        document, refusals = self._document(text)
        asked = Asked(visible, self._expressions[id(visible)])
        if refusals or document is None:
            return {"errors": _shown(refusals)}, asked
        result: Any = execute(self.schema, document, context_value=asked, variable_values=variables)
        if inspect.isawaitable(result):
            result = await result
        body = {} if result.data is None else {"data": result.data}
        return body | ({"errors": _shown(result.errors)} if result.errors else {}), asked


def _shown(errors: list[GraphQLError]) -> list[dict[str, Any]]:
    return [public_error(error, "") for error in errors]
