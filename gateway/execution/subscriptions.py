"""Subscriptions: from what the program tells to what the client selected of it.

Each thing told is executed by itself. Its key is read for the viewer with their session proved in
the same statement, so the policies are asked again every time.
"""

import inspect
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema
from graphql.execution import create_source_event_stream, map_source_to_response_event

from domains.kernel.context import Context
from domains.kernel.read.plan import ViewerUnproven
from gateway.faults import is_busy

from .documents import Operation, RequestErrors
from .executor import ReadExecutor
from .request import GraphQLRequest


@asynccontextmanager
async def results(
    schema: GraphQLSchema,
    operation: Operation,
    request: GraphQLRequest,
    context: Context,
    *,
    suggestions: bool,
) -> AsyncIterator[AsyncIterator[ExecutionResult]]:
    """What there is to tell from now on; `RequestErrors` if the client may not listen."""
    executor = ReadExecutor.build(
        schema,
        operation.document,
        context_value=context,
        raw_variable_values=request.variables,
        operation_name=request.operation_name,
        hide_suggestions=not suggestions,
    )
    if isinstance(executor, list):
        raise RequestErrors(*executor)
    source: Any = create_source_event_stream(executor)
    if inspect.isawaitable(source):
        source = await source
    if isinstance(source, ExecutionResult):
        raise RequestErrors(*(source.errors or ()))
    # A stream that nobody has begun to read does not close its source.
    async with aclosing(source), aclosing(map_source_to_response_event(executor, source)) as mapped:
        yield _told(mapped)


async def _told(mapped: AsyncIterator[ExecutionResult]) -> AsyncIterator[ExecutionResult]:
    """The results without those of rows that the viewer may not see."""
    async for result in mapped:
        for error in result.errors or ():
            _end_if_lost(error)
        if result.errors or any(value is not None for value in (result.data or {}).values()):
            yield result


def _end_if_lost(error: GraphQLError) -> None:
    """Raise what would lose this and all that follows: better an end than a gap."""
    cause = error.original_error
    if cause is not None and (isinstance(cause, ViewerUnproven) or is_busy(cause)):
        raise cause
