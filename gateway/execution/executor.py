"""The ordinary executor, which also knows planned fields and keys.

It overrides one method of graphql-core's executor that is marked private; the versions are
pinned, and a test holds its signature.
"""

import inspect
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    default_field_resolver,
    default_type_resolver,
    is_non_null_type,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from domains.kernel.context import Context
from domains.kernel.node import Key
from domains.kernel.read.declarations import Planned

from .documents import Operation
from .reads import OperationReads


class ReadExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes what planned root fields and keys stand for with finished JSON."""

    def complete_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: GraphQLResolveInfo[Any],
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        if isinstance(result, Planned | Key):
            nodes = [details.node for details in field_details_list]
            awaitable = self._read(result, nodes, info)
            return self._not_null(awaitable, info) if is_non_null_type(return_type) else awaitable
        return super().complete_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _read(
        self, result: Planned | Key, nodes: list[FieldNode], info: GraphQLResolveInfo[Any]
    ) -> Any:
        reads: OperationReads = self.context_value.reads
        if isinstance(result, Key):
            return reads.key(result, nodes)
        return reads.root(info.parent_type.fields[info.field_name], nodes)

    async def _not_null(self, awaitable: Any, info: GraphQLResolveInfo[Any]) -> Any:
        value = await awaitable
        if value is None:
            where = f"{info.parent_type.name}.{info.field_name}"
            raise TypeError(f"{where} may not be null, but the viewer may not see its row")
        return value

    def part(self) -> None:
        """Let go of what refers back, so that what is left of a request is free at once.

        In a cycle it would wait for the garbage collector, and the next request would begin in
        memory that no cache holds.
        """
        del self.async_helpers
        self.context_value.reads = None


def executor_of(
    schema: GraphQLSchema,
    operation: Operation,
    variables: VariableValues,
    context: Context,
    *,
    suggestions: bool,
) -> ReadExecutor:
    """For an operation whose variables are coerced, under a schema that is known to be good."""
    fragments = {
        definition.name.value: definition
        for definition in operation.document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    return ReadExecutor(
        schema,
        fragments,
        {name: FragmentDetails(definition) for name, definition in fragments.items()},
        None,
        context,
        operation.definition,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        hide_suggestions=not suggestions,
    )


async def executed(executor: ReadExecutor) -> ExecutionResult:
    """Run an operation field by field."""
    result: Any = executor.execute_operation()
    finished: ExecutionResult = await result if inspect.isawaitable(result) else result
    return finished
