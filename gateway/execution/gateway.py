"""One request in, one finished answer out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum, auto
from typing import Any, NamedTuple

import orjson
import strawberry
from graphql import ExecutionResult, GraphQLError
from graphql.execution.values import VariableValues

from domains.kernel.context import Context
from domains.kernel.read.plan import ViewerUnproven
from domains.kernel.read.planner import Planner
from gateway.faults import Code, Fault, is_busy, public_error, public_exception
from gateway.limits import check_variables

from . import subscriptions
from .cache import Count
from .documents import Documents, Operation, RequestErrors, Rules
from .executor import executed, executor_of
from .mutations import LoneMutations
from .reads import OperationReads
from .registered import RegisteredOperations
from .request import GraphQLRequest

logger = logging.getLogger("azora.execution")

SUBSCRIPTION = "subscription"


class Outcome(Enum):
    """How a request ended."""

    EXECUTED = auto()
    """It ran; there may be errors beside the data."""

    REQUEST_ERROR = auto()
    """Nothing ran; the body has no `data`."""

    METHOD_NOT_ALLOWED = auto()
    """Something other than a query where only queries are taken."""

    BUSY = auto()
    """The database is away or too full; the same request may succeed a moment later."""

    RATE_LIMITED = auto()
    """All that it asked for was tried too often."""


class Answer(NamedTuple):
    """The finished JSON of a response."""

    body: bytes
    outcome: Outcome
    is_whole: bool = False
    """Whether it ran without any error."""

    errors: tuple[dict[str, Any], ...] = ()
    """What the client is told to have gone wrong."""


Watch = Callable[[GraphQLRequest, Answer, Context], Awaitable[None]]
"""Is told of every answer with errors before it goes out."""


class Gateway:
    """Executes requests against the schema."""

    def __init__(
        self,
        schema: strawberry.Schema,
        rules: Rules | None = None,
        *,
        documents_kept: int = 1000,
        plans_per_document: int = 64,
        elsewhere: frozenset[str] = frozenset(),
        registered_only: bool = False,
        own_documents: Sequence[str] = (),
        watch: Watch | None = None,
    ) -> None:
        """With `registered_only` no document runs but a client's registered ones and our own."""
        self.schema = schema._schema  # noqa: SLF001 (its graphql-core form has no public name)
        self.rules = rules or Rules()
        self.documents = Documents(self.schema, self.rules, documents_kept, plans_per_document)
        self.registered = RegisteredOperations(
            only=registered_only, kept=documents_kept, own=own_documents
        )
        self.planner = Planner(self.schema, elsewhere)
        self.mutations = LoneMutations(self.schema)
        self.watch = watch

    @property
    def counts(self) -> dict[str, Count]:
        """Hits and misses of the caches."""
        return self.documents.counts | {"registered": self.registered.count}

    async def operation(self, request: GraphQLRequest, context: Context) -> Operation:
        """What a request asks for, if it may be asked; otherwise `RequestErrors`.

        All that runs, over whatever transport, is found here.
        """
        if request.query is not None and request.hash is None and not self.registered.only:
            text = request.query
        else:
            text = await self.registered.text_of(request, context.database)
        return self.documents.get(text).operation(request.operation_name)

    async def execute(
        self, request: GraphQLRequest, context: Context, *, queries_only: bool = False
    ) -> Answer:
        """Answer a request; whatever happens, the answer is finished JSON without secrets."""
        answer = await self._execute(request, context, queries_only=queries_only)
        if answer.errors:
            await self._tell(request, answer, context)
        return answer

    async def _tell(self, request: GraphQLRequest, answer: Answer, context: Context) -> None:
        if self.watch is not None:
            await self.watch(request, answer, context)

    async def _execute(
        self, request: GraphQLRequest, context: Context, *, queries_only: bool
    ) -> Answer:
        try:
            operation = await self.operation(request, context)
            if operation.kind == SUBSCRIPTION:
                return self._refused(_needs_a_stream(), context, Outcome.REQUEST_ERROR)
            if queries_only and operation.kind != "query":
                return self._refused(_not_by_get(operation), context, Outcome.METHOD_NOT_ALLOWED)
            return await self._run(operation, request, context)
        except RequestErrors as refused:
            return self._refused(refused, context, Outcome.REQUEST_ERROR)

    async def subscribes(self, request: GraphQLRequest, context: Context) -> bool:
        """Whether a request is a subscription; what cannot be asked for is none."""
        try:
            return (await self.operation(request, context)).kind == SUBSCRIPTION
        except RequestErrors:
            return False

    @asynccontextmanager
    async def subscribe(
        self, request: GraphQLRequest, context: Context
    ) -> AsyncIterator[AsyncIterator[Answer]]:
        """Answers to a subscription as they come; a refusal is the only one of its answers."""
        suggestions = self.rules.suggestions
        async with AsyncExitStack() as stack:
            try:
                operation = await self.operation(request, context)
                variables = self._admitted(operation, request)
                context.reads = self._reads(operation, variables, context)
                told = subscriptions.results(
                    self.schema, operation, request, context, suggestions=suggestions
                )
                results = await stack.enter_async_context(told)
            except RequestErrors as refused:
                answer = self._refused(refused, context, Outcome.REQUEST_ERROR)
                await self._tell(request, answer, context)
                yield _only(answer)
            else:
                yield (self._executed(result, context) async for result in results)

    def _admitted(self, operation: Operation, request: GraphQLRequest) -> VariableValues:
        """The variables of an operation that may run with them."""
        if fault := check_variables(request.variables or {}, self.rules.limits):
            raise RequestErrors(fault)
        variables = operation.variables(request.variables, suggestions=self.rules.suggestions)
        self._check_price(operation, variables.coerced)
        return variables

    async def _run(self, operation: Operation, request: GraphQLRequest, context: Context) -> Answer:
        variables = self._admitted(operation, request)
        if not operation.was_run:
            # To understand a document takes its time and so does the plan: others come in between.
            operation.was_run = True
            await asyncio.sleep(0)
        if operation.kind == "query":
            answer = await self._planned(operation, variables, context)
            if answer is not None:
                return answer
        return await self._ordinary(operation, variables, context)

    def _reads(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> OperationReads:
        return OperationReads(self.planner, operation, variables, context)

    def _check_price(self, operation: Operation, variables: dict[str, Any]) -> None:
        cost, most = operation.price.cost(variables), self.rules.limits.max_cost
        if cost > most:
            message = f"The operation asks for up to {cost} values, and {most} are allowed."
            raise RequestErrors(Fault(Code.QUERY_TOO_COMPLEX, message, cost=cost, limit=most))

    async def _planned(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> Answer | None:
        """One statement for the whole operation; None if it must run field by field.

        A statement that fails is run again by the ordinary executor, so that the error gets the
        path of its field. When the moment is to blame, trying again would only add to the load.
        """
        reads = self._reads(operation, variables, context)
        try:
            if (plan := reads.whole()) is None:
                return None
            return Answer(await reads.json(plan), Outcome.EXECUTED, is_whole=True)
        except ViewerUnproven:
            # Their session has ended, which refuses the request, or their role has changed.
            await context.confirm()
            return await self._planned(operation, variables, context)
        except Exception as error:  # noqa: BLE001 (the ordinary executor reports it with its path)
            if is_busy(error):
                body = _json({"errors": [public_exception(error, context.request_id)]})
                return Answer(body, Outcome.BUSY)
            return None

    async def _ordinary(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> Answer:
        lone = self.mutations.of(operation)
        if lone is None or not lone.proves:
            await context.confirm()
        context.reads = self._reads(operation, variables, context)
        suggestions = self.rules.suggestions
        executor = executor_of(self.schema, operation, variables, context, suggestions=suggestions)
        try:
            result = await (executed(executor) if lone is None else lone.run(executor))
        finally:
            executor.part()
        # What should have made sure of the viewer may have ended before it came to that.
        await context.confirm()
        return self._executed(result, context)

    def _executed(self, result: ExecutionResult, context: Context) -> Answer:
        errors = _public(result.errors or (), context)
        if result.data is None and all(error.path is None for error in result.errors or ()):
            return Answer(_json({"errors": errors}), Outcome.REQUEST_ERROR, errors=(*errors,))
        body = {"data": result.data} | ({"errors": errors} if errors else {})
        outcome = _outcome(result.data, errors)
        return Answer(_json(body), outcome, is_whole=not errors, errors=(*errors,))

    def _refused(self, refused: RequestErrors, context: Context, outcome: Outcome) -> Answer:
        errors = _public(refused.errors, context)
        return Answer(_json({"errors": errors}), outcome, errors=(*errors,))


async def _only(answer: Answer) -> AsyncIterator[Answer]:
    yield answer


def _outcome(data: dict[str, Any] | None, errors: Sequence[dict[str, Any]]) -> Outcome:
    """How an operation ended that ran."""
    codes = {error["extensions"]["code"] for error in errors}
    if codes == {Code.SERVER_BUSY}:
        return Outcome.BUSY
    if codes == {Code.RATE_LIMITED} and all(value is None for value in (data or {}).values()):
        return Outcome.RATE_LIMITED
    return Outcome.EXECUTED


def _needs_a_stream() -> RequestErrors:
    message = "A subscription needs a WebSocket, or an answer as text/event-stream."
    return RequestErrors(Fault(Code.BAD_USER_INPUT, message))


def _not_by_get(operation: Operation) -> RequestErrors:
    message = f"A {operation.kind} must be sent by POST."
    return RequestErrors(Fault(Code.BAD_USER_INPUT, message))


def _public(errors: Sequence[GraphQLError], context: Context) -> list[dict[str, Any]]:
    return [public_error(error, context.request_id) for error in errors]


def _json(body: dict[str, Any]) -> bytes:
    return orjson.dumps(body)
