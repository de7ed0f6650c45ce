"""One request in, one finished answer out."""

import inspect
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, GraphQLError, execute
from graphql.execution.values import VariableValues

from domains.kernel.context import Context
from domains.kernel.read.plan import ViewerUnproven
from domains.kernel.read.planner import Planner
from gateway.faults import Code, Fault, is_busy, public_error, public_exception
from gateway.limits import check_variables

from .cache import Count
from .documents import Documents, Operation, RequestErrors, Rules
from .executor import ReadExecutor
from .reads import OperationReads

logger = logging.getLogger("azora.execution")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client sends."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None


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


@dataclass(frozen=True, slots=True)
class Answer:
    """The finished JSON of a response."""

    body: bytes
    outcome: Outcome


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
        prover: str | None = None,
    ) -> None:
        """`prover` is the database's function that makes sure of a remembered viewer."""
        self.schema = schema._schema  # noqa: SLF001 (its graphql-core form has no public name)
        self.rules = rules or Rules()
        self.documents = Documents(self.schema, self.rules, documents_kept, plans_per_document)
        self.planner = Planner(self.schema, elsewhere)
        self.prover = prover

    @property
    def counts(self) -> dict[str, Count]:
        """Hits and misses of the caches."""
        return self.documents.counts

    async def execute(
        self, request: GraphQLRequest, context: Context, *, queries_only: bool = False
    ) -> Answer:
        """Answer a request; whatever happens, the answer is finished JSON without secrets."""
        try:
            operation = self.documents.get(request.query).operation(request.operation_name)
            if queries_only and operation.kind != "query":
                return self._refused(_not_by_get(operation), context, Outcome.METHOD_NOT_ALLOWED)
            return await self._run(operation, request, context)
        except RequestErrors as refused:
            return self._refused(refused, context, Outcome.REQUEST_ERROR)

    async def _run(self, operation: Operation, request: GraphQLRequest, context: Context) -> Answer:
        if fault := check_variables(request.variables or {}, self.rules.limits):
            raise RequestErrors(fault)
        variables = operation.variables(request.variables, suggestions=self.rules.suggestions)
        self._check_price(operation, variables.coerced)
        answer = await self._planned(operation, variables, context)
        if answer is not None:
            return answer
        await context.confirm()
        context.reads = self._reads(operation, variables, context)
        return await self._ordinary(operation, request, context)

    def _reads(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> OperationReads:
        return OperationReads(self.planner, operation, variables, context, self.prover)

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
            return Answer(b'{"data":' + await reads.json(plan) + b"}", Outcome.EXECUTED)
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
        self, operation: Operation, request: GraphQLRequest, context: Context
    ) -> Answer:
        result: Any = execute(
            self.schema,
            operation.document,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation_name,
            executor_class=ReadExecutor,
            hide_suggestions=not self.rules.suggestions,
        )
        finished: ExecutionResult = await result if inspect.isawaitable(result) else result
        return self._executed(finished, context)

    def _executed(self, result: ExecutionResult, context: Context) -> Answer:
        errors = _public(result.errors or (), context)
        if result.data is None and all(error.path is None for error in result.errors or ()):
            return Answer(_json({"errors": errors}), Outcome.REQUEST_ERROR)
        busy = bool(errors) and all(
            error["extensions"]["code"] == Code.SERVER_BUSY for error in errors
        )
        body = {"data": result.data} | ({"errors": errors} if errors else {})
        return Answer(_json(body), Outcome.BUSY if busy else Outcome.EXECUTED)

    def _refused(self, refused: RequestErrors, context: Context, outcome: Outcome) -> Answer:
        return Answer(_json({"errors": _public(refused.errors, context)}), outcome)


def _not_by_get(operation: Operation) -> RequestErrors:
    message = f"A {operation.kind} must be sent by POST."
    return RequestErrors(Fault(Code.BAD_USER_INPUT, message))


def _public(errors: Sequence[GraphQLError], context: Context) -> list[dict[str, Any]]:
    return [public_error(error, context.request_id) for error in errors]


def _json(body: dict[str, Any]) -> bytes:
    return orjson.dumps(body)
